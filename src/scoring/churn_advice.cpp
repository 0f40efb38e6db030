#include "scoring/churn_advice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "base/error.h"
#include "features/feature_set.h"

namespace rapport::scoring {
namespace {

constexpr std::size_t kMaxMeasures = 5;
/// A reason that lowers the probability by more than this is none, whatever its value.
constexpr double kClearlyLowering = -0.005;

/// One customer's values by name. Comparisons with a missing value are false.
class Customer {
 public:
  Customer(std::span<const double> row, std::span<const double> contributions)
      : row_(row), contributions_(contributions) {}

  double operator[](std::string_view feature) const { return row_[index(feature)]; }
  double contribution(std::string_view feature) const {
    return contributions_.empty() ? 0 : contributions_[index(feature)];
  }

 private:
  static std::size_t index(std::string_view feature) {
    const auto found = features::feature_index(ModelKind::kChurnPrediction, feature);
    if (!found) throw Error(ErrorKind::kInternal, "unknown_feature", "A recommendation names an unknown feature.");
    return *found;
  }

  std::span<const double> row_;
  std::span<const double> contributions_;
};

bool opted_out(const Customer& customer) {
  return customer["opted_out_campaigns"] >= 1 || customer["unsubscribe_attempts"] >= 1;
}

bool buys_less(const Customer& customer) {
  return customer["purchase_frequency_decline"] >= 0.2 || customer["days_since_last_purchase"] >= 60;
}

/// A measure, the reason for it, and the features that the reason is made of.
struct Measure {
  std::string_view text;
  bool (*applies)(const Customer&);
  std::array<std::string_view, 3> reasons;  ///< empty names are none
  RiskLevel from = RiskLevel::kMedium;      ///< least urgent level at which it is worth its cost
  bool always = false;                      ///< a fact to act on, whatever the model makes of it
};

// In order of urgency: the contract's three first.
constexpr std::array<Measure, 13> kMeasures = {{
    {"Send win-back campaign with exclusive discount",
     [](const Customer& c) { return buys_less(c) && !opted_out(c); },
     {"purchase_frequency_decline", "days_since_last_purchase"}},
    {"Offer an exclusive discount in a personal message: this customer has opted out of campaigns",
     [](const Customer& c) { return buys_less(c) && opted_out(c); },
     {"purchase_frequency_decline", "days_since_last_purchase"}},
    {"Prioritize resolution of open support tickets",
     [](const Customer& c) { return c["unresolved_tickets_count"] >= 1; },
     {"unresolved_tickets_count"}, RiskLevel::kLow, true},
    {"Schedule customer satisfaction call to address concerns",
     [](const Customer& c) {
       return c["sentiment_decline_rate"] >= 0.1 || c["negative_sentiment_ratio"] >= 0.4 ||
              c["current_sentiment_score"] <= 0.35 || c["complaint_count"] >= 2;
     },
     {"sentiment_decline_rate", "negative_sentiment_ratio", "complaint_count"}},
    {"Pause campaigns and ask which channel and frequency this customer prefers", opted_out,
     {"opted_out_campaigns", "unsubscribe_attempts", "contact_preference_changes"}, RiskLevel::kLow, true},
    {"Send fewer messages and try another channel: most are ignored",
     [](const Customer& c) { return c["ignored_messages_ratio"] >= 0.5 && !opted_out(c); },
     {"ignored_messages_ratio"}},
    {"Re-engage with a personal question: answers have become rarer",
     [](const Customer& c) {
       return c["response_rate_30d_ago"] - c["response_rate_current"] >= 0.2 || c["engagement_frequency_decline"] >= 0.3;
     },
     {"response_rate_current", "engagement_frequency_decline", "response_rate_30d_ago"}},
    {"Check in personally: this silence is longer than usual for this customer",
     [](const Customer& c) { return c["silence_ratio"] >= 3 || c["days_since_last_message"] >= 45; },
     {"silence_ratio", "days_since_last_message"}},
    {"Review the recent refunds and offer a replacement or store credit",
     [](const Customer& c) { return c["refund_count"] >= 1; }, {"refund_count"}},
    {"Speed up support: tickets of this customer take long to resolve",
     [](const Customer& c) { return c["avg_ticket_resolution_days"] >= 5; }, {"avg_ticket_resolution_days"}},
    {"Follow up on abandoned carts with a reminder",
     [](const Customer& c) { return c["cart_abandonment_rate"] >= 0.5; }, {"cart_abandonment_rate"}},
    {"Recommend products that match past purchases: interest in the catalogue is fading",
     [](const Customer& c) { return c["product_views_decline"] >= 0.3; }, {"product_views_decline"}},
    {"Offer loyalty benefits instead of further discounts",
     [](const Customer& c) { return c["discount_usage_increase"] >= 0.3; }, {"discount_usage_increase"}},
}};

std::string_view level_line(RiskLevel level) {
  switch (level) {
    case RiskLevel::kCritical: return "🚨 URGENT: Reach out with personalized offer within 24 hours";
    case RiskLevel::kHigh: return "⚠️ HIGH PRIORITY: Reach out within 3 days";
    case RiskLevel::kMedium: return "Monitor closely and engage proactively";
    case RiskLevel::kLow: return "Stable: maintain regular touchpoints";
  }
  return {};
}

double evidence(const Measure& measure, const Customer& customer) {
  double sum = 0;
  for (const std::string_view reason : measure.reasons) {
    if (!reason.empty()) sum += customer.contribution(reason);
  }
  return sum;
}

bool recommended(const Measure& measure, RiskLevel level, const Customer& customer) {
  if (!measure.applies(customer)) return false;
  // RiskLevel counts down: critical is 0.
  return measure.always || (level <= measure.from && evidence(measure, customer) >= kClearlyLowering);
}

}  // namespace

std::vector<std::string> churn_recommendations(RiskLevel level, std::span<const double> row,
                                               std::span<const double> contributions) {
  const Customer customer(row, contributions);
  std::vector<std::string> lines = {std::string(level_line(level))};
  for (const Measure& measure : kMeasures) {
    if (lines.size() > kMaxMeasures) break;
    if (recommended(measure, level, customer)) lines.emplace_back(measure.text);
  }
  return lines;
}

}  // namespace rapport::scoring
