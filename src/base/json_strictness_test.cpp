#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

// What the parser takes and what it refuses, in the spirit of the public suites of JSON parsers: every case stands
// alone, in a list, in an object and between white space.
namespace rapport {
namespace {

bool accepts(std::string_view text) {
  return std::holds_alternative<Json>(parse_json(text));
}

/// Each value in the places where a value can stand.
std::vector<std::string> in_every_place(const std::string& value) {
  return {value,
          " \t\r\n" + value + "\n\r\t ",
          "[" + value + "]",
          "[ " + value + " ]",
          "[0," + value + "]",
          "[" + value + ",\"x\"]",
          "{\"k\":" + value + "}",
          "{ \"k\" : " + value + " }",
          "{\"a\":1,\"k\":" + value + ",\"z\":[]}",
          "[[[{\"k\":[" + value + "]}]]]"};
}

std::string nested(const std::string& open, const std::string& core, const std::string& close, int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  text += core;
  for (int i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(ParseJson, AcceptsEveryValueInEveryPlace) {
  const std::vector<std::string> values = {
      "null",
      "true",
      "false",
      "{}",
      "[]",
      "{ }",
      "[ ]",
      "\"\"",
      "\"a\"",
      "0",
      "-0",
      "0.0",
      "-0.0",
      "1",
      "-1",
      "10",
      "123",
      "0.5",
      "-0.5",
      "1.0",
      "1e0",
      "1E0",
      "1e+0",
      "1e-0",
      "1e5",
      "1E+5",
      "1E-5",
      "0e1",
      "0e+1",
      "0E-1",
      "-0e1",
      "1.5e300",
      "-1.5e-300",
      "1.7976931348623157e308",
      "-1.7976931348623157e308",
      "5e-324",
      "1e-400",
      "-1e-400",
      "123.456e78",
      "9223372036854775807",
      "-9223372036854775808",
      "18446744073709551615",
      "18446744073709551616",
      "100000000000000000000000000",
      "-100000000000000000000000000",
      "0.1234567890123456789012345678901234567890",
      "\"\\\"\"",
      "\"\\\\\"",
      "\"\\/\"",
      "\"\\b\\f\\n\\r\\t\"",
      "\"\\u0000\"",
      "\"\\u001f\"",
      "\"\\u00e9\"",
      "\"\\u00E9\"",
      "\"\\uFFFF\"",
      "\"\\ud83d\\ude00\"",
      "\"\\uD834\\uDD1E\"",
      "\"\\u2028\"",
      "\"\xE2\x80\xA8\"",
      "\"\x7F\"",
      "\"\xC2\x80\"",
      "\"\xC3\xA9\"",
      "\"\xEF\xBB\xBF\"",
      "\"\xE0\xA0\x80\"",
      "\"\xED\x9F\xBF\"",
      "\"\xEE\x80\x80\"",
      "\"\xEF\xBF\xBF\"",
      "\"\xF0\x90\x80\x80\"",
      "\"\xF0\x9F\x98\x80\"",
      "\"\xF4\x8F\xBF\xBF\"",
      "\"/* no comment */\"",
      "\"NaN\"",
      "\"'\"",
      "[1,2,3]",
      "[[],[[]],{}]",
      "[null,null]",
      "{\"\":0}",
      "{\"a\":{\"a\":{\"a\":1}}}",
      "{\"a\":1,\"A\":2}",
      "{\"a\":1,\"a \":2}",
      "{\"a\\u0000b\":1,\"a\":2}",
      "[{\"a\":1},{\"a\":2}]",
      "{\"x\":[{\"a\":1}],\"a\":2}",
      "{\"\xC3\xA9\":1,\"e\\u0301\":2}",
  };
  for (const std::string& value : values) {
    for (const std::string& text : in_every_place(value)) EXPECT_TRUE(accepts(text)) << text;
  }
}

TEST(ParseJson, RefusesWhatIsNoValueInEveryPlace) {
  const std::vector<std::string> values = {
      // words
      "nul",
      "nulll",
      "NULL",
      "Null",
      "tru",
      "True",
      "TRUE",
      "fals",
      "False",
      "truefalse",
      "nan",
      "NaN",
      "-NaN",
      "Infinity",
      "-Infinity",
      "+Infinity",
      "inf",
      "undefined",
      "None",
      "a",
      "abc",
      "'a'",
      "`a`",
      "\xC3\xA9",
      // numbers
      "+1",
      "++1",
      "--1",
      "-",
      "+",
      "- 1",
      "01",
      "-01",
      "00",
      "00.5",
      "1.",
      "-1.",
      "0.",
      ".5",
      "-.5",
      ".",
      "1..2",
      "1.2.3",
      "1.e1",
      "1e",
      "1e+",
      "1e-",
      "1E",
      "1ee1",
      "1e1.5",
      "1e 5",
      "1 e5",
      "0x10",
      "0X1F",
      "-0x1",
      "0b1",
      "0o7",
      "1_000",
      "1'000",
      "1 000",
      "1f",
      "1L",
      "1n",
      "1%",
      "$1",
      "\xEF\xBC\x91",
      "1e400",
      "-1e400",
      "1e309",
      "1.8e308",
      "-1.8e308",
      "123456789e999",
      "1e99999999999",
      // strings
      "\"",
      "\"a",
      "a\"",
      "\"a\"\"",
      "\"\\\"",
      "\"\\",
      "\"\\x41\"",
      "\"\\a\"",
      "\"\\v\"",
      "\"\\0\"",
      "\"\\'\"",
      "\"\\U0041\"",
      "\"\\u\"",
      "\"\\u0\"",
      "\"\\u00\"",
      "\"\\u004\"",
      "\"\\u004g\"",
      "\"\\u-041\"",
      "\"\\u 041\"",
      "\"\\ \"",
      "\"\n\"",
      "\"\r\"",
      "\"\t\"",
      "\"\x01\"",
      "\"\x1F\"",
      "\"a\nb\"",
      "\"\\\n\"",
      "\"\\\xC3\xA9\"",
      // surrogates alone, in the wrong order, with something between
      "\"\\ud800\"",
      "\"\\udbff\"",
      "\"\\udc00\"",
      "\"\\udfff\"",
      "\"\\ud800\\ud800\"",
      "\"\\udc00\\ud800\"",
      "\"\\ud800x\"",
      "\"\\ud800\\n\"",
      "\"\\ud800\\u0041\"",
      "\"\\ud83d\\\"",
      "\"\\ud83d\\u\"",
      "\"\\ud83d\\ude0\"",
      "\"\\ud83d \\ude00\"",
      // bytes that are not UTF-8
      "\"\x80\"",
      "\"\xBF\"",
      "\"\xC0\x80\"",
      "\"\xC0\xAF\"",
      "\"\xC1\xBF\"",
      "\"\xC3\"",
      "\"\xC3(\"",
      "\"\xE2\x82\"",
      "\"\xE2(\xA1\"",
      "\"\xE0\x80\x80\"",
      "\"\xE0\x9F\xBF\"",
      "\"\xED\xA0\x80\"",
      "\"\xED\xBF\xBF\"",
      "\"\xED\xA0\xBD\xED\xB8\x80\"",
      "\"\xF0\x80\x80\x80\"",
      "\"\xF0\x8F\xBF\xBF\"",
      "\"\xF0\x9F\x98\"",
      "\"\xF4\x90\x80\x80\"",
      "\"\xF5\x80\x80\x80\"",
      "\"\xF8\x88\x80\x80\x80\"",
      "\"\xFC\x84\x80\x80\x80\x80\"",
      "\"\xFE\"",
      "\"\xFF\"",
      "\"caf\xE9\"",
      // lists
      "[",
      "]",
      "[,]",
      "[1,]",
      "[,1]",
      "[1,,2]",
      "[1 2]",
      "[1;2]",
      "[1:2]",
      "[1}",
      "[\"a\"",
      "[1",
      "[1,",
      "[[]",
      "[]]",
      "[\"a\",\n4\n,1,",
      "[a]",
      "[*]",
      "[-]",
      "[1]1",
      "(1)",
      "<1>",
      "[1,\n1\n,1",
      // objects
      "{",
      "}",
      "{,}",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{,\"a\":1}",
      "{\"a\":1,,\"b\":2}",
      "{\"a\" 1}",
      "{\"a\":1 \"b\":2}",
      "{\"a\",1}",
      "{\"a\":1:2}",
      "{\"a\"::1}",
      "{:1}",
      "{a:1}",
      "{'a':1}",
      "{1:1}",
      "{null:1}",
      "{[]:1}",
      "{\"a\":1]",
      "{\"a\":1",
      "{\"a\":",
      "{\"a\"",
      "{\"a\":1}}",
      "{\"a\":1;\"b\":2}",
      "{\"a\"=1}",
      "{\"a\"=>1}",
      "{...}",
      "{\"\xFF\":1}",
      "{\"\\ud800\":1}",
      "{\"a\n\":1}",
      "{1e400:1}",
      // comments and other dialects
      "/**/",
      "/**/1",
      "1/**/",
      "//x\n1",
      "1//x",
      "#x\n1",
      "[1/**/,2]",
      "{\"a\"/**/:1}",
      "{\"a\":/*x*/1}",
      "<!-- -->",
      "1;",
      "@",
      "\\",
      "\\u0031",
      "&quot;a&quot;",
      // white space that is none in JSON
      "\f1",
      "\v1",
      "\b1",
      "\xC2\xA0"
      "1",
      "\xE2\x80\xA8"
      "1",
      "\xE3\x80\x80"
      "1",
      "\xE2\x81\xA0"
      "1",
      "\xEF\xBB\xBF"
      "1",
      // names that stand twice
      "{\"a\":1,\"a\":1}",
      "{\"a\":1,\"b\":2,\"a\":3}",
      "{\"\":1,\"\":2}",
      "{\"a\":1,\"\\u0061\":2}",
      "{\"\\u0061\":1,\"a\":2}",
      "{\"\\u00e9\":1,\"\xC3\xA9\":2}",
      "{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}",
      "{\"/\":1,\"\\/\":2}",
      "{\"x\":{\"a\":1,\"a\":2}}",
      "{\"a\":{\"b\":1},\"c\":[{\"d\":1,\"d\":1}]}",
      "{\"a\":{\"a\":1},\"a\":2}",
      "{\"a\":[{\"a\":1}],\"a\":2}",
      "{\"a\\u0000\":1,\"a\\u0000\":2}",
  };
  for (const std::string& value : values) {
    for (const std::string& text : in_every_place(value)) EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(ParseJson, RefusesNothingAndMoreThanOneDocument) {
  for (const char* text :
       {"", " ", "\n", "\t\r\n ", "1 2", "{}{}", "[][]", "{} x", "null null", "\"a\" \"b\"", "1,", ",1", "{},",
        "true\nfalse", "\xEF\xBB\xBF", "\xEF\xBB\xBF{}", "\xFE\xFF", "{}\xEF\xBB\xBF"}) {
    EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(ParseJson, RefusesNulWhereverItStands) {
  const std::string text = "{\"a\": [1, \"b\", true], \"c\": null}";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    std::string broken = text;
    broken.insert(at, 1, '\0');
    EXPECT_FALSE(accepts(broken)) << at;
  }
}

TEST(ParseJson, RefusesEveryBeginningOfADocument) {
  const std::string text =
      "{\"a\": [1.5e+3, \"b\\u00e9\\ud83d\\ude00\xC3\xA9\", true, {\"x\": []}], \"c\": null, \"d\": -0.25}";
  ASSERT_TRUE(accepts(text));
  for (std::size_t length = 0; length < text.size(); ++length) EXPECT_FALSE(accepts(text.substr(0, length))) << length;
}

TEST(ParseJson, RefusesEveryControlByteInsideAText) {
  for (int byte = 0; byte < 0x20; ++byte) {
    EXPECT_FALSE(accepts(std::string("\"a") + static_cast<char>(byte) + "b\"")) << byte;
    EXPECT_FALSE(accepts(std::string("{\"a") + static_cast<char>(byte) + "b\":1}")) << byte;
  }
}

TEST(ParseJson, RefusesEveryEscapeButTheNine) {
  for (int byte = 1; byte < 0x100; ++byte) {
    const char escape = static_cast<char>(byte);
    const bool known = std::string_view("\"\\/bfnrt").find(escape) != std::string_view::npos;
    EXPECT_EQ(accepts(std::string("\"\\") + escape + "\""), known) << byte;
  }
}

TEST(ParseJson, NestsSixtyFourLevelsAndNoMore) {
  struct Shape {
    std::string open, core, close;
  };
  for (const auto& [open, core, close] :
       std::vector<Shape>{{"[", "", "]"}, {"[", "1", "]"}, {"{\"a\":", "{}", "}"}, {"[", "{}", "]"}}) {
    const int levels_of_core = core == "{}" ? 1 : 0;
    EXPECT_TRUE(accepts(nested(open, core, close, 64 - levels_of_core))) << open << core;
    EXPECT_FALSE(accepts(nested(open, core, close, 65 - levels_of_core))) << open << core;
  }
  EXPECT_TRUE(accepts(nested("[{\"a\":", "1", "}]", 32)));
  EXPECT_FALSE(accepts(nested("[{\"a\":", "[]", "}]", 32)));
}

TEST(ParseJson, RefusesAMillionOpenBracketsAtOnce) {
  EXPECT_FALSE(accepts(std::string(1'000'000, '[')));
  EXPECT_FALSE(accepts(nested("{\"a\":", "", "", 200'000)));
  EXPECT_FALSE(accepts(nested("[", "", "]", 1'000'000)));
}

TEST(ParseJson, FindsANameThatStandsTwiceAmongThousands) {
  std::string names;
  for (int i = 0; i < 5'000; ++i) names += "\"name" + std::to_string(i) + "\":" + std::to_string(i) + ",";

  EXPECT_TRUE(accepts("{" + names + "\"last\":1}"));
  for (const char* again : {"name0", "name47", "name48", "name49", "name2500", "name4999"}) {
    EXPECT_FALSE(accepts("{" + names + "\"" + again + "\":1}")) << again;
  }
}

TEST(ParseJson, ForgetsTheNamesOfAnObjectThatIsClosed) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += (i == 0 ? "\"n" : ",\"n") + std::to_string(i) + "\":0";

  EXPECT_TRUE(accepts("[{" + many + "},{" + many + "},{\"n0\":{" + many + "},\"n1\":{\"n0\":1}}]"));
}

TEST(ParseJson, FindsLongNamesThatStandTwice) {
  const std::string name(100'000, 'n');

  EXPECT_TRUE(accepts("{\"" + name + "\":1,\"" + name + "n\":2}"));
  EXPECT_FALSE(accepts("{\"" + name + "\":1,\"" + name + "\":2}"));
}

}  // namespace
}  // namespace rapport
