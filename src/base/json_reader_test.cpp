#include "base/json_reader.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace rapport {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

Json parsed(std::string_view text) {
  return parse_json_or_throw(text);
}

std::vector<std::string> pointers(JsonReader& reader) {
  std::vector<std::string> result;
  for (const FieldError& error : reader.take_errors()) result.push_back(error.pointer);
  return result;
}

TEST(JsonReader, GivesWhatTheObjectHolds) {
  const Json document = parsed(R"({"s":"text","n":1.5,"i":-3,"b":false,"o":{"x":1},"a":[1,2]})");
  JsonReader reader(document, "");

  EXPECT_EQ(reader.string("s"), "text");
  EXPECT_EQ(reader.number("n"), 1.5);
  EXPECT_EQ(reader.integer("i", -5, 5), -3);
  EXPECT_FALSE(reader.boolean_or("b", true));
  EXPECT_TRUE(reader.object("o")->is_object());
  EXPECT_EQ(reader.array("a", 1, 2)->as_array().size(), 2U);
  EXPECT_NO_THROW(reader.finish());
}

TEST(JsonReader, TakesAMissingAndANullFieldForTheSame) {
  const Json document = parsed(R"({"s":null,"n":null,"b":null})");
  JsonReader reader(document, "");

  EXPECT_EQ(reader.optional_string("s"), std::nullopt);
  EXPECT_EQ(reader.optional_number("n"), std::nullopt);
  EXPECT_EQ(reader.optional_integer("none", 0, 1), std::nullopt);
  EXPECT_TRUE(reader.boolean_or("b", true));
  EXPECT_EQ(reader.optional_value("none"), nullptr);
  EXPECT_FALSE(reader.has("s"));
  EXPECT_NO_THROW(reader.finish());
}

TEST(JsonReader, GathersEveryMistakeWithItsPointer) {
  const Json document = parsed(R"({"s":1,"n":"x","i":1.5,"low":-1,"b":"yes","o":[],"a":{},"unknown":1,"a/b~c":2})");
  JsonReader reader(document, "/row");

  reader.string("s");
  reader.number("n");
  reader.integer("i", 0, 9);
  reader.number("low", {.min = 0});
  reader.boolean_or("b", false);
  reader.object("o");
  reader.array("a", 0, 9);
  reader.string("gone");

  EXPECT_EQ(pointers(reader), (std::vector<std::string>{"/row/s", "/row/n", "/row/i", "/row/low", "/row/b", "/row/o",
                                                        "/row/a", "/row/gone", "/row/unknown", "/row/a~1b~0c"}));
}

TEST(JsonReader, TellsAMistakeOnlyOnce) {
  const Json document = parsed(R"({"s":1})");
  JsonReader reader(document, "");
  reader.string("s");

  EXPECT_EQ(pointers(reader).size(), 1U);
  EXPECT_TRUE(reader.take_errors().empty());
}

TEST(JsonReader, TakesAnythingButAnObjectForAMistakeOfItsOwn) {
  for (const char* text : {"[]", "1", "null", "\"x\""}) {
    const Json document = parsed(text);
    JsonReader reader(document, "/lead_data");
    reader.string("s");
    reader.number("n");
    reader.boolean_or("b", false);
    reader.array("a", 1, 2);

    EXPECT_EQ(pointers(reader), std::vector<std::string>{"/lead_data"}) << text;
  }
}

TEST(JsonReader, HoldsTheLimitsOfNumbersBoundsIncluded) {
  const Json document = parsed(R"({"zero":0,"one":1,"more":1.0000001,"whole":3.0,"huge":1e300})");
  JsonReader reader(document, "");

  EXPECT_EQ(reader.number("zero", {.min = 0, .max = 1}), 0);
  EXPECT_EQ(reader.number("one", {.min = 0, .max = 1}), 1);
  EXPECT_EQ(reader.integer("whole", 0, 3), 3);
  reader.number("more", {.min = 0, .max = 1});
  reader.integer("huge", kMin, kMax);

  EXPECT_EQ(pointers(reader), (std::vector<std::string>{"/more", "/huge"}));
}

TEST(JsonReader, ReadsIntegersExactly) {
  const Json document = parsed(
      R"({"max":9223372036854775807,"min":-9223372036854775808,"odd":9007199254740993,"over":9223372036854775808})");
  JsonReader reader(document, "");

  EXPECT_EQ(reader.integer("max", kMin, kMax), kMax);
  EXPECT_EQ(reader.integer("min", kMin, kMax), kMin);
  EXPECT_EQ(reader.integer("odd", kMin, kMax), 9007199254740993);
  reader.integer("over", kMin, kMax);

  EXPECT_EQ(pointers(reader), std::vector<std::string>{"/over"});
}

TEST(JsonReader, HoldsTheLimitsOfTextsAndLists) {
  const Json document = parsed(R"({"empty":"","long":"123456","none":[],"many":[1,2,3]})");
  JsonReader reader(document, "");

  reader.string("empty", {.min_bytes = 1});
  reader.string("long", {.max_bytes = 5});
  reader.array("none", 1, 5);
  reader.array("many", 1, 2);

  EXPECT_EQ(pointers(reader), (std::vector<std::string>{"/empty", "/long", "/none", "/many"}));
}

TEST(JsonReader, TakesOverTheMistakesOfAPart) {
  const Json document = parsed(R"({"part":{"x":"no","y":1}})");
  JsonReader reader(document, "");
  JsonReader part(*reader.object("part"), "/part");
  part.number("x");
  reader.absorb(part);

  EXPECT_EQ(pointers(reader), (std::vector<std::string>{"/part/x", "/part/y"}));
}

TEST(JsonReader, ThrowsInvalidWithEveryFieldWhenItIsDone) {
  const Json document = parsed(R"({"a":1,"b":2})");
  JsonReader reader(document, "");
  reader.fail("a", "is odd");
  reader.fail("", "is strange");
  EXPECT_FALSE(reader.ok());

  try {
    reader.finish();
    FAIL() << "no mistake";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_EQ(error.code(), "invalid_request");
    ASSERT_EQ(error.fields().size(), 4U);
    EXPECT_EQ(error.fields()[0].pointer, "/a");
    EXPECT_EQ(error.fields()[1].pointer, "");
  }
}

TEST(JsonPointer, EscapesTildeAndSlash) {
  EXPECT_EQ(json_pointer("/a", "b/~"), "/a/b~1~0");
}

}  // namespace
}  // namespace rapport
