#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rapport {

/// A moment: UTC, whole milliseconds since 1970-01-01.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

constexpr Duration kHour = std::chrono::hours(1);
constexpr Duration kDay = std::chrono::hours(24);

/// Milliseconds since the epoch, as the store holds them, and back.
inline std::int64_t to_epoch_ms(Time time) { return time.time_since_epoch().count(); }
inline Time from_epoch_ms(std::int64_t ms) { return Time(Duration(ms)); }

/// `later - earlier` in days (hours), with fraction; negative when `later` is the earlier one.
inline double days_between(Time earlier, Time later) {
  return std::chrono::duration<double, std::ratio<86400>>(later - earlier).count();
}
inline double hours_between(Time earlier, Time later) {
  return std::chrono::duration<double, std::ratio<3600>>(later - earlier).count();
}

/// "2026-11-23T10:15:00Z", with milliseconds only where there are any; `format_date` gives "2026-11-23".
std::string format_rfc3339(Time time);
std::string format_date(Time time);

/// Reads RFC 3339 ("2026-11-23T10:15:00.5+01:00", a space for the T and a missing zone permitted: UTC), a date alone
/// ("2026-11-23": its midnight) and epoch seconds or milliseconds (whole numbers of 9 to 11 and of 12 to 14 digits).
/// nullopt when it is none of these, or outside the years 1970 to 2199.
std::optional<Time> parse_time(std::string_view text);

/// The wall clock, behind an interface so that a test can hold it still. Nothing else reads the wall clock.
///
/// Threads   safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
};

/// A clock that stands still until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_ms_(to_epoch_ms(start)) {}
  Time now() const override { return from_epoch_ms(now_ms_.load()); }
  void advance(Duration by) { now_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ms_;
};

}  // namespace rapport
