#include "server/api/json_text.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <limits>

namespace rapport::api {
namespace {

std::string rounded(double value) {
  JsonText text;
  text.rounded(value);
  return std::move(text).take();
}

TEST(JsonText, RoundsToSixDecimalsWithoutTrailingZeros) {
  EXPECT_EQ(rounded(0.7823456789), "0.782346");
  EXPECT_EQ(rounded(78.5), "78.5");
  EXPECT_EQ(rounded(2), "2");
  EXPECT_EQ(rounded(-0.000001), "-0.000001");
  EXPECT_EQ(rounded(-12.25), "-12.25");
  EXPECT_EQ(rounded(-0.0000001), "0");
  EXPECT_EQ(rounded(0.9999999), "1");
}

TEST(JsonText, WritesNumbersThatAreTooLargeToRoundInFull) {
  EXPECT_EQ(rounded(1e300), "1e+300");
  EXPECT_EQ(parse_json_or_throw(rounded(123456789012345.6)).to_number<double>(), 123456789012345.6);
}

TEST(JsonText, WritesWhatIsNoNumberAsNull) {
  EXPECT_EQ(rounded(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(rounded(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonText, PutsCommasBetweenMembersAndItemsOnly) {
  JsonText text;
  text.open_object().name("a").open_array().integer(1).boolean(false).open_object().close_object().close_array();
  text.name("b").text("\"\n").name("c").open_array().close_array().close_object();

  EXPECT_EQ(std::move(text).take(), "{\"a\":[1,false,{}],\"b\":\"\\\"\\n\",\"c\":[]}");
}

}  // namespace
}  // namespace rapport::api
