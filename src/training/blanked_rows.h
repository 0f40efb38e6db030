#pragma once

#include <cstdint>
#include <vector>

#include "training/recipe.h"

namespace rapport::training {

/// The rows, and behind them a copy of each in which a random share of the values is missing.
///
/// Stored history rarely lacks a count, so trees that learn from it alone never see one missing and send a missing value
/// down an arbitrary branch; a request, however, may give three features of twenty-four. From the copies the trees learn
/// what the given values say on their own. A copy weighs less than its row, so that complete rows decide where they can.
///
/// Threads   pure; deterministic by seed.
struct BlankedRows {
  BlankedRows(const LabelledRows& rows, std::uint64_t seed);

  ml::Matrix x;
  std::vector<double> y;
  std::vector<double> weights;
};

}  // namespace rapport::training
