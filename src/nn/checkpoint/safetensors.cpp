#include "nn/checkpoint/safetensors.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace rapport::nn {
namespace {

namespace json = boost::json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kLongestHeader = 100'000'000;  // the reference implementation's own cap
constexpr std::size_t kMostDimensions = 16;

std::optional<std::size_t> natural(const Json& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::size_t>(value.get_int64());
  return std::nullopt;
}

std::optional<std::vector<std::size_t>> naturals(const Json* value, std::size_t most) {
  if (value == nullptr || !value->is_array() || value->get_array().size() > most) return std::nullopt;
  std::vector<std::size_t> numbers;
  for (const Json& item : value->get_array()) {
    const auto number = natural(item);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

bool is_metadata(const Json& value) {
  if (!value.is_object()) return false;
  const auto& members = value.get_object();
  return std::all_of(members.begin(), members.end(), [](const auto& member) { return member.value().is_string(); });
}

/// One member of the header; its bytes are within `data` and exactly as many as its shape asks for.
std::variant<StoredTensor, Refusal> read_tensor(std::string_view name, const Json& value,
                                                std::span<const std::byte> data) {
  const auto refuse = [&](const std::string& why) { return Refusal{"tensor " + in_quotes(name) + " " + why}; };
  if (!value.is_object() || value.get_object().size() != 3)
    return refuse("is not described by dtype, shape, data_offsets");
  const auto& object = value.get_object();
  const Json* dtype = object.if_contains("dtype");
  const auto shape = naturals(object.if_contains("shape"), kMostDimensions);
  const auto offsets = naturals(object.if_contains("data_offsets"), 2);
  if (dtype == nullptr || !dtype->is_string()) return refuse("has no dtype");
  if (!shape) return refuse("has no shape of at most 16 whole numbers");
  if (!offsets || offsets->size() != 2) return refuse("has no two data_offsets");

  StoredTensor tensor;
  tensor.name = name;
  const auto known = parse_safetensors_dtype(dtype->get_string());
  if (!known) return refuse("has the unknown dtype " + in_quotes(dtype->get_string()));
  tensor.dtype = *known;
  tensor.shape = *shape;
  const std::size_t begin = (*offsets)[0];
  const std::size_t end = (*offsets)[1];
  if (begin > end || end > data.size()) return refuse("lies outside the file");
  std::size_t bytes = 0;
  const auto count = element_count(tensor.shape);
  if (!count || __builtin_mul_overflow(*count, size_bytes(tensor.dtype), &bytes) || bytes != end - begin) {
    return refuse("has " + std::to_string(end - begin) + " bytes, which is not what " +
                  std::string(to_string(tensor.dtype)) + " " + shape_text(tensor.shape) + " takes");
  }
  tensor.strides = row_major_strides(tensor.shape);
  tensor.bytes = data.subspan(begin, bytes);
  return tensor;
}

/// Nothing, or why the tensors do not cover `data` exactly once. Sorts them by their place.
std::optional<Refusal> check_cover(std::vector<StoredTensor>& tensors, std::span<const std::byte> data) {
  std::sort(tensors.begin(), tensors.end(), [](const StoredTensor& a, const StoredTensor& b) {
    return std::pair(a.bytes.data(), a.bytes.size()) < std::pair(b.bytes.data(), b.bytes.size());
  });
  const std::byte* end = data.data();
  for (const StoredTensor& tensor : tensors) {
    if (tensor.bytes.data() < end) return Refusal{"tensor " + in_quotes(tensor.name) + " overlaps another"};
    if (tensor.bytes.data() > end)
      return Refusal{"there are bytes before tensor " + in_quotes(tensor.name) + " that belong to none"};
    end += tensor.bytes.size();
  }
  if (end != data.data() + data.size()) return Refusal{"there are bytes behind the last tensor"};
  return std::nullopt;
}

}  // namespace

std::variant<std::vector<StoredTensor>, Refusal> parse_safetensors(std::span<const std::byte> file) {
  if (file.size() < kLengthBytes) return Refusal{"the file is shorter than a safetensors header"};
  std::uint64_t header_bytes = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;)
    header_bytes = header_bytes << 8 | std::to_integer<std::uint64_t>(file[i]);
  if (header_bytes > kLongestHeader) return Refusal{"the header is longer than 100 MB"};
  if (header_bytes > file.size() - kLengthBytes) return Refusal{"the header is longer than the file"};
  const std::string_view header(reinterpret_cast<const char*>(file.data()) + kLengthBytes, header_bytes);
  if (header.empty() || header.front() != '{') return Refusal{"the header does not begin with {"};

  const auto parsed = parse_json(header);
  if (const auto* error = std::get_if<JsonError>(&parsed)) return Refusal{"the header is not JSON: " + error->message};
  const Json& document = std::get<Json>(parsed);
  if (!document.is_object()) return Refusal{"the header is not a JSON object"};

  const auto data = file.subspan(kLengthBytes + header_bytes);
  std::vector<StoredTensor> tensors;
  for (const auto& member : document.get_object()) {
    if (member.key() == "__metadata__") {
      if (!is_metadata(member.value())) return Refusal{"__metadata__ is not a map from text to text"};
      continue;
    }
    auto tensor = read_tensor(member.key(), member.value(), data);
    if (auto* refusal = std::get_if<Refusal>(&tensor)) return std::move(*refusal);
    tensors.push_back(std::get<StoredTensor>(std::move(tensor)));
  }
  if (auto refusal = check_cover(tensors, data)) return std::move(*refusal);
  return tensors;
}

}  // namespace rapport::nn
