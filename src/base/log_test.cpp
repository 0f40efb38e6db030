#include "base/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

namespace rapport {
namespace {

TEST(Log, WritesOneJsonObjectALineWhateverTheBytesAre) {
  testing::internal::CaptureStderr();

  log_info("quote \" backslash \\ newline \n bytes \xff\xc3(", {{"name", "a\nb\x01"}, {"n", 3}, {"ok", true}, {"x", 0.5}});

  const std::string line = testing::internal::GetCapturedStderr();
  ASSERT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const Json json = parse_json_or_throw(line);
  EXPECT_EQ(json.at("level"), "info");
  EXPECT_EQ(json.at("msg"), "quote \" backslash \\ newline \n bytes ?\?(");
  EXPECT_EQ(json.at("name"), "a\nb\x01");
  EXPECT_EQ(json.at("n").to_number<int>(), 3);
  EXPECT_TRUE(json.at("ok").as_bool());
  EXPECT_DOUBLE_EQ(json.at("x").to_number<double>(), 0.5);
}

TEST(Log, WritesNumbersThatJsonCanSayAndNullForOthers) {
  testing::internal::CaptureStderr();

  log_info("numbers", {{"small", 1.5e-7}, {"large", std::int64_t{1} << 60}, {"none", std::nan("")}});

  const Json json = parse_json_or_throw(testing::internal::GetCapturedStderr());
  EXPECT_EQ(json.at("small").to_number<double>(), 1.5e-7);
  EXPECT_EQ(json.at("large"), std::int64_t{1} << 60);
  EXPECT_TRUE(json.at("none").is_null());
  EXPECT_TRUE(parse_time(std::string(json.at("ts").as_string())));
}

TEST(Log, ReplacesOverlongFormsAndSurrogates) {
  testing::internal::CaptureStderr();

  log_info("a\xe0\x80\x80z \xed\xa0\x80 \xf4\x90\x80\x80");

  EXPECT_TRUE(std::holds_alternative<Json>(parse_json(testing::internal::GetCapturedStderr())));
}

TEST(Log, LeavesOutWhatIsBelowTheLevel) {
  testing::internal::CaptureStderr();
  set_log_level(LogLevel::kWarn);

  log_info("not shown");
  log_warn("shown");
  set_log_level(LogLevel::kInfo);

  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(text.find("not shown"), std::string::npos);
  EXPECT_NE(text.find("\"msg\":\"shown\""), std::string::npos);
}

TEST(Log, RefusesUnknownLevels) { EXPECT_THROW(parse_log_level("loud"), Error); }

}  // namespace
}  // namespace rapport
