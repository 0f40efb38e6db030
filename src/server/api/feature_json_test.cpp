#include "server/api/feature_json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

namespace rapport::api {
namespace {

constexpr ModelKind kLead = ModelKind::kLeadScoring;
constexpr ModelKind kEngagement = ModelKind::kEngagementPrediction;

struct Read {
  features::FeatureVector row;
  std::vector<FieldError> mistakes;

  double at(ModelKind kind, std::string_view name) const { return row[features::feature_index(kind, name).value()]; }
};

Read read(ModelKind kind, std::string_view object) {
  FeatureReader reader(kind);
  Read result;
  result.row.resize(reader.width());
  reader.read(parse_json_or_throw(object), "/data", result.row);
  result.mistakes = reader.take_mistakes();
  return result;
}

TEST(FeatureReader, TakesNamedValuesAndLeavesTheRestMissing) {
  const Read lead = read(kLead, R"({"response_rate": 0.85, "messages_received": 12, "avg_sentiment_score": null})");

  EXPECT_TRUE(lead.mistakes.empty());
  EXPECT_EQ(lead.at(kLead, "response_rate"), 0.85);
  EXPECT_EQ(lead.at(kLead, "messages_received"), 12);
  EXPECT_TRUE(std::isnan(lead.at(kLead, "avg_sentiment_score")));
  EXPECT_TRUE(std::isnan(lead.at(kLead, "question_count")));
}

TEST(FeatureReader, TakesBooleansAsWordsAndAsNumbers) {
  const Read message = read(kEngagement, R"({"is_weekend": false, "has_link": 1, "has_media": true})");

  EXPECT_TRUE(message.mistakes.empty());
  EXPECT_EQ(message.at(kEngagement, "is_weekend"), 0);
  EXPECT_EQ(message.at(kEngagement, "has_link"), 1);
  EXPECT_EQ(message.at(kEngagement, "has_media"), 1);
}

TEST(FeatureReader, NamesEveryMistakeAndSaysWhatIsPermitted) {
  const Read lead = read(kLead, R"({"response_rate": 1.5, "messages_received": 2.5, "question_count": -1,
                                    "colour": "red", "campaign_opens": "5", "campaign_clicks": true})");

  ASSERT_EQ(lead.mistakes.size(), 6U);
  EXPECT_EQ(lead.mistakes[0].pointer, "/data/response_rate");
  EXPECT_EQ(lead.mistakes[0].message, "must be a number from 0 to 1");
  EXPECT_NE(lead.mistakes[1].message.find("whole number"), std::string::npos);
  EXPECT_EQ(lead.mistakes[3].message, "is not a known feature");
}

TEST(FeatureReader, RefusesWhatHoldsNothingToScore) {
  EXPECT_EQ(read(kLead, "{}").mistakes.size(), 1U);
  EXPECT_EQ(read(kLead, R"({"response_rate": null})").mistakes.size(), 1U);
  EXPECT_EQ(read(kLead, "[]").mistakes.size(), 1U);
  EXPECT_EQ(read(kLead, "null").mistakes.size(), 1U);
}

TEST(FeatureNames, FindsNamesWhateverTheirOrder) {
  FeatureNames names(kLead);
  for (int round = 0; round < 2; ++round) {
    const auto specs = names.specs();
    for (std::size_t i = 0; i < specs.size(); ++i) {
      EXPECT_EQ(names.find(specs[specs.size() - 1 - i].name, i), specs.size() - 1 - i);
    }
  }
  EXPECT_EQ(names.find("colour", 0), FeatureNames::kUnknown);
  EXPECT_EQ(names.find("", 99), FeatureNames::kUnknown);
}

}  // namespace
}  // namespace rapport::api
