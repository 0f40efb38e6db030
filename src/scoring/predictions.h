#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ml/matrix.h"
#include "ml/tree_ensemble.h"
#include "scoring/scoring_model.h"

namespace rapport::scoring {

/// One feature's part in one prediction.
struct Factor {
  std::string_view feature;  ///< "response_rate"
  std::string_view label;    ///< "Response Rate"
  double value = 0;          ///< NaN: missing
  double importance = 0;     ///< the model's global importance of it, 0..1
  double contribution = 0;   ///< signed: see ScoringModel::explain
};

/// The features that moved this prediction most, at most `count`, none of them zero: those whose value is known first, by
/// |contribution|, then the missing ones, because nobody can act on a value that is not there.
std::vector<Factor> top_factors(const ScoringModel& model, std::span<const double> row,
                                const ml::Explanation& explanation, std::size_t count);

enum class QualityTier { kHot, kWarm, kCold, kUnqualified };
enum class RiskLevel { kCritical, kHigh, kMedium, kLow };
enum class EngagementLevel { kVeryHigh, kHigh, kMedium, kLow };

/// From this calibrated probability on, a customer will churn and a message will be answered.
constexpr double kDecisionProb = 0.5;

/// Thresholds belong to the lower bound: 80 is hot, 60 warm, 40 cold; 0.70, 0.50, 0.30.
QualityTier quality_tier(double lead_score);
RiskLevel risk_level(double churn_prob);
EngagementLevel engagement_level(double engagement_prob);
std::string_view to_string(QualityTier tier);        ///< "hot", "warm", "cold", "unqualified"
std::string_view to_string(RiskLevel level);         ///< "critical", "high", "medium", "low"
std::string_view to_string(EngagementLevel level);   ///< "very_high", "high", "medium", "low"

struct LeadScore {
  double lead_score = 0;  ///< 0..100
  QualityTier tier = QualityTier::kUnqualified;
  std::vector<Factor> factors;
  double base = 0;  ///< what an average lead scores: lead_score = base + all contributions, clamped
};
/// Throws    (this and the three below) kInternal when the model is of another kind.
/// Requires  (the same) rows of feature_set(kind).size() values.
/// Threads   pure.
LeadScore score_lead(const ScoringModel& model, std::span<const double> row, std::size_t max_factors = 5);

struct ChurnPrediction {
  double churn_prob = 0;
  bool will_churn = false;
  RiskLevel level = RiskLevel::kLow;
  std::vector<Factor> factors;
  double base = 0;
  std::vector<std::string> recommendations;  ///< follow from this customer's factors and level, most urgent first
};
ChurnPrediction predict_churn(const ScoringModel& model, std::span<const double> row, std::size_t max_factors = 5);

struct EngagementPrediction {
  double engagement_prob = 0;
  bool will_engage = false;
  EngagementLevel level = EngagementLevel::kLow;
  std::vector<Factor> factors;
  double base = 0;
  std::vector<std::string> recommendations;  ///< follow from this message's own features; what the level means where no change helps
};
EngagementPrediction predict_engagement(const ScoringModel& model, std::span<const double> row,
                                        std::size_t max_factors = 5);

/// How a batch is answered. Without explanations a batch costs little more than the model itself; `factors` stay empty
/// and `base` NaN, churn's recommendations follow from the values and the level alone, and engagement's stay empty.
struct BatchOptions {
  bool explain = true;
  std::size_t max_factors = 5;
  std::size_t threads = 0;  ///< 0: every usable core; small batches stay on one
};

/// One answer per row, in the rows' order; with explanations equal to the single calls.
std::vector<LeadScore> score_leads(const ScoringModel& model, ml::MatrixView rows, const BatchOptions& options = {});
std::vector<ChurnPrediction> predict_churn_batch(const ScoringModel& model, ml::MatrixView rows,
                                                 const BatchOptions& options = {});
std::vector<EngagementPrediction> predict_engagement_batch(const ScoringModel& model, ml::MatrixView rows,
                                                           const BatchOptions& options = {});

/// A message, the hours (0..23, local to the contact) to try for it, and the contact's `engagement_rate_this_hour` in
/// each of the 24 hours; empty: not known, see `at_hour`.
///
/// Requires  `hours` not empty.
struct SendTimeQuestion {
  std::span<const double> row;
  std::span<const int> hours;
  std::span<const double> rates = {};
};

/// The probability at each of the hours; the features that follow from the hour follow it.
struct HourPrediction {
  int hour = 0;
  double engagement_prob = 0;
};
struct SendTime {
  int optimal_hour = 0;  ///< the hour with the highest probability; the earliest of equals
  double max_engagement_prob = 0;
  std::vector<HourPrediction> hours;  ///< in the order asked for
};
SendTime optimal_send_time(const ScoringModel& model, const SendTimeQuestion& question);

}  // namespace rapport::scoring
