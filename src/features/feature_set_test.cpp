#include "features/feature_set.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace rapport::features {
namespace {

TEST(FeatureSet, HoldsTheNumberOfFeaturesThatTheContractNames) {
  EXPECT_EQ(feature_set(ModelKind::kLeadScoring).size(), 24u);
  EXPECT_EQ(feature_set(ModelKind::kChurnPrediction).size(), 32u);
  EXPECT_EQ(feature_set(ModelKind::kEngagementPrediction).size(), 27u);
}

TEST(FeatureSet, KeepsTheContractsOrder) {
  const auto lead = feature_set(ModelKind::kLeadScoring);
  const auto churn = feature_set(ModelKind::kChurnPrediction);
  const auto engagement = feature_set(ModelKind::kEngagementPrediction);

  EXPECT_EQ(lead.front().name, "avg_response_time_minutes");
  EXPECT_EQ(lead[16].name, "campaign_engagement_rate");
  EXPECT_EQ(lead.back().name, "positive_keywords_count");
  EXPECT_EQ(churn.front().name, "days_since_last_purchase");
  EXPECT_EQ(churn[29].name, "contact_preference_changes");
  EXPECT_EQ(churn.back().name, "silence_ratio");
  EXPECT_EQ(engagement.front().name, "past_open_rate");
  EXPECT_EQ(engagement.back().name, "message_quality_score");
}

TEST(FeatureSet, NamesEachFeatureOnceAndFindsItByName) {
  for (const ModelKind kind : kModelKinds) {
    std::set<std::string_view> names;
    const auto set = feature_set(kind);
    for (std::size_t i = 0; i < set.size(); ++i) {
      EXPECT_TRUE(names.insert(set[i].name).second) << set[i].name;
      EXPECT_EQ(feature_index(kind, set[i].name), i);
    }
    EXPECT_FALSE(feature_index(kind, "no_such_feature"));
    EXPECT_FALSE(feature_index(kind, target_name(kind)));
  }
}

TEST(FeatureSet, SaysEverythingAboutEachFeature) {
  for (const ModelKind kind : kModelKinds) {
    for (const FeatureSpec& spec : feature_set(kind)) {
      EXPECT_LT(spec.min, spec.max) << spec.name;
      for (const auto text : {spec.label, spec.unit, spec.meaning, spec.missing_when, spec.source}) {
        EXPECT_FALSE(text.empty()) << spec.name;
      }
      if (spec.type == ValueType::kBoolean) {
        EXPECT_EQ(spec.max, 1) << spec.name;
      }
    }
  }
}

TEST(FeatureSet, LabelsAreTheContractsForm) {
  const auto lead = feature_set(ModelKind::kLeadScoring);
  const auto churn = feature_set(ModelKind::kChurnPrediction);

  EXPECT_EQ(lead[0].label, "Avg Response Time Minutes");
  EXPECT_EQ(lead[1].label, "Response Rate");
  EXPECT_EQ(churn[15].label, "Sentiment Score 30d Ago");
}

// The values of the contract's request examples.
TEST(FeatureSet, RangesAdmitTheContractsExamples) {
  const struct {
    ModelKind kind;
    std::string_view name;
    double value;
  } examples[] = {
      {ModelKind::kLeadScoring, "avg_response_time_minutes", 15.5},
      {ModelKind::kLeadScoring, "response_rate", 0.85},
      {ModelKind::kLeadScoring, "price_inquiry_count", 2},
      {ModelKind::kChurnPrediction, "days_since_last_purchase", 45},
      {ModelKind::kChurnPrediction, "purchase_frequency_decline", 0.6},
      {ModelKind::kChurnPrediction, "sentiment_decline_rate", 0.3},
      {ModelKind::kEngagementPrediction, "hour_of_day", 14},
      {ModelKind::kEngagementPrediction, "timezone_offset", -5},
      {ModelKind::kEngagementPrediction, "is_business_hours", 1},
  };
  for (const auto& example : examples) {
    const auto index = feature_index(example.kind, example.name);
    ASSERT_TRUE(index) << example.name;
    const FeatureSpec& spec = feature_set(example.kind)[*index];
    EXPECT_GE(example.value, spec.min) << example.name;
    EXPECT_LE(example.value, spec.max) << example.name;
  }
}

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::kReal:
      return "real";
    case ValueType::kInteger:
      return "whole";
    case ValueType::kBoolean:
      return "boolean";
  }
  return {};
}

std::string bound(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

std::string table(ModelKind kind) {
  std::string out = "| feature | unit | range | meaning | missing when | from |\n|---|---|---|---|---|---|\n";
  for (const FeatureSpec& s : feature_set(kind)) {
    out += "| `" + std::string(s.name) + "` | " + std::string(s.unit) + " | " + bound(s.min) + " to " + bound(s.max) +
           ", " + std::string(to_string(s.type)) + " | " + std::string(s.meaning) + " | " +
           std::string(s.missing_when) + " | " + std::string(s.source) + " |\n";
  }
  return out;
}

TEST(FeaturesDocument, HoldsTheTablesOfTheProgram) {
  std::ifstream file(RAPPORT_SOURCE_DIR "/docs/features.md");
  const std::string document((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());

  for (const ModelKind kind : kModelKinds) {
    const std::string expected = table(kind);
    EXPECT_NE(document.find(expected), std::string::npos)
        << "docs/features.md differs from src/features/*_definitions.cpp; the table is:\n"
        << expected;
  }
}

}  // namespace
}  // namespace rapport::features
