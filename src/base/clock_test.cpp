#include "base/clock.h"

#include <gtest/gtest.h>

namespace rapport {
namespace {

std::int64_t ms_of(std::string_view text) {
  const std::optional<Time> time = parse_time(text);
  return time ? to_epoch_ms(*time) : -1;
}

TEST(ParseTime, ReadsRfc3339WithZonesAndFractions) {
  EXPECT_EQ(ms_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ms_of("2025-10-23T12:00:00Z"), 1761220800000);
  EXPECT_EQ(ms_of("2025-10-23T12:00:00.5Z"), 1761220800500);
  EXPECT_EQ(ms_of("2025-10-23T12:00:00.123456Z"), 1761220800123);
  EXPECT_EQ(ms_of("2025-10-23T14:00:00+02:00"), 1761220800000);
  EXPECT_EQ(ms_of("2025-10-23T06:30:00-05:30"), 1761220800000);
  EXPECT_EQ(ms_of("2025-10-23 12:00"), 1761220800000);
  EXPECT_EQ(ms_of("2025-10-23"), 1761177600000);
}

TEST(ParseTime, ReadsEpochSecondsAndMilliseconds) {
  EXPECT_EQ(ms_of("1761220800"), 1761220800000);
  EXPECT_EQ(ms_of("1761220800123"), 1761220800123);
}

TEST(ParseTime, RefusesWhatIsNoMoment) {
  for (const char* text : {"", "yesterday", "2025-13-01", "2025-02-30", "2025-1-1", "2025-10-23T25:00:00Z",
                           "2025-10-23T12:60:00Z", "2025-10-23T12:00:00+", "2025-10-23T12:00:00+2:00", "1e12", "-5",
                           "2025-10-23T12:00:00Zjunk", "2025-10-23T12:00:00.", "12345", "1969-12-31T23:59:59Z",
                           "2200-01-01", "99999999999999"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(FormatRfc3339, ReadsBackTheSame) {
  for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1761220800000}, std::int64_t{1761220800123}}) {
    EXPECT_EQ(ms_of(format_rfc3339(from_epoch_ms(ms))), ms);
  }
  EXPECT_EQ(format_rfc3339(from_epoch_ms(1761220800000)), "2025-10-23T12:00:00Z");
  EXPECT_EQ(format_date(from_epoch_ms(1761220800000)), "2025-10-23");
}

TEST(ManualClock, StandsStillUntilItIsMoved) {
  ManualClock clock(from_epoch_ms(1000));

  clock.advance(Duration(500));

  EXPECT_EQ(to_epoch_ms(clock.now()), 1500);
}

}  // namespace
}  // namespace rapport
