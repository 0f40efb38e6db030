#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "ml/tree_nodes.h"

namespace rapport::ml {

// A row of features laid out so that one comparison decides every split. Each feature stands twice: a missing value is
// -infinity in the first copy and +infinity in the second. A split that sends missing values left reads the first, one
// that sends them right the second, and `slot < threshold` is the whole rule. One more slot is always -infinity: a leaf
// compares it with its own (finite) value and so stays where it is.
//
// Values are floats, as in XGBoost; beyond +-1e37 they are clamped, in training as well, so that none is infinite.

constexpr std::size_t kMaxSlots = 2 * TreeModel::kMaxFeatures + 1;

constexpr std::size_t slot_count(std::size_t features) { return 2 * features + 1; }

inline std::uint32_t slot_of_split(const TreeNode& node, std::size_t features) {
  return node.feature + (node.missing_left ? 0U : static_cast<std::uint32_t>(features));
}

/// NaN stays NaN.
inline float to_feature_value(double value) { return static_cast<float>(std::clamp(value, -1e37, 1e37)); }

inline void fill_slots(std::span<const double> row, float* slots) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::size_t features = row.size();
  for (std::size_t i = 0; i < features; ++i) {
    const float value = to_feature_value(row[i]);
    const bool missing = std::isnan(row[i]);
    slots[i] = missing ? -kInfinity : value;
    slots[features + i] = missing ? kInfinity : value;
  }
  slots[2 * features] = -kInfinity;
}

}  // namespace rapport::ml
