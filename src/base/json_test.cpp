#include "base/json.h"

#include <gtest/gtest.h>

#include <bit>
#include <boost/json.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace rapport {
namespace {

bool accepts(std::string_view text) {
  return std::holds_alternative<Json>(parse_json(text));
}

Json parsed(std::string_view text) {
  return std::get<Json>(parse_json(text));
}

JsonError refused(std::string_view text) {
  auto result = parse_json(text);
  return std::holds_alternative<JsonError>(result) ? std::get<JsonError>(result) : JsonError{"accepted", 0, 0};
}

TEST(ParseJson, ReadsNumbersAsTheyAreWritten) {
  EXPECT_EQ(parsed("9223372036854775807").as_int64(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parsed("-9223372036854775808").as_int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parsed("18446744073709551615").as_uint64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(parsed("18446744073709551616").as_double(), 18446744073709551616.0);
  EXPECT_EQ(parsed("1e-400").as_double(), 0.0);
  EXPECT_TRUE(std::signbit(parsed("-0.0").as_double()));
  for (const char* number :
       {"0.1", "0.3", "1e23", "8.98846567431158e307", "1.7976931348623157e308", "2.2250738585072014e-308", "123456.789",
        "6.02214076e23", "0.30000000000000004", "9007199254740993.0", "-273.15", "4.35"}) {
    EXPECT_EQ(parsed(number).as_double(), std::strtod(number, nullptr)) << number;
  }
}

TEST(ParseJson, ReadsEscapesAsTheirCharacters) {
  EXPECT_EQ(parsed("\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"").as_string(), "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(parsed("\"\\b\\f\\n\\r\\t\\\"\\\\\\/\"").as_string(), "\b\f\n\r\t\"\\/");
  EXPECT_EQ(parsed("\"a\\u0000b\"").as_string().size(), 3U);
}

TEST(ParseJson, SaysWhereTheMistakeIs) {
  const JsonError comma = refused("{\n  \"a\": 1,\n  \"b\": [1, 2,]\n}");
  EXPECT_EQ(comma.line, 3U);
  EXPECT_NEAR(static_cast<double>(comma.column), 14, 1);
  const JsonError twice = refused("{\"a\":1,\n\"a\":2}");
  EXPECT_EQ(twice.line, 2U);
  EXPECT_NE(twice.message.find("twice"), std::string::npos);
  EXPECT_NE(refused(std::string(65, '[')).message.find("64"), std::string::npos);
  EXPECT_NE(refused("[1e400]").message.find("range"), std::string::npos);
  EXPECT_FALSE(refused("").message.empty());
  EXPECT_EQ(refused("{} x").column, 4U);
}

TEST(ParseJson, NeverRepeatsTheTextInItsMessage) {
  for (const char* text :
       {"{\"secret\":secret}", "{\"secret\":1,\"secret\":2}", "[\"secret\\x\"]", "secret", "[1] secret"}) {
    EXPECT_EQ(refused(text).message.find("secret"), std::string::npos) << text;
  }
}

TEST(ParseJsonOrThrow, ThrowsMalformedWithThePlace) {
  try {
    parse_json_or_throw("[1,\n]");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kMalformed);
    EXPECT_EQ(error.code(), "malformed_json");
    EXPECT_NE(error.message().find("line 2"), std::string::npos);
  }
}

TEST(JsonToString, WritesOneLineThatReadsBackTheSame) {
  for (const char* text :
       {"null", "[]", "{}", "[1,-2,18446744073709551615,0.1,1e+300,5e-324,-0.5]",
        "{\"b\":true,\"a\":\"x\\ny\\\"\\\\\\u0001\",\"n\":{\"m\":[null,false]}}", "\"\xC3\xA9\xF0\x9F\x98\x80\x7F\""}) {
    const Json value = parsed(text);

    const std::string written = to_string(value);

    EXPECT_EQ(parsed(written), value) << written;
    EXPECT_EQ(written.find('\n'), std::string::npos);
  }
}

TEST(JsonToString, WritesEveryDoubleSoThatItReadsBackTheSame) {
  Rng rng(1);
  for (int i = 0; i < 100'000; ++i) {
    const double value = std::bit_cast<double>(rng.bits());
    if (!std::isfinite(value)) continue;

    const Json again = parsed(to_string(Json(value)));

    ASSERT_EQ(again.to_number<double>(), value) << to_string(Json(value));
  }
}

TEST(ParseJson, ReadsADoubleWhateverStandsBehindIt) {
  for (const char* rest : {"]", " ]", ",1]", "\n]"}) {
    EXPECT_EQ(parsed(std::string("[2.4354987654321567e-17") + rest).at(0).as_double(), 2.4354987654321567e-17);
  }
  const std::string digits = "0." + std::string(30, '0') + std::string(5'000, '3');
  EXPECT_EQ(parsed(digits).as_double(), std::strtod(digits.c_str(), nullptr));
  const std::string whole = std::string(300, '7');
  EXPECT_EQ(parsed(whole).as_double(), std::strtod(whole.c_str(), nullptr));
  EXPECT_FALSE(accepts(std::string(310, '7')));
  for (const char* nothing : {"-0e5", "0e999", "0.0e96196", "1e-400", "-1e-999", "0.001e-330", "100e-400"}) {
    EXPECT_EQ(parsed(nothing).as_double(), 0.0) << nothing;
  }
  const std::string small = "0." + std::string(400, '0') + "1";
  EXPECT_EQ(parsed(small).as_double(), 0.0);
  EXPECT_EQ(parsed(small + "e400").as_double(), 0.1);
  EXPECT_FALSE(accepts(small + "e800"));
  EXPECT_FALSE(accepts("0.001e312"));
  EXPECT_FALSE(accepts(std::string(200, '9') + "e150"));
  EXPECT_EQ(parsed(std::string(200, '9') + ".5e-150").as_double(), 1e50);
}

TEST(JsonToString, WritesNumbersInTheirShortestForm) {
  EXPECT_EQ(to_string(Json(0.1)), "0.1");
  EXPECT_EQ(to_string(Json(1e23)), "1e+23");
  EXPECT_EQ(to_string(Json(-7)), "-7");
}

TEST(JsonToString, WritesWhatIsNoNumberAsNull) {
  EXPECT_EQ(to_string(Json(std::numeric_limits<double>::quiet_NaN())), "null");
  EXPECT_EQ(to_string(Json(-std::numeric_limits<double>::infinity())), "null");
}

}  // namespace
}  // namespace rapport
