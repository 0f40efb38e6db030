#include "scoring/predictions.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/thread_pool.h"
#include "features/feature_set.h"
#include "scoring/churn_advice.h"
#include "scoring/engagement_advice.h"

namespace rapport::scoring {
namespace {

/// What the level means, for a message that no change of its own would help.
std::string_view timing(EngagementLevel level) {
  switch (level) {
    case EngagementLevel::kVeryHigh: return "Excellent timing, high likelihood: send as it is";
    case EngagementLevel::kHigh: return "Good timing, send confidently";
    case EngagementLevel::kMedium: return "Fair timing, consider another hour (optimal-time finds it)";
    case EngagementLevel::kLow: return "Poor timing, reschedule (optimal-time finds the hour)";
  }
  return "";
}

void require_kind(const ScoringModel& model, ModelKind kind) {
  if (model.kind() == kind) return;
  throw Error(ErrorKind::kInternal, "wrong_model_kind", "The model is of another kind.");
}

void describe(const ScoringModel&, std::span<const double>, std::span<const double>, LeadScore& lead) {
  lead.tier = quality_tier(lead.lead_score);
}

void describe(const ScoringModel&, std::span<const double> row, std::span<const double> contributions,
              ChurnPrediction& churn) {
  churn.will_churn = churn.churn_prob >= kDecisionProb;
  churn.level = risk_level(churn.churn_prob);
  churn.recommendations = churn_recommendations(churn.level, row, contributions);
}

void describe(const ScoringModel& model, std::span<const double> row, std::span<const double> contributions,
              EngagementPrediction& engagement) {
  engagement.will_engage = engagement.engagement_prob >= kDecisionProb;
  engagement.level = engagement_level(engagement.engagement_prob);
  // Without explanations a batch is about the probabilities: trying changes costs thirty more predictions a row.
  if (contributions.empty()) return;
  engagement.recommendations = engagement_recommendations(model, row);
  if (engagement.recommendations.empty()) engagement.recommendations.emplace_back(timing(engagement.level));
}

double& value_of(LeadScore& lead) { return lead.lead_score; }
double& value_of(ChurnPrediction& churn) { return churn.churn_prob; }
double& value_of(EngagementPrediction& engagement) { return engagement.engagement_prob; }

/// One answer with its explanation. `explanation` is scratch, kept over rows for its memory.
template <class Prediction>
Prediction explained(const ScoringModel& model, std::span<const double> row, std::size_t max_factors,
                     ml::Explanation& explanation) {
  Prediction prediction;
  value_of(prediction) = model.predict(row);
  model.explain(row, explanation);
  prediction.base = explanation.base;
  prediction.factors = top_factors(model, row, explanation, max_factors);
  describe(model, row, explanation.contributions, prediction);
  return prediction;
}

template <class Prediction>
std::vector<Prediction> unexplained_batch(const ScoringModel& model, ml::MatrixView rows) {
  std::vector<double> values(rows.rows);
  model.predict(rows, values);
  std::vector<Prediction> out(rows.rows);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    value_of(out[i]) = values[i];
    out[i].base = std::numeric_limits<double>::quiet_NaN();
    describe(model, rows.row(i), {}, out[i]);
  }
  return out;
}

template <class Prediction>
std::vector<Prediction> batch(const ScoringModel& model, ml::MatrixView rows, const BatchOptions& options) {
  if (!options.explain) return unexplained_batch<Prediction>(model, rows);
  // A thread costs about as much as ten explanations.
  constexpr std::size_t kRowsWorthAThread = 64;
  const std::size_t allowed = options.threads > 0 ? options.threads : usable_cores();
  const std::size_t threads = std::clamp<std::size_t>(rows.rows / kRowsWorthAThread, 1, allowed);
  std::vector<Prediction> out(rows.rows);
  parallel_for(rows.rows, threads, [&](std::size_t begin, std::size_t end) {
    ml::Explanation explanation;
    for (std::size_t i = begin; i < end; ++i) {
      out[i] = explained<Prediction>(model, rows.row(i), options.max_factors, explanation);
    }
  });
  return out;
}

template <class Prediction>
Prediction one(const ScoringModel& model, std::span<const double> row, std::size_t max_factors) {
  ml::Explanation explanation;
  return explained<Prediction>(model, row, max_factors, explanation);
}

}  // namespace

std::vector<Factor> top_factors(const ScoringModel& model, std::span<const double> row,
                                const ml::Explanation& explanation, std::size_t count) {
  const auto set = features::feature_set(model.kind());
  const std::vector<double>& parts = explanation.contributions;
  std::vector<std::size_t> order;
  order.reserve(set.size());
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (parts[i] != 0) order.push_back(i);
  }
  const auto stronger = [&](std::size_t a, std::size_t b) {
    if (std::isnan(row[a]) != std::isnan(row[b])) return std::isnan(row[b]);
    const double left = std::abs(parts[a]);
    const double right = std::abs(parts[b]);
    return left != right ? left > right : a < b;
  };
  count = std::min(count, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), stronger);
  std::vector<Factor> factors;
  factors.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t f = order[i];
    factors.push_back({.feature = set[f].name,
                       .label = set[f].label,
                       .value = row[f],
                       .importance = model.importance()[f],
                       .contribution = parts[f]});
  }
  return factors;
}

QualityTier quality_tier(double lead_score) {
  if (lead_score >= 80) return QualityTier::kHot;
  if (lead_score >= 60) return QualityTier::kWarm;
  return lead_score >= 40 ? QualityTier::kCold : QualityTier::kUnqualified;
}

RiskLevel risk_level(double churn_prob) {
  if (churn_prob >= 0.70) return RiskLevel::kCritical;
  if (churn_prob >= 0.50) return RiskLevel::kHigh;
  return churn_prob >= 0.30 ? RiskLevel::kMedium : RiskLevel::kLow;
}

EngagementLevel engagement_level(double engagement_prob) {
  if (engagement_prob >= 0.70) return EngagementLevel::kVeryHigh;
  if (engagement_prob >= 0.50) return EngagementLevel::kHigh;
  return engagement_prob >= 0.30 ? EngagementLevel::kMedium : EngagementLevel::kLow;
}

std::string_view to_string(QualityTier tier) {
  switch (tier) {
    case QualityTier::kHot: return "hot";
    case QualityTier::kWarm: return "warm";
    case QualityTier::kCold: return "cold";
    case QualityTier::kUnqualified: return "unqualified";
  }
  return {};
}

std::string_view to_string(RiskLevel level) {
  switch (level) {
    case RiskLevel::kCritical: return "critical";
    case RiskLevel::kHigh: return "high";
    case RiskLevel::kMedium: return "medium";
    case RiskLevel::kLow: return "low";
  }
  return {};
}

std::string_view to_string(EngagementLevel level) {
  switch (level) {
    case EngagementLevel::kVeryHigh: return "very_high";
    case EngagementLevel::kHigh: return "high";
    case EngagementLevel::kMedium: return "medium";
    case EngagementLevel::kLow: return "low";
  }
  return {};
}

LeadScore score_lead(const ScoringModel& model, std::span<const double> row, std::size_t max_factors) {
  require_kind(model, ModelKind::kLeadScoring);
  return one<LeadScore>(model, row, max_factors);
}

ChurnPrediction predict_churn(const ScoringModel& model, std::span<const double> row, std::size_t max_factors) {
  require_kind(model, ModelKind::kChurnPrediction);
  return one<ChurnPrediction>(model, row, max_factors);
}

EngagementPrediction predict_engagement(const ScoringModel& model, std::span<const double> row,
                                        std::size_t max_factors) {
  require_kind(model, ModelKind::kEngagementPrediction);
  return one<EngagementPrediction>(model, row, max_factors);
}

std::vector<LeadScore> score_leads(const ScoringModel& model, ml::MatrixView rows, const BatchOptions& options) {
  require_kind(model, ModelKind::kLeadScoring);
  return batch<LeadScore>(model, rows, options);
}

std::vector<ChurnPrediction> predict_churn_batch(const ScoringModel& model, ml::MatrixView rows,
                                                 const BatchOptions& options) {
  require_kind(model, ModelKind::kChurnPrediction);
  return batch<ChurnPrediction>(model, rows, options);
}

std::vector<EngagementPrediction> predict_engagement_batch(const ScoringModel& model, ml::MatrixView rows,
                                                           const BatchOptions& options) {
  require_kind(model, ModelKind::kEngagementPrediction);
  return batch<EngagementPrediction>(model, rows, options);
}

SendTime optimal_send_time(const ScoringModel& model, const SendTimeQuestion& question) {
  require_kind(model, ModelKind::kEngagementPrediction);
  SendTime best;
  best.hours.reserve(question.hours.size());
  for (const int hour : question.hours) {
    const double prob = model.predict(at_hour(question.row, hour, question.rates));
    const bool better = prob > best.max_engagement_prob;
    const bool earlier_equal = prob == best.max_engagement_prob && hour < best.optimal_hour;
    if (best.hours.empty() || better || earlier_equal) {
      best.optimal_hour = hour;
      best.max_engagement_prob = prob;
    }
    best.hours.push_back({hour, prob});
  }
  return best;
}

}  // namespace rapport::scoring
