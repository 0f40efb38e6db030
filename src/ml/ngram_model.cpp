#include "ml/ngram_model.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <span>

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

void put_header(std::string& out, const NgramModel& model, unsigned log2_groups) {
  out += "RNGRAM1\n";
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

}  // namespace

std::string pack_ngram_model(const NgramModel& model, unsigned log2_groups) {
  assert(model.rows.size() == model.features.size() * (model.wide + model.hidden));
  assert(model.output.size() == model.labels.size() * model.hidden && model.bias.size() == model.labels.size());
  const std::vector<float> scales = column_scales(model);
  std::string out;
  put_header(out, model, log2_groups);
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
