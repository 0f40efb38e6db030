#include "scoring/predictions.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <limits>

#include "features/feature_set.h"
#include "scoring/churn_advice.h"
#include "scoring/engagement_advice.h"

namespace rapport::scoring {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A row of missing values with some features set by name.
class NamedRow {
 public:
  explicit NamedRow(ModelKind kind) : kind_(kind), values_(features::feature_set(kind).size(), kNan) {}
  NamedRow& set(std::string_view name, double value) {
    values_.at(features::feature_index(kind_, name).value()) = value;
    return *this;
  }
  operator std::span<const double>() const { return values_; }  // NOLINT(google-explicit-constructor)

 private:
  ModelKind kind_;
  std::vector<double> values_;
};

NamedRow customer() { return NamedRow(ModelKind::kChurnPrediction); }
NamedRow message() { return NamedRow(ModelKind::kEngagementPrediction); }

bool contains(const std::vector<std::string>& lines, std::string_view part) {
  for (const std::string& line : lines) {
    if (line.find(part) != std::string::npos) return true;
  }
  return false;
}

/// Answers with the sum of weighted features, squeezed into 0..1; a missing one counts nothing.
class WeightedMessages final : public ScoringModel {
 public:
  WeightedMessages& weigh(std::string_view feature, double weight) {
    weights_.at(features::feature_index(kind(), feature).value()) = weight;
    return *this;
  }
  ModelKind kind() const override { return ModelKind::kEngagementPrediction; }
  double predict(std::span<const double> row) const override {
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) sum += std::isnan(row[i]) ? 0 : weights_[i] * row[i];
    return 1 / (1 + std::exp(-sum));
  }
  void predict(ml::MatrixView rows, std::span<double> out) const override {
    for (std::size_t i = 0; i < rows.rows; ++i) out[i] = predict(rows.row(i));
  }
  void explain(std::span<const double> row, ml::Explanation& out) const override {
    out.base = 0;
    out.contributions.assign(row.size(), 0);
    for (std::size_t i = 0; i < row.size(); ++i) out.contributions[i] = std::isnan(row[i]) ? 0 : weights_[i] * row[i];
  }
  std::span<const double> importance() const override { return weights_; }
  Json to_json() const override { return nullptr; }

 private:
  std::vector<double> weights_ = std::vector<double>(27, 0.0);
};

TEST(Tiers, BelongToTheLowerBound) {
  EXPECT_EQ(quality_tier(80.0), QualityTier::kHot);
  EXPECT_EQ(quality_tier(79.999), QualityTier::kWarm);
  EXPECT_EQ(quality_tier(60.0), QualityTier::kWarm);
  EXPECT_EQ(quality_tier(59.999), QualityTier::kCold);
  EXPECT_EQ(quality_tier(40.0), QualityTier::kCold);
  EXPECT_EQ(quality_tier(39.999), QualityTier::kUnqualified);
  EXPECT_EQ(quality_tier(0), QualityTier::kUnqualified);
}

TEST(Levels, BelongToTheLowerBound) {
  EXPECT_EQ(risk_level(0.70), RiskLevel::kCritical);
  EXPECT_EQ(risk_level(0.6999), RiskLevel::kHigh);
  EXPECT_EQ(risk_level(0.50), RiskLevel::kHigh);
  EXPECT_EQ(risk_level(0.30), RiskLevel::kMedium);
  EXPECT_EQ(risk_level(0.2999), RiskLevel::kLow);
  EXPECT_EQ(engagement_level(0.70), EngagementLevel::kVeryHigh);
  EXPECT_EQ(engagement_level(0.50), EngagementLevel::kHigh);
  EXPECT_EQ(engagement_level(0.30), EngagementLevel::kMedium);
  EXPECT_EQ(engagement_level(0.2999), EngagementLevel::kLow);
}

TEST(Factors, AreTheStrongestFirstAndNeverZero) {
  WeightedMessages model;
  model.weigh("past_open_rate", 1).weigh("has_media", -3).weigh("has_link", 2);
  const NamedRow row = message().set("past_open_rate", 0.5).set("has_media", 1).set("has_link", 1);
  ml::Explanation explanation;
  model.explain(row, explanation);

  const auto factors = top_factors(model, row, explanation, 5);

  ASSERT_EQ(factors.size(), 3U);
  EXPECT_EQ(factors[0].feature, "has_media");
  EXPECT_EQ(factors[0].label, "Has Media");
  EXPECT_DOUBLE_EQ(factors[0].contribution, -3);
  EXPECT_EQ(factors[1].feature, "has_link");
  EXPECT_EQ(factors[2].feature, "past_open_rate");
  EXPECT_EQ(top_factors(model, row, explanation, 1).size(), 1U);
}

TEST(ChurnAdvice, GivesTheContractsLinesForTheContractsCustomer) {
  const NamedRow row = customer()
                           .set("days_since_last_purchase", 45)
                           .set("purchase_frequency_decline", 0.6)
                           .set("sentiment_decline_rate", 0.3)
                           .set("support_tickets_count", 3)
                           .set("unresolved_tickets_count", 1);

  const auto lines = churn_recommendations(RiskLevel::kCritical, row, {});

  const std::vector<std::string> expected = {"🚨 URGENT: Reach out with personalized offer within 24 hours",
                                             "Send win-back campaign with exclusive discount",
                                             "Prioritize resolution of open support tickets",
                                             "Schedule customer satisfaction call to address concerns"};
  EXPECT_EQ(lines, expected);
}

TEST(ChurnAdvice, NeverSpeaksOfOpenTicketsWhereThereAreNone) {
  for (const double tickets : {0.0, kNan}) {
    const NamedRow row = customer().set("support_tickets_count", 7).set("unresolved_tickets_count", tickets);
    for (const RiskLevel level : {RiskLevel::kCritical, RiskLevel::kHigh, RiskLevel::kMedium, RiskLevel::kLow}) {
      EXPECT_FALSE(contains(churn_recommendations(level, row, {}), "open support tickets"));
    }
  }
}

TEST(ChurnAdvice, SaysOnlyTheLevelWhenNothingIsKnown) {
  EXPECT_EQ(churn_recommendations(RiskLevel::kCritical, customer(), {}).size(), 1U);
  EXPECT_TRUE(contains(churn_recommendations(RiskLevel::kHigh, customer(), {}), "within 3 days"));
  EXPECT_TRUE(contains(churn_recommendations(RiskLevel::kMedium, customer(), {}), "Monitor closely"));
  EXPECT_TRUE(contains(churn_recommendations(RiskLevel::kLow, customer(), {}), "regular touchpoints"));
}

TEST(ChurnAdvice, SendsNoCampaignToOneWhoOptedOut) {
  const NamedRow row = customer().set("purchase_frequency_decline", 0.8).set("opted_out_campaigns", 1);

  const auto lines = churn_recommendations(RiskLevel::kCritical, row, {});

  EXPECT_FALSE(contains(lines, "win-back campaign"));
  EXPECT_TRUE(contains(lines, "opted out of campaigns"));
  EXPECT_TRUE(contains(lines, "Pause campaigns"));
}

TEST(ChurnAdvice, LeavesOutWhatTheModelSaysLowersTheRisk) {
  const NamedRow row = customer().set("purchase_frequency_decline", 0.8).set("unresolved_tickets_count", 2);
  std::vector<double> contributions(32, 0);
  contributions[*features::feature_index(ModelKind::kChurnPrediction, "purchase_frequency_decline")] = -0.1;
  contributions[*features::feature_index(ModelKind::kChurnPrediction, "unresolved_tickets_count")] = -0.1;

  const auto lines = churn_recommendations(RiskLevel::kHigh, row, contributions);

  EXPECT_FALSE(contains(lines, "win-back"));
  EXPECT_TRUE(contains(lines, "open support tickets")) << "an open ticket is a fact";
}

TEST(ChurnAdvice, SpendsNoDiscountOnStableCustomers) {
  const NamedRow row = customer().set("purchase_frequency_decline", 0.8);
  EXPECT_FALSE(contains(churn_recommendations(RiskLevel::kLow, row, {}), "win-back"));
}

TEST(EngagementAdvice, RecommendsWhatThisMessageLacksAndThisModelLikes) {
  WeightedMessages model;
  model.weigh("personalization_level", 2).weigh("has_call_to_action", 1).weigh("has_media", -1);
  const NamedRow row =
      message().set("personalization_level", 0).set("has_call_to_action", 0).set("has_media", 0).set("has_link", 0);

  const auto lines = engagement_recommendations(model, row);

  const std::vector<std::string> expected = {"✨ Add personalization (name, past purchases) to increase engagement",
                                             "🎯 Include clear call-to-action to improve response rate"};
  EXPECT_EQ(lines, expected);
}

TEST(EngagementAdvice, IsSilentAboutWhatIsThereOrUnknown) {
  WeightedMessages model;
  model.weigh("personalization_level", 2).weigh("has_call_to_action", 1);
  EXPECT_TRUE(engagement_recommendations(
                  model, message().set("personalization_level", 0.8).set("has_call_to_action", 1)).empty());
  EXPECT_TRUE(engagement_recommendations(model, message()).empty());
}

TEST(EngagementAdvice, MovesTheMessageToTheBetterHour) {
  WeightedMessages model;
  model.weigh("is_business_hours", 3).weigh("hour_of_day", 0.01);
  const NamedRow row = message().set("hour_of_day", 3).set("day_of_week", 2).set("is_business_hours", 0);
  EXPECT_TRUE(contains(engagement_recommendations(model, row), "Send at 17:00 instead of 03:00"));
}

TEST(EngagementAdvice, AsksForPatienceOnlyWhereWaitingHelps) {
  WeightedMessages eager;
  eager.weigh("days_since_last_campaign", 0.5);
  WeightedMessages forgetful;
  forgetful.weigh("days_since_last_campaign", -0.5);
  const NamedRow row = message().set("days_since_last_campaign", 0.5);
  EXPECT_TRUE(contains(engagement_recommendations(eager, row), "Wait three days"));
  EXPECT_FALSE(contains(engagement_recommendations(forgetful, row), "Wait three days"));
}

TEST(SendTime, MakesTheFeaturesOfTheHourFollowIt) {
  const auto index = [](std::string_view name) {
    return features::feature_index(ModelKind::kEngagementPrediction, name).value();
  };
  const NamedRow row = message()
                           .set("hour_of_day", 10)
                           .set("day_of_week", 2)
                           .set("is_business_hours", 1)
                           .set("engagement_rate_this_hour", 0.9)
                           .set("engagement_rate_this_day", 0.4);

  EXPECT_EQ(at_hour(row, 10)[index("engagement_rate_this_hour")], 0.9);
  EXPECT_EQ(at_hour(row, 11)[index("engagement_rate_this_hour")], 0.4);
  EXPECT_EQ(at_hour(row, 8)[index("is_business_hours")], 0);
  EXPECT_EQ(at_hour(row, 9)[index("is_business_hours")], 1);
  EXPECT_EQ(at_hour(row, 17)[index("is_business_hours")], 1);
  EXPECT_EQ(at_hour(row, 18)[index("is_business_hours")], 0);
  EXPECT_EQ(at_hour(NamedRow(row).set("day_of_week", 6), 11)[index("is_business_hours")], 0);
  EXPECT_EQ(at_hour(message(), 11)[index("is_business_hours")], 1) << "by the hour alone";
  EXPECT_TRUE(std::isnan(at_hour(message().set("hour_of_day", 3).set("engagement_rate_this_hour", 0.9),
                                 4)[index("engagement_rate_this_hour")]));
}

TEST(SendTime, TakesTheRateOfEachHourWhereItIsKnown) {
  WeightedMessages model;
  model.weigh("engagement_rate_this_hour", 1);
  const NamedRow row = message().set("hour_of_day", 10).set("engagement_rate_this_hour", 0.5);
  std::vector<double> rates(24, 0.2);
  rates[21] = 0.9;
  const std::vector<int> hours = {10, 20, 21};

  const SendTime best = optimal_send_time(model, {.row = row, .hours = hours, .rates = rates});

  EXPECT_EQ(best.optimal_hour, 21);
  EXPECT_DOUBLE_EQ(best.hours[0].engagement_prob, best.hours[1].engagement_prob);
}

TEST(SendTime, AnswersInTheOrderAskedAndTakesTheEarliestOfEquals) {
  WeightedMessages model;
  model.weigh("is_business_hours", 1);
  const std::vector<int> hours = {20, 15, 11, 7};

  const SendTime best = optimal_send_time(model, {.row = message().set("day_of_week", 1), .hours = hours});

  EXPECT_EQ(best.optimal_hour, 11);
  ASSERT_EQ(best.hours.size(), 4U);
  EXPECT_EQ(best.hours[0].hour, 20);
  EXPECT_DOUBLE_EQ(best.hours[1].engagement_prob, best.max_engagement_prob);
}

}  // namespace
}  // namespace rapport::scoring
