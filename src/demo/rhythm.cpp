#include "demo/rhythm.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace rapport::demo {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;
constexpr double kBellShare = 0.85;  ///< of the day's events lie in the bell, the others evenly in the waking hours
constexpr double kFloorFrom = 4;     ///< own hours
constexpr double kFloorTo = 20;
constexpr double kHabitFactor = 2;
constexpr double kOtherFactor = (7 - kHabitFactor) / 6;
constexpr double kNearnessWidthHours = 4;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// 1970-01-01 was a Thursday.
int weekday_of(std::int64_t day) { return static_cast<int>(((day + 3) % 7 + 7) % 7); }

}  // namespace

Rhythm::Rhythm(const Habit& habit)
    : habit_(habit),
      shift_ms_(static_cast<std::int64_t>((habit.timezone_offset_hours + 12 - habit.preferred_hour) * kHourMs)) {}

double Rhythm::local_hour(Time at) const {
  const std::int64_t local = to_epoch_ms(at) + static_cast<std::int64_t>(habit_.timezone_offset_hours * kHourMs);
  return static_cast<double>(local - floor_div(local, kDayMs) * kDayMs) / kHourMs;
}

int Rhythm::local_weekday(Time at) const {
  const std::int64_t local = to_epoch_ms(at) + static_cast<std::int64_t>(habit_.timezone_offset_hours * kHourMs);
  return weekday_of(floor_div(local, kDayMs));
}

double Rhythm::nearness(Time at) const {
  const double distance = (own_time(at).hour - 12) / kNearnessWidthHours;
  return std::exp(-distance * distance / 2);
}

Rhythm::OwnTime Rhythm::own_time(Time at) const {
  const std::int64_t own = to_epoch_ms(at) + shift_ms_;
  const std::int64_t day = floor_div(own, kDayMs);
  return {day, static_cast<double>(own - day * kDayMs) / kHourMs};
}

Time Rhythm::from_own(std::int64_t day, double hour) const {
  return from_epoch_ms(day * kDayMs + static_cast<std::int64_t>(hour * kHourMs) - shift_ms_);
}

double Rhythm::day_factor(std::int64_t own_day) const {  // its middle, the preferred hour, lies on the same local date
  return weekday_of(own_day) == habit_.habit_weekday ? kHabitFactor : kOtherFactor;
}

double Rhythm::share_until(double own_hour) const {  // the bell is a raised cosine: its integral is in closed form
  const double x = std::clamp((own_hour - 12) / habit_.hour_width, -1.0, 1.0);
  const double bell = (1 + x + std::sin(std::numbers::pi * x) / std::numbers::pi) / 2;
  const double floor = std::clamp((own_hour - kFloorFrom) / (kFloorTo - kFloorFrom), 0.0, 1.0);
  return kBellShare * bell + (1 - kBellShare) * floor;
}

double Rhythm::hour_at_share(double share) const {
  double low = kFloorFrom;
  double high = kFloorTo;
  constexpr int kSteps = 16;  // 16 hours / 2^16: under a second
  for (int i = 0; i < kSteps; ++i) {
    const double middle = (low + high) / 2;
    (share_until(middle) < share ? low : high) = middle;
  }
  return high;
}

double Rhythm::mass(Time from, Time to) const {
  const OwnTime a = own_time(from);
  const OwnTime b = own_time(to);
  if (a.day == b.day) return day_factor(a.day) * (share_until(b.hour) - share_until(a.hour));
  double total = day_factor(a.day) * (1 - share_until(a.hour)) + day_factor(b.day) * share_until(b.hour);
  for (std::int64_t day = a.day + 1; day < b.day; ++day) total += day_factor(day);
  return total;
}

Time Rhythm::next_event(Time from, double per_day, Time end, Rng& rng) const {
  if (per_day <= 0) return Time::max();
  double left = rng.exponential(1) / per_day;
  OwnTime at = own_time(from);
  for (double passed = share_until(at.hour);; ++at.day, passed = 0) {
    if (from_own(at.day, 0) > end) return Time::max();
    const double factor = day_factor(at.day);
    const double rest = factor * (1 - passed);
    if (left < rest) {
      const Time found = std::max(from_own(at.day, hour_at_share(passed + left / factor)), from + Duration(1));
      return found > end ? Time::max() : found;
    }
    left -= rest;
  }
}

Time Rhythm::next_pickup(Time from, Rng& rng) const {
  const double hour = hour_at_share(rng.uniform());
  const OwnTime now = own_time(from);
  const Time today = from_own(now.day, hour);
  return today > from ? today : today + kDay;
}

}  // namespace rapport::demo
