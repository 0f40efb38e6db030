#include "base/clock.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace rapport {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr Time kFirst = sys_days(year(1970) / 1 / 1);
constexpr Time kEnd = sys_days(year(2200) / 1 / 1);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A cursor over the text; every step says whether it found what it wanted.
struct Cursor {
  std::string_view rest;

  bool literal(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  bool number(std::size_t digits, int& out) {
    if (rest.size() < digits || !std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(digits), is_digit)) {
      return false;
    }
    std::from_chars(rest.data(), rest.data() + digits, out);
    rest.remove_prefix(digits);
    return true;
  }
};

std::optional<Time> parse_epoch(std::string_view text) {
  std::int64_t value = 0;
  if (text.size() < 9 || text.size() > 14 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return from_epoch_ms(text.size() <= 11 ? value * 1000 : value);
}

std::optional<Duration> parse_fraction(Cursor& cursor) {
  if (!cursor.literal('.') && !cursor.literal(',')) return Duration(0);
  int ms = 0;
  int digits = 0;
  while (!cursor.rest.empty() && is_digit(cursor.rest.front())) {
    if (digits < 3) ms = ms * 10 + (cursor.rest.front() - '0');
    ++digits;
    cursor.rest.remove_prefix(1);
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  for (int i = digits; i < 3; ++i) ms *= 10;
  return Duration(ms);
}

/// The zone's offset from UTC; a missing zone is UTC.
std::optional<Duration> parse_zone(Cursor& cursor) {
  if (cursor.rest.empty() || cursor.literal('Z') || cursor.literal('z')) return Duration(0);
  const bool west = cursor.rest.front() == '-';
  int hours = 0;
  int minutes = 0;
  if (!cursor.literal('+') && !cursor.literal('-')) return std::nullopt;
  if (!cursor.number(2, hours)) return std::nullopt;
  if (!cursor.rest.empty() && !((cursor.literal(':'), cursor.number(2, minutes)))) return std::nullopt;
  if (hours > 23 || minutes > 59) return std::nullopt;
  const Duration offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return west ? -offset : offset;
}

std::optional<Time> parse_calendar(std::string_view text) {
  Cursor cursor{text};
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (!cursor.number(4, y) || !cursor.literal('-') || !cursor.number(2, mo) || !cursor.literal('-') ||
      !cursor.number(2, d)) {
    return std::nullopt;
  }
  const year_month_day date = year(y) / month(static_cast<unsigned>(mo)) / day(static_cast<unsigned>(d));
  if (!date.ok()) return std::nullopt;
  if (cursor.rest.empty()) return Time(sys_days(date));
  if (!cursor.literal('T') && !cursor.literal('t') && !cursor.literal(' ')) return std::nullopt;
  if (!cursor.number(2, h) || !cursor.literal(':') || !cursor.number(2, mi)) return std::nullopt;
  if (cursor.literal(':') && !cursor.number(2, s)) return std::nullopt;
  const auto fraction = parse_fraction(cursor);
  const auto zone = parse_zone(cursor);
  if (!fraction || !zone || !cursor.rest.empty() || h > 23 || mi > 59 || s > 60) return std::nullopt;
  return Time(sys_days(date)) + std::chrono::hours(h) + std::chrono::minutes(mi) + std::chrono::seconds(s) + *fraction -
         *zone;
}

}  // namespace

std::string format_date(Time time) {
  const year_month_day date(std::chrono::floor<std::chrono::days>(time));
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return buffer.data();
}

std::string format_rfc3339(Time time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(time - midnight);
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "T%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  std::string text = format_date(time) + buffer.data();
  if (const auto ms = clock.subseconds().count(); ms != 0) {
    std::snprintf(buffer.data(), buffer.size(), ".%03d", static_cast<int>(ms));
    text += buffer.data();
  }
  return text + "Z";
}

std::optional<Time> parse_time(std::string_view text) {
  std::optional<Time> time = parse_epoch(text);
  if (!time) time = parse_calendar(text);
  if (!time || *time < kFirst || *time >= kEnd) return std::nullopt;
  return time;
}

Time SystemClock::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace rapport
