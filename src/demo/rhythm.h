#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/rng.h"

namespace rapport::demo {

/// When a person does things: a Poisson process whose intensity follows the hour of the day (a bell around the
/// preferred hour over a low floor) and the weekday (double on the habit day). Scaled so that one day of an average
/// week has mass 1.
///
/// Threads   const and pure, apart from the Rng passed in.
class Rhythm {
 public:
  struct Habit {
    double timezone_offset_hours = 0;
    double preferred_hour = 12;
    double hour_width = 4;
    int habit_weekday = 0;
  };
  explicit Rhythm(const Habit& habit);

  double local_hour(Time at) const;  ///< [0, 24)
  int local_weekday(Time at) const;  ///< Monday 0
  bool is_habit_day(Time at) const { return local_weekday(at) == habit_.habit_weekday; }

  /// 1 at the preferred hour, falling to 0 at the opposite end of the day.
  double nearness(Time at) const;

  /// Expected number of events in (from, to] at one event per day.
  double mass(Time from, Time to) const;

  /// The first event after `from` at `per_day` events a day, Time::max() when it lies beyond `end`.
  Time next_event(Time from, double per_day, Time end, Rng& rng) const;

  /// The next time after `from`, within 24 hours, that this person takes up the phone.
  Time next_pickup(Time from, Rng& rng) const;

 private:
  /// The person's own day begins 12 hours before the preferred hour, so that the bell never wraps.
  struct OwnTime {
    std::int64_t day;
    double hour;  ///< [0, 24)
  };
  OwnTime own_time(Time at) const;
  Time from_own(std::int64_t day, double hour) const;
  double day_factor(std::int64_t own_day) const;
  double share_until(double own_hour) const;
  double hour_at_share(double share) const;

  Habit habit_;
  std::int64_t shift_ms_;  ///< own time minus UTC
};

}  // namespace rapport::demo
