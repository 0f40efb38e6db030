#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.h"

namespace rapport::ml {

/// Row numbers, ascending, of what to learn from and what to test on: disjoint.
struct Split {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
  bool by_time = false;  ///< the test rows are the latest ones
};

/// What is known about the rows that are to be split.
struct SplitRows {
  std::size_t rows = 0;
  std::span<const Time> as_of;             ///< empty: unknown
  std::span<const std::uint32_t> group;    ///< rows of one group stay on one side; empty: each row for itself
  std::span<const double> labels;          ///< 0 or 1, to keep the share of class 1; empty: not a classifier
};

/// Sets the last `fraction` of the rows by time aside (rows of one moment stay together; a whole group goes with its
/// latest row). Where the time is unknown or the same everywhere, a random part, stratified by label.
///
/// Requires  rows >= 2, 0 < fraction < 1; spans empty or of `rows` values. Neither side is empty, unless all rows are
///           one group or one moment of one group: then `test` is empty.
/// Threads   pure. Deterministic by seed.
Split hold_out(const SplitRows& rows, double fraction, std::uint64_t seed);

/// `folds` splits whose test sides are a partition of the rows: random, of nearly equal size, stratified by label,
/// groups whole. Fewer splits when there are fewer groups (rows) than `folds`.
///
/// Requires  folds >= 2; spans empty or of `rows` values.
std::vector<Split> k_fold(const SplitRows& rows, std::size_t folds, std::uint64_t seed);

/// The values of `values` at `rows`, in that order.
template <class T>
std::vector<T> take(std::span<const T> values, std::span<const std::size_t> rows) {
  std::vector<T> out;
  out.reserve(rows.size());
  for (const std::size_t row : rows) out.push_back(values[row]);
  return out;
}

}  // namespace rapport::ml
