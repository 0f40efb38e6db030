#include "ml/ngram_model.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <functional>
#include <span>
#include <string_view>

#include "ml/ngram_lexicon.h"

namespace rapport::ml {
namespace {

constexpr float kSteps = 127;  // of an 8-bit weight to either side

/// Gives slots to hashes, first come first served.
class SlotTable {
 public:
  explicit SlotTable(unsigned log2_groups) : log2_groups_(log2_groups), marks_(NgramSlots::kGroup << log2_groups) {}

  /// The slot, or -1 when the group is full or holds the same mark.
  std::ptrdiff_t insert(std::uint64_t hash) {
    const std::size_t first = NgramSlots::group(hash, log2_groups_) * NgramSlots::kGroup;
    const std::uint16_t mark = NgramSlots::mark(hash);
    for (std::size_t slot = first; slot < first + NgramSlots::kGroup; ++slot) {
      if (marks_[slot] == mark) return -1;
      if (marks_[slot] != 0) continue;
      marks_[slot] = mark;
      return static_cast<std::ptrdiff_t>(slot);
    }
    return -1;
  }
  const std::vector<std::uint16_t>& marks() const { return marks_; }

 private:
  unsigned log2_groups_;
  std::vector<std::uint16_t> marks_;
};

template <class Value>
void put(std::string& out, Value value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

template <class Value>
void put_all(std::string& out, const std::vector<Value>& values) {
  for (const Value value : values) put(out, value);
}

std::int8_t quantize(float value, float scale) {
  return static_cast<std::int8_t>(std::clamp(std::lround(value / scale), -127L, 127L));
}

unsigned lexicon_log2(std::size_t words) {
  unsigned log2_groups = 0;
  while ((NgramSlots::kGroup << log2_groups) < words * 2) ++log2_groups;
  return log2_groups;
}

/// One scale for a column: its largest weight is 127.
std::vector<float> column_scales(const NgramModel& model) {
  const std::size_t width = model.wide + model.hidden;
  std::vector<float> scales(width, 1e-6F);
  for (std::size_t i = 0; i < model.rows.size(); ++i) {
    scales[i % width] = std::max(scales[i % width], std::abs(model.rows[i]));
  }
  for (float& scale : scales) scale /= kSteps;
  return scales;
}

void put_rows(std::string& out, const NgramModel& model, const std::vector<float>& scales, unsigned log2_groups) {
  const std::size_t width = model.wide + model.hidden;
  SlotTable table(log2_groups);
  std::vector<std::int8_t> rows(table.marks().size() * width);
  for (std::size_t feature = 0; feature < model.features.size(); ++feature) {
    const std::ptrdiff_t slot = table.insert(model.features[feature]);
    if (slot < 0) continue;
    for (std::size_t i = 0; i < width; ++i) {
      rows[static_cast<std::size_t>(slot) * width + i] = quantize(model.rows[feature * width + i], scales[i]);
    }
  }
  put_all(out, table.marks());
  put_all(out, rows);
}

void put_header(std::string& out, std::string_view magic, const NgramModel& model, unsigned log2_groups) {
  out += magic;
  put(out, model.options.families);
  put(out, model.options.char_min);
  put(out, model.options.char_max);
  put(out, static_cast<std::uint8_t>(model.options.fold));
  put(out, static_cast<std::uint8_t>(log2_groups));
  put(out, static_cast<std::uint16_t>(model.labels.size()));
  put(out, static_cast<std::uint16_t>(model.wide));
  put(out, static_cast<std::uint16_t>(model.hidden));
  put(out, static_cast<std::uint8_t>(lexicon_log2(model.lexicon.size())));
  put(out, static_cast<std::uint8_t>(!model.lexicon.empty()));
  put(out, model.temperature);
  for (const std::string& label : model.labels) {
    put(out, static_cast<std::uint8_t>(label.size()));
    out += label;
  }
}

/// Rows without their medians: what a softmax makes of a text stays the same.
std::vector<float> centred_rows(const NgramModel& model) {
  std::vector<float> rows = model.rows;
  std::vector<float> sorted(model.wide);
  for (auto row = rows.begin(); row != rows.end(); row += static_cast<std::ptrdiff_t>(model.wide)) {
    std::copy_n(row, model.wide, sorted.begin());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(model.wide / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    for (std::size_t i = 0; i < model.wide; ++i) row[static_cast<std::ptrdiff_t>(i)] -= *middle;
  }
  return rows;
}

/// The size of which at most `count` of the values are.
float size_of_largest(const std::vector<float>& values, std::size_t count) {
  if (count >= values.size()) return 0;
  std::vector<float> sizes(values.size());
  std::transform(values.begin(), values.end(), sizes.begin(), [](float value) { return std::abs(value); });
  const auto last = sizes.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(sizes.begin(), last, sizes.end(), std::greater<>());
  return *last;
}

struct SparseRows {
  std::vector<std::uint8_t> counts;   // [slots]
  std::vector<std::uint32_t> starts;  // [groups]
  std::string weights;                // label and value each
};

SparseRows sparse_rows(const std::vector<std::ptrdiff_t>& feature_of_slot, const std::vector<float>& rows,
                       std::size_t labels, float least, float scale) {
  SparseRows sparse;
  for (std::size_t slot = 0; slot < feature_of_slot.size(); ++slot) {
    if (slot % NgramSlots::kGroup == 0) sparse.starts.push_back(static_cast<std::uint32_t>(sparse.weights.size() / 2));
    std::uint8_t count = 0;
    for (std::size_t label = 0; label < labels && feature_of_slot[slot] >= 0; ++label) {
      const float value = rows[static_cast<std::size_t>(feature_of_slot[slot]) * labels + label];
      const std::int8_t steps = quantize(value, scale);
      if (std::abs(value) <= least || steps == 0) continue;
      sparse.weights += static_cast<char>(label);
      sparse.weights += static_cast<char>(steps);
      ++count;
    }
    sparse.counts.push_back(count);
  }
  return sparse;
}

}  // namespace

std::string pack_sparse_ngram_model(const NgramModel& model, unsigned log2_groups, std::size_t weights) {
  assert(model.hidden == 0 && model.wide == model.labels.size() && model.wide <= NgramModel::kMaxSparseLabels);
  const std::vector<float> rows = centred_rows(model);
  const float scale = std::max(size_of_largest(rows, 0), 1e-6F) / kSteps;
  SlotTable table(log2_groups);
  std::vector<std::ptrdiff_t> feature_of_slot(table.marks().size(), -1);
  for (std::size_t feature = 0; feature < model.features.size(); ++feature) {
    const std::ptrdiff_t slot = table.insert(model.features[feature]);
    if (slot >= 0) feature_of_slot[static_cast<std::size_t>(slot)] = static_cast<std::ptrdiff_t>(feature);
  }
  const SparseRows sparse = sparse_rows(feature_of_slot, rows, model.wide, size_of_largest(rows, weights), scale);
  std::string out;
  put_header(out, "RNGRAM2\n", model, log2_groups);
  put_all(out, std::vector<float>(model.wide, scale));
  put_all(out, model.bias);
  out += PackedLexicon(model.lexicon).bytes;
  put_all(out, table.marks());
  put_all(out, sparse.counts);
  put_all(out, sparse.starts);
  return out + sparse.weights;
}

std::string pack_ngram_model(const NgramModel& model, unsigned log2_groups) {
  assert(model.rows.size() == model.features.size() * (model.wide + model.hidden));
  assert(model.output.size() == model.labels.size() * model.hidden && model.bias.size() == model.labels.size());
  const std::vector<float> scales = column_scales(model);
  std::string out;
  put_header(out, "RNGRAM1\n", model, log2_groups);
  put_all(out, scales);
  put_all(out, model.hidden_bias);
  put_all(out, model.output);
  put_all(out, model.bias);
  out += PackedLexicon(model.lexicon).bytes;
  put_rows(out, model, scales, log2_groups);
  return out;
}

PackedLexicon::PackedLexicon(const std::vector<std::pair<std::uint64_t, float>>& words)
    : log2_groups(lexicon_log2(words.size())) {
  if (words.empty()) return;
  SlotTable table(log2_groups);
  std::vector<std::int8_t> values(table.marks().size());
  for (const auto& [unit, valence] : words) {
    const std::ptrdiff_t slot = table.insert(unit);
    if (slot >= 0) values[static_cast<std::size_t>(slot)] = quantize(valence, NgramLexicon::kUnit);
  }
  put_all(bytes, table.marks());
  put_all(bytes, values);
}

NgramLexicon PackedLexicon::view() const {
  if (bytes.empty()) return {};
  const auto* marks = reinterpret_cast<const std::byte*>(bytes.data());
  return {marks, marks + (bytes.size() / 3) * 2, log2_groups};
}

std::vector<std::uint64_t> features_with_room(const std::vector<std::uint64_t>& features, unsigned log2_groups) {
  SlotTable table(log2_groups);
  std::vector<std::uint64_t> kept;
  for (const std::uint64_t feature : features) {
    if (table.insert(feature) >= 0) kept.push_back(feature);
  }
  return kept;
}

}  // namespace rapport::ml
