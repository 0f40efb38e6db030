#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace rapport::features {

/// Hour and weekday by a contact's clock: UTC plus a fixed offset. There is no daylight saving in it, because the rows
/// know an offset and no place; without an offset it is UTC.
struct LocalTime {
  int hour = 0;     ///< 0..23
  int weekday = 0;  ///< 0..6, Monday 0

  bool is_weekend() const { return weekday >= 5; }
  /// Monday to Friday, 9:00 to 17:59.
  bool is_business_hours() const { return !is_weekend() && hour >= 9 && hour < 18; }
};

inline LocalTime local_time(Time at, std::optional<double> offset_hours) {
  const auto offset = std::chrono::round<std::chrono::minutes>(
      std::chrono::duration<double, std::ratio<3600>>(offset_hours.value_or(0)));
  const Time local = at + offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto hour = std::chrono::floor<std::chrono::hours>(local - day);
  return {.hour = static_cast<int>(hour.count()),
          .weekday = static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1};
}

/// How often something happened in each hour of the day, or on each weekday.
template <std::size_t N>
class Histogram {
 public:
  void add(int cell) { ++counts_[static_cast<std::size_t>(cell)]; }

  /// The fullest cell, the first of equals; nullopt when all are empty.
  std::optional<int> mode() const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < N; ++i) {
      if (counts_[i] > counts_[best]) best = i;
    }
    if (counts_[best] == 0) return std::nullopt;
    return static_cast<int>(best);
  }

 private:
  std::array<std::uint32_t, N> counts_{};
};

}  // namespace rapport::features
