#include "ml/ngram_classifier.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "ml/ngram_model.h"

namespace rapport::ml {
namespace {

static_assert(std::endian::native == std::endian::little, "the model's numbers are read as they stand");

constexpr std::size_t kMaxColumns = NgramModel::kMaxLabels + NgramModel::kMaxHidden;
constexpr std::size_t kBlock = 16;                // columns added at once
constexpr std::uint32_t kMaxUnflushed = 1 << 20;  // rows whose sum fits into 32 bits
constexpr float kLongText = 1500;                 // features; beyond, a text's evidence does not grow with its length

/// Reads little-endian values from bytes of anybody's making; everything is empty behind the first that is not there.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }
  std::span<const std::byte> rest() const { return rest_; }

  std::span<const std::byte> take(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  template <class Value>
  Value value() {
    Value read{};
    const auto bytes = take(sizeof read);
    if (ok_) std::memcpy(&read, bytes.data(), sizeof read);
    return read;
  }
  /// Numbers that are all finite, or a cursor that is not ok.
  std::vector<float> floats(std::size_t count) {
    const auto bytes = take(count * sizeof(float));
    std::vector<float> read(ok_ ? count : 0);
    if (!read.empty()) std::memcpy(read.data(), bytes.data(), bytes.size());
    ok_ = ok_ && std::all_of(read.begin(), read.end(), [](float value) { return std::abs(value) < 1e6F; });
    return read;
  }

 private:
  std::span<const std::byte> rest_;
  bool ok_ = true;
};

constexpr std::size_t kPair = 2;  // bytes of a label and its weight

/// Where the pairs of a slot are.
struct SparseRow {
  std::size_t first;
  std::size_t count;
};

SparseRow sparse_row(const std::byte* starts, const std::byte* counts, std::size_t slot) {
  const std::size_t group = slot / NgramSlots::kGroup;
  std::uint32_t start = 0;
  std::memcpy(&start, starts + group * sizeof start, sizeof start);
  std::size_t first = start;
  for (std::size_t i = group * NgramSlots::kGroup; i < slot; ++i) first += static_cast<std::size_t>(counts[i]);
  return {first, static_cast<std::size_t>(counts[slot])};
}

/// Whether every row's pairs are there, with labels below `labels`, each at most once.
bool are_rows(std::span<const std::byte> pairs, const std::byte* starts, std::span<const std::byte> counts,
              std::size_t labels) {
  for (std::size_t slot = 0; slot < counts.size(); ++slot) {
    const SparseRow row = sparse_row(starts, counts.data(), slot);
    if (row.first + row.count > pairs.size() / kPair) return false;
    std::size_t least = 0;
    for (std::size_t i = row.first; i < row.first + row.count; ++i) {
      const auto label = static_cast<std::size_t>(pairs[i * kPair]);
      if (label < least || label >= labels) return false;
      least = label + 1;
    }
  }
  return true;
}

}  // namespace

/// Fills a classifier from bytes, part by part.
struct NgramModelReader {
  Cursor cursor;
  NgramClassifier model;
  std::size_t labels = 0;
  unsigned log2_lexicon = 0;
  bool has_lexicon = false;
  bool sparse = false;

  // A sentence when something is wrong.
  std::optional<std::string> header() {
    static constexpr std::string_view kWhole = "RNGRAM1\n";
    static constexpr std::string_view kSparse = "RNGRAM2\n";
    const auto taken = cursor.take(kWhole.size());
    const std::string_view magic(reinterpret_cast<const char*>(taken.data()), taken.size());
    if (magic != kWhole && magic != kSparse) return "This is not a text model.";
    sparse = magic == kSparse;
    NgramOptions& options = model.options_;
    options.families = cursor.value<std::uint32_t>();
    options.char_min = cursor.value<std::uint8_t>();
    options.char_max = cursor.value<std::uint8_t>();
    options.fold = cursor.value<std::uint8_t>() != 0;
    model.log2_groups_ = cursor.value<std::uint8_t>();
    labels = cursor.value<std::uint16_t>();
    model.wide_ = cursor.value<std::uint16_t>();
    model.hidden_ = cursor.value<std::uint16_t>();
    log2_lexicon = cursor.value<std::uint8_t>();
    has_lexicon = cursor.value<std::uint8_t>() != 0;
    const auto temperature = cursor.value<float>();
    if (!cursor.ok()) return "The model ends within its header.";
    const bool grams =
        options.char_min >= 1 && options.char_min <= options.char_max && options.char_max <= NgramOptions::kMaxCharGram;
    if (options.families > kAllNgramFamilies || !grams)
      return "The model asks for features that this program cannot read.";
    if (labels < 2 || labels > NgramModel::kMaxLabels || (model.wide_ != 0 && model.wide_ != labels) ||
        model.hidden_ > NgramModel::kMaxHidden || model.wide_ + model.hidden_ == 0 ||
        (sparse && (model.hidden_ > 0 || labels > NgramModel::kMaxSparseLabels))) {
      return "The model's sizes do not fit together.";
    }
    if (model.log2_groups_ > kMaxLog2Groups || log2_lexicon > kMaxLog2Groups) return "The model's table is too large.";
    if (!(temperature > 1e-3F && temperature < 1e3F)) return "The model's temperature is not a sensible number.";
    model.wide_scale_ = 1 / temperature;
    return std::nullopt;
  }

  std::optional<std::string> names() {
    for (std::size_t i = 0; i < labels; ++i) {
      const auto bytes = cursor.take(cursor.value<std::uint8_t>());
      if (!cursor.ok() || bytes.empty()) return "The model ends within its labels.";
      std::string name(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      if (!text::is_valid_utf8(name)) return "A label of the model is not text.";
      model.labels_.push_back(std::move(name));
    }
    return std::nullopt;
  }

  std::optional<std::string> numbers() {
    model.scales_ = cursor.floats(model.wide_ + model.hidden_);
    model.hidden_bias_ = cursor.floats(model.hidden_);
    model.output_ = cursor.floats(labels * model.hidden_);
    model.bias_ = cursor.floats(labels);
    if (!cursor.ok()) return "The model's numbers are cut off or not finite.";
    for (float& weight : model.output_) weight *= model.wide_scale_;
    for (float& weight : model.bias_) weight *= model.wide_scale_;
    return std::nullopt;
  }

  std::optional<std::string> tables() {
    if (has_lexicon) {
      const std::size_t slots = NgramSlots::kGroup << log2_lexicon;
      const std::byte* marks = cursor.take(slots * sizeof(std::uint16_t)).data();
      const std::byte* values = cursor.take(slots).data();
      if (!cursor.ok()) return "The model's lexicon is cut off.";
      model.lexicon_ = NgramLexicon(marks, values, log2_lexicon);
    }
    const std::size_t slots = NgramSlots::kGroup << model.log2_groups_;
    model.marks_ = cursor.take(slots * sizeof(std::uint16_t)).data();
    if (sparse) return sparse_rows(slots);
    model.rows_ = cursor.take(slots * (model.wide_ + model.hidden_)).data();
    if (!cursor.at_end()) return "The model's table has not the size that its header says.";
    return std::nullopt;
  }

  std::optional<std::string> sparse_rows(std::size_t slots) {
    const auto counts = cursor.take(slots);
    const auto starts = cursor.take(slots / NgramSlots::kGroup * sizeof(std::uint32_t));
    const auto pairs = cursor.rest();
    if (!cursor.ok() || pairs.size() % kPair != 0 || !are_rows(pairs, starts.data(), counts, labels)) {
      return "The model's rows are cut off or name labels that are not there.";
    }
    model.counts_ = counts.data();
    model.starts_ = starts.data();
    model.rows_ = pairs.data();
    return std::nullopt;
  }

  static constexpr unsigned kMaxLog2Groups = 24;
};

std::variant<NgramClassifier, std::string> NgramClassifier::read(std::span<const std::byte> bytes) {
  NgramModelReader reader{Cursor(bytes), NgramClassifier()};
  for (const auto part :
       {&NgramModelReader::header, &NgramModelReader::names, &NgramModelReader::numbers, &NgramModelReader::tables}) {
    if (auto problem = (reader.*part)()) return std::move(*problem);
  }
  reader.model.size_bytes_ = bytes.size();
  return std::move(reader.model);
}

/// The sums over a text's rows, by column.
struct NgramClassifier::Sums {
  std::array<std::int32_t, kMaxColumns> whole{};
  std::array<float, kMaxColumns> columns{};
  std::size_t rows = 0;
  std::uint32_t unflushed = 0;

  void flush(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      columns[i] += static_cast<float>(whole[i]);
      whole[i] = 0;
    }
    unflushed = 0;
  }
};

void NgramClassifier::add_whole_row(std::size_t slot, Sums& sums) const {
  const std::size_t width = wide_ + hidden_;
  const std::size_t blocks = width / kBlock * kBlock;
  const auto* row = reinterpret_cast<const std::int8_t*>(rows_) + slot * width;
  for (std::size_t first = 0; first < blocks; first += kBlock) {
    for (std::size_t i = 0; i < kBlock; ++i) sums.whole[first + i] += row[first + i];
  }
  for (std::size_t i = blocks; i < width; ++i) sums.whole[i] += row[i];
}

void NgramClassifier::add_sparse_row(std::size_t slot, Sums& sums) const {
  const SparseRow row = sparse_row(starts_, counts_, slot);
  const std::byte* pair = rows_ + row.first * kPair;
  for (std::size_t i = 0; i < row.count; ++i, pair += kPair) {
    sums.whole[static_cast<std::size_t>(pair[0])] += static_cast<std::int8_t>(pair[1]);
  }
}

void NgramClassifier::add_rows(std::string_view text, Sums& sums) const {
  NgramReader reader(text, options_, lexicon_);
  for (std::span<const std::uint64_t> features; reader.next(features);) {
    for (const std::uint64_t feature : features) {
      const std::ptrdiff_t found = NgramSlots::find(marks_, feature, log2_groups_);
      if (found < 0) continue;
      const auto slot = static_cast<std::size_t>(found);
      counts_ == nullptr ? add_whole_row(slot, sums) : add_sparse_row(slot, sums);
      ++sums.rows;
      if (++sums.unflushed == kMaxUnflushed) sums.flush(wide_ + hidden_);
    }
  }
  sums.flush(wide_ + hidden_);
}

float ngram_scale(std::size_t features) {
  const auto count = static_cast<float>(std::max<std::size_t>(features, 1));
  return count <= kLongText ? 1 / std::sqrt(count) : std::sqrt(kLongText) / count;
}

void NgramClassifier::logits(std::string_view text, std::span<float> out) const {
  Sums sums;
  add_rows(text, sums);
  const float scale = ngram_scale(sums.rows);
  for (std::size_t i = 0; i < wide_ + hidden_; ++i) sums.columns[i] *= scale * scales_[i];
  float* hidden = sums.columns.data() + wide_;
  for (std::size_t i = 0; i < hidden_; ++i) hidden[i] = std::max(hidden[i] + hidden_bias_[i], 0.0F);
  for (std::size_t label = 0; label < labels_.size(); ++label) {
    const float* weights = output_.data() + label * hidden_;
    float sum = bias_[label] + (wide_ > 0 ? sums.columns[label] * wide_scale_ : 0);
    for (std::size_t i = 0; i < hidden_; ++i) sum += weights[i] * hidden[i];
    out[label] = sum;
  }
}

void NgramClassifier::probabilities(std::string_view text, std::span<float> out) const {
  logits(text, out);
  const float largest = *std::max_element(out.begin(), out.end());
  float total = 0;
  for (float& value : out) total += value = std::exp(value - largest);
  for (float& value : out) value /= total;
}

std::size_t NgramClassifier::known_features(std::string_view text) const {
  Sums sums;
  add_rows(text, sums);
  return sums.rows;
}

}  // namespace rapport::ml
