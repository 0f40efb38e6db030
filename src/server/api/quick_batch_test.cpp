#include "server/api/quick_batch.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <string>

#include "base/json.h"
#include "base/rng.h"
#include "server/api/feature_json.h"

namespace rapport::api {
namespace {

constexpr ModelKind kKind = ModelKind::kEngagementPrediction;

std::optional<QuickBatch> read(std::string_view text) {
  return read_quick_batch(text, kKind, "rows", 3);
}

TEST(QuickBatch, ReadsTheUsualForm) {
  const auto batch =
      read(R"( {"rows":[{"past_open_rate":0.5,"is_weekend":true},{ "has_link" : null , "hour_of_day":14}],
                              "explain":false,"max_factors":3} )");

  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->rows.rows, 2U);
  EXPECT_EQ(batch->rows.at(0, features::feature_index(kKind, "past_open_rate").value()), 0.5);
  EXPECT_EQ(batch->rows.at(0, features::feature_index(kKind, "is_weekend").value()), 1);
  EXPECT_EQ(batch->rows.at(1, features::feature_index(kKind, "hour_of_day").value()), 14);
  EXPECT_TRUE(std::isnan(batch->rows.at(1, features::feature_index(kKind, "has_link").value())));
  EXPECT_FALSE(batch->explain);
  EXPECT_EQ(batch->max_factors, 3U);
}

TEST(QuickBatch, LeavesEverythingElseToTheStrictReader) {
  for (const char* text : {"",
                           "{",
                           "{}",
                           "[]",
                           R"({"rows":[]})",
                           R"({"rows":[{}]})",
                           R"({"rows":[{"has_link":null}]})",
                           R"({"rows":[{"hour_of_day":24}]})",
                           R"({"rows":[{"hour_of_day":1.5}]})",
                           R"({"rows":[{"hour_of_day":true}]})",
                           R"({"rows":[{"hour_of_day":01}]})",
                           R"({"rows":[{"hour_of_day":-0.}]})",
                           R"({"rows":[{"hour_of_day":+1}]})",
                           R"({"rows":[{"hour_of_day":.5}]})",
                           R"({"rows":[{"hour_of_day":1e}]})",
                           R"({"rows":[{"hour_of_day":NaN}]})",
                           R"({"rows":[{"hour_of_day":1e400}]})",
                           R"({"rows":[{"hour_of_day":0x1}]})",
                           R"({"rows":[{"hour_of_day":"1"}]})",
                           R"({"rows":[{"colour":1}]})",
                           R"({"rows":[{"hour_of_day":1,"hour_of_day":2}]})",
                           R"({"rows":[{"hour_of_da\u0079":1}]})",
                           R"({"rows":[{"hour_of_day":1},]})",
                           R"({"rows":[{"hour_of_day":1,}]})",
                           R"({"rows":[{"hour_of_day":1}]},)",
                           R"({"rows":[{"hour_of_day":1}]} x)",
                           R"({"rows":[{"hour_of_day":1}],})",
                           R"({"rows":[{"hour_of_day":1}],"rows":[{"hour_of_day":1}]})",
                           R"({"rows":[{"hour_of_day":1}],"more":1})",
                           R"({"rows":[{"hour_of_day":1}],"explain":1})",
                           R"({"rows":[{"hour_of_day":1}],"explain":true,"explain":true})",
                           R"({"rows":[{"hour_of_day":1}],"max_factors":1.5})",
                           R"({"rows":[{"hour_of_day":1}],"max_factors":99})",
                           R"({"rows":[{"hour_of_day":1}],"max_factors":-1})",
                           R"({"contact_ids":["a"]})",
                           R"({"rows":[{"hour_of_day":1},{"hour_of_day":1},{"hour_of_day":1},{"hour_of_day":1}]})"}) {
    EXPECT_FALSE(read(text)) << text;
  }
}

/// Breaks a text in one place.
std::string damaged(std::string text, Rng& rng) {
  constexpr std::string_view kBytes = "{}[]\",:.-+0123456789eEtrufalsn \n\\\t\x80";
  const auto at = static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(text.size()) - 1));
  const char byte = kBytes[static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(kBytes.size()) - 1))];
  switch (rng.integer(0, 2)) {
    case 0:
      text[at] = byte;
      break;
    case 1:
      text.insert(at, 1, byte);
      break;
    default:
      text.erase(at, 1);
  }
  return text;
}

TEST(QuickBatch, TakesNothingThatTheStrictReaderRefusesAndReadsItTheSame) {
  const std::string good =
      R"({"rows":[{"past_open_rate":0.65,"hour_of_day":14,"is_weekend":false},{"message_length":120,"has_link":1}]})";
  Rng rng(11);
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = damaged(good, rng);
    if (rng.chance(0.3)) text = damaged(text, rng);
    const auto batch = read(text);
    if (!batch) continue;
    ++taken;
    const auto parsed = parse_json(text);
    ASSERT_TRUE(std::holds_alternative<Json>(parsed)) << text;
    const auto& rows = std::get<Json>(parsed).at("rows").as_array();
    ASSERT_EQ(rows.size(), batch->rows.rows) << text;
    FeatureReader reader(kKind);
    features::FeatureVector row(reader.width());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      reader.read(rows[i], "", row);
      for (std::size_t j = 0; j < row.size(); ++j) {
        if (std::isnan(row[j]) && std::isnan(batch->rows.at(i, j))) continue;
        EXPECT_DOUBLE_EQ(row[j], batch->rows.at(i, j)) << text;
      }
    }
    EXPECT_TRUE(reader.take_mistakes().empty()) << text;
  }
  EXPECT_GT(taken, 500);
}

}  // namespace
}  // namespace rapport::api
