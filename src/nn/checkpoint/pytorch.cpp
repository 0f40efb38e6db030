#include "nn/checkpoint/pytorch.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "nn/checkpoint/pickle.h"
#include "nn/checkpoint/zip_archive.h"

namespace rapport::nn {
namespace {

using Bytes = std::span<const std::byte>;
using Kind = PickleValues::Kind;
using Value = PickleValues::Value;

constexpr std::size_t kDeepestDict = 8;
constexpr std::size_t kMostNames = 1 << 20;
constexpr std::size_t kMostNameBytes = 4096;
constexpr std::size_t kMostDimensions = 16;

/// The stored bytes of a storage by its key; nothing when there are none.
using FindStorage = std::function<std::optional<Bytes>(std::string_view key)>;

/// The bytes that `storage` must have; nothing when they are beyond 64 bits.
std::optional<std::size_t> storage_bytes(const Value& storage) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(static_cast<std::size_t>(storage.integer), size_bytes(storage.dtype), &bytes))
    return std::nullopt;
  return bytes;
}

/// Walks the values of a pickle and gathers its tensors and integers under their dotted names.
class Gatherer {
 public:
  Gatherer(const PickleValues& values, FindStorage find) : values_(values), find_(std::move(find)) {}

  std::variant<PytorchFile, Refusal> run() {
    if (values_.root().kind != Kind::kDict) return Refusal{"the file holds no dict of tensors"};
    walk(values_.root(), "", 1);
    if (refusal_) return std::move(*refusal_);
    return std::move(out_);
  }

 private:
  void refuse(std::string why) {
    if (!refusal_) refusal_ = Refusal{std::move(why)};
  }
  void walk(const Value& dict, const std::string& prefix, std::size_t depth);
  void add_tensor(const std::string& name, const Value& value);
  std::optional<std::vector<std::size_t>> naturals(PickleValues::Index tuple) const;

  const PickleValues& values_;
  FindStorage find_;
  PytorchFile out_;
  std::unordered_set<std::string> names_;
  std::size_t visited_ = 0;
  std::optional<Refusal> refusal_;
};

void Gatherer::walk(const Value& dict, const std::string& prefix, std::size_t depth) {
  if (depth > kDeepestDict) return refuse("dicts stand in each other more than 8 deep");
  for (std::size_t i = 0; i + 1 < dict.items.size() && !refusal_; i += 2) {
    if (++visited_ > kMostNames) return refuse("there are more than a million names");
    const Value& key = values_[dict.items[i]];
    const Value& value = values_[dict.items[i + 1]];
    if (value.kind != Kind::kDict && value.kind != Kind::kTensor && value.kind != Kind::kInteger) continue;
    if (key.kind != Kind::kText) return refuse("a name is no text");
    if (prefix.size() + key.text.size() > kMostNameBytes) return refuse("a name is longer than 4096 bytes");
    const std::string name = prefix + std::string(key.text);
    if (value.kind == Kind::kDict) {
      walk(value, name + ".", depth + 1);
      continue;
    }
    if (!names_.insert(name).second) return refuse("the name " + in_quotes(name) + " stands twice");
    if (value.kind == Kind::kTensor) {
      add_tensor(name, value);
    } else {
      out_.integers.emplace_back(name, value.integer);
    }
  }
}

std::optional<std::vector<std::size_t>> Gatherer::naturals(PickleValues::Index tuple) const {
  std::vector<std::size_t> numbers;
  for (const PickleValues::Index item : values_[tuple].items) {
    if (values_[item].integer < 0) return std::nullopt;
    numbers.push_back(static_cast<std::size_t>(values_[item].integer));
  }
  if (numbers.size() > kMostDimensions) return std::nullopt;
  return numbers;
}

/// The position of the last element of a tensor that has any, in elements; nothing when beyond 64 bits.
std::optional<std::size_t> last_position(const std::vector<std::size_t>& shape,
                                         const std::vector<std::size_t>& strides) {
  std::size_t last = 0;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    std::size_t step = 0;
    if (__builtin_mul_overflow(shape[d] - 1, strides[d], &step) || __builtin_add_overflow(last, step, &last))
      return std::nullopt;
  }
  return last;
}

void Gatherer::add_tensor(const std::string& name, const Value& value) {
  const auto wrong = [&](const std::string& why) { refuse("tensor " + in_quotes(name) + " " + why); };
  const Value& storage = values_[value.items[0]];
  const std::int64_t offset = values_[value.items[1]].integer;
  const auto shape = naturals(value.items[2]);
  const auto strides = naturals(value.items[3]);
  if (!shape || !strides || offset < 0)
    return wrong("has a negative size, stride or offset, or more than 16 dimensions");
  if (shape->size() != strides->size()) return wrong("has not as many strides as sizes");

  const auto stored = find_(storage.text);
  if (!stored) return wrong("has no stored data");
  if (storage_bytes(storage) != stored->size()) {
    return wrong("declares " + std::to_string(storage.integer) + " numbers of " +
                 std::string(to_string(storage.dtype)) + ", but " + std::to_string(stored->size()) +
                 " bytes are stored");
  }
  const auto elements = static_cast<std::size_t>(storage.integer);
  const auto count = element_count(*shape);
  if (!count || *count > elements) return wrong("has more elements than are stored");
  const auto begin = static_cast<std::size_t>(offset);
  const auto last = *count == 0 ? std::optional<std::size_t>(0) : last_position(*shape, *strides);
  if (begin > elements || !last || (*count != 0 && *last >= elements - begin))
    return wrong("reaches beyond its stored data");

  const std::size_t size = size_bytes(storage.dtype);
  const std::size_t span = *count == 0 ? 0 : *last + 1;
  out_.tensors.push_back({name, storage.dtype, *shape, *strides, stored->subspan(begin * size, span * size)});
}

std::variant<PytorchFile, Refusal> parse_zipped(Bytes file) {
  auto archive = parse_zip(file);
  if (auto* refusal = std::get_if<Refusal>(&archive)) return std::move(*refusal);
  std::unordered_map<std::string_view, Bytes> entries;
  std::optional<std::string_view> top;  // the folder that everything stands in
  constexpr std::string_view kPickle = "/data.pkl";
  for (const ZipEntry& entry : std::get<std::vector<ZipEntry>>(archive)) {
    entries.emplace(entry.name, entry.bytes);
    if (!entry.name.ends_with(kPickle)) continue;
    if (top) return Refusal{"the archive holds two pickles"};
    top = entry.name.substr(0, entry.name.size() - kPickle.size());
  }
  if (!top) return Refusal{"the archive holds no data.pkl: it is no PyTorch file"};
  const std::string folder(*top);
  const auto order = entries.find(folder + "/byteorder");
  if (order != entries.end()) {
    const std::string_view text(reinterpret_cast<const char*>(order->second.data()), order->second.size());
    if (text != "little") return Refusal{"its numbers are not little-endian"};
  }
  const Bytes pickle = entries.at(folder + std::string(kPickle));
  auto values = parse_pickle(pickle);
  if (auto* refusal = std::get_if<Refusal>(&values)) return std::move(*refusal);
  if (std::get<PickleValues>(values).pickle_bytes() != pickle.size())
    return Refusal{"there are bytes behind the pickle"};
  return Gatherer(std::get<PickleValues>(values),
                  [&](std::string_view key) -> std::optional<Bytes> {
                    const auto found = entries.find(folder + "/data/" + std::string(key));
                    if (found == entries.end()) return std::nullopt;
                    return found->second;
                  })
      .run();
}

/// The five parts of the older format, one behind the other.
class LegacyReader {
 public:
  explicit LegacyReader(Bytes file) : rest_(file) {}

  std::variant<PytorchFile, Refusal> run() {
    if (auto refusal = read_head()) return std::move(*refusal);
    auto values = next();
    if (auto* refusal = std::get_if<Refusal>(&values)) return std::move(*refusal);
    if (auto refusal = read_storages(std::get<PickleValues>(values))) return std::move(*refusal);
    return Gatherer(std::get<PickleValues>(values),
                    [&](std::string_view key) -> std::optional<Bytes> {
                      const auto found = stored_.find(key);
                      if (found == stored_.end()) return std::nullopt;
                      return found->second;
                    })
        .run();
  }

 private:
  std::variant<PickleValues, Refusal> next() {
    auto values = parse_pickle(rest_);
    if (const auto* read = std::get_if<PickleValues>(&values)) rest_ = rest_.subspan(read->pickle_bytes());
    return values;
  }
  std::optional<Refusal> read_head();
  std::optional<Refusal> read_storages(const PickleValues& values);
  std::optional<Refusal> read_storage(std::string_view key, DType dtype);

  Bytes rest_;
  std::unordered_map<std::string_view, Bytes> stored_;
};

/// The magic number, the protocol's version, and what machine wrote it.
std::optional<Refusal> LegacyReader::read_head() {
  constexpr std::string_view kMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
  constexpr std::int64_t kVersion = 1001;
  const auto magic = next();
  const auto* number = std::get_if<PickleValues>(&magic);
  if (number == nullptr || number->root().kind != Kind::kLong || number->root().text != kMagic) {
    return Refusal{"the file is neither a zip archive nor of PyTorch's older format"};
  }
  const auto version = next();
  if (const auto* refusal = std::get_if<Refusal>(&version)) return *refusal;
  const Value& read = std::get<PickleValues>(version).root();
  if (read.kind != Kind::kInteger || read.integer != kVersion)
    return Refusal{"the file is of an unknown version of PyTorch's format"};
  const auto machine = next();
  if (const auto* refusal = std::get_if<Refusal>(&machine)) return *refusal;
  const auto& facts = std::get<PickleValues>(machine);
  for (std::size_t i = 0; facts.root().kind == Kind::kDict && i + 1 < facts.root().items.size(); i += 2) {
    if (facts[facts.root().items[i]].text == "little_endian" && facts[facts.root().items[i + 1]].integer == 1)
      return std::nullopt;
  }
  return Refusal{"its numbers are not little-endian"};
}

/// The list of keys, and then each storage: its element count and its bytes.
std::optional<Refusal> LegacyReader::read_storages(const PickleValues& values) {
  std::unordered_map<std::string_view, DType> dtypes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Value& value = values[static_cast<PickleValues::Index>(i)];
    if (value.kind != Kind::kStorage) continue;
    if (dtypes.emplace(value.text, value.dtype).first->second != value.dtype) {
      return Refusal{"storage " + in_quotes(value.text) + " has two types"};
    }
  }
  const auto keys = next();
  if (const auto* refusal = std::get_if<Refusal>(&keys)) return *refusal;
  const auto& list = std::get<PickleValues>(keys);
  if (list.root().kind != Kind::kList) return Refusal{"the file lacks its list of storages"};
  for (const PickleValues::Index item : list.root().items) {
    const auto known = dtypes.find(list[item].text);
    if (list[item].kind != Kind::kText || known == dtypes.end())
      return Refusal{"the file stores data that no tensor uses"};
    if (auto refusal = read_storage(list[item].text, known->second)) return refusal;
  }
  if (!rest_.empty()) return Refusal{"there are bytes behind the last storage"};
  return std::nullopt;
}

std::optional<Refusal> LegacyReader::read_storage(std::string_view key, DType dtype) {
  std::uint64_t count = 0;
  if (rest_.size() < sizeof(count)) return Refusal{"the file is cut before storage " + in_quotes(key)};
  std::memcpy(&count, rest_.data(), sizeof(count));
  rest_ = rest_.subspan(sizeof(count));
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(count, size_bytes(dtype), &bytes) || bytes > rest_.size()) {
    return Refusal{"storage " + in_quotes(key) + " is larger than the file"};
  }
  if (!stored_.emplace(key, rest_.first(bytes)).second) return Refusal{"storage " + in_quotes(key) + " stands twice"};
  rest_ = rest_.subspan(bytes);
  return std::nullopt;
}

}  // namespace

std::variant<PytorchFile, Refusal> parse_pytorch(std::span<const std::byte> file) {
  return looks_like_zip(file) ? parse_zipped(file) : LegacyReader(file).run();
}

}  // namespace rapport::nn
