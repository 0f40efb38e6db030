#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/clock.h"

namespace rapport::features {

/// What happened when: values in order of time, with sums over any window. Nothing is ever taken out, so that a
/// window's answer does not depend on which windows were asked for before: online and training agree to the last bit.
///
/// Requires  times are added in order.
/// Cost      add O(1) amortised; a window O(log n).
class Series {
 public:
  void add(Time at, double value = 1) {
    times_.push_back(at);
    sums_.push_back((sums_.empty() ? 0 : sums_.back()) + value);
  }

  std::size_t count() const { return times_.size(); }
  double sum() const { return sums_.empty() ? 0 : sums_.back(); }

  /// Of the entries at `from` or later and before `until`.
  std::size_t count(Time from, Time until) const { return index(until) - index(from); }
  double sum(Time from, Time until) const { return sum_before(index(until)) - sum_before(index(from)); }

  /// Position of the first entry at `at` or later.
  std::size_t index(Time at) const {
    return static_cast<std::size_t>(std::lower_bound(times_.begin(), times_.end(), at) - times_.begin());
  }

 private:
  double sum_before(std::size_t index) const { return index == 0 ? 0 : sums_[index - 1]; }

  std::vector<Time> times_;
  std::vector<double> sums_;
};

/// The median of the durations added so far: the mean of the middle two when their number is even.
///
/// Invariant  `low_` holds the smaller half and at most one more than `high_`.
/// Cost       add O(log n), median O(1).
class RunningMedian {
 public:
  void add(double value) {
    if (low_.empty() || value <= low_.top()) {
      low_.push(value);
    } else {
      high_.push(value);
    }
    if (low_.size() > high_.size() + 1) {
      high_.push(low_.top());
      low_.pop();
    } else if (high_.size() > low_.size()) {
      low_.push(high_.top());
      high_.pop();
    }
  }

  bool empty() const { return low_.empty(); }

  /// Requires  not empty().
  double median() const { return low_.size() > high_.size() ? low_.top() : (low_.top() + high_.top()) / 2; }

 private:
  std::priority_queue<double> low_;
  std::priority_queue<double, std::vector<double>, std::greater<>> high_;
};

}  // namespace rapport::features
