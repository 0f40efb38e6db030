#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/clock.h"
#include "base/rng.h"
#include "features/feature_set.h"
#include "training/train.h"

/// Training tables whose truth is known, for tests and benchmarks.
namespace rapport::training::synthetic {

inline double logistic(double logit) { return 1 / (1 + std::exp(-logit)); }

/// Row values by name.
class RowWriter {
 public:
  RowWriter(ModelKind kind, std::span<double> row) : kind_(kind), row_(row) {}
  double& operator[](std::string_view name) { return row_[features::feature_index(kind_, name).value()]; }

 private:
  ModelKind kind_;
  std::span<double> row_;
};

/// A value within the range that a request may give, small where the range is open-ended.
inline double plausible(const features::FeatureSpec& spec, Rng& rng) {
  if (spec.type == features::ValueType::kBoolean) return rng.chance(0.5) ? 1 : 0;
  const double high = spec.max > 1000 ? 40 : spec.max;
  const double value = rng.uniform(spec.min, high);
  return spec.type == features::ValueType::kInteger ? std::round(value) : value;
}

/// Independent plausible values, `missing` of them missing.
inline void fill_row(ModelKind kind, std::span<double> row, Rng& rng, double missing) {
  const auto set = features::feature_set(kind);
  for (std::size_t j = 0; j < set.size(); ++j) {
    row[j] = plausible(set[j], rng);
    if (rng.chance(missing)) row[j] = std::numeric_limits<double>::quiet_NaN();
  }
}

inline double known(double value, double otherwise) { return std::isnan(value) ? otherwise : value; }

/// Score of a lead before noise.
inline double lead_truth(RowWriter row) {
  const double score = 45 + 30 * known(row["response_rate"], 0.5) - 0.4 * known(row["avg_response_time_minutes"], 20) +
                       0.6 * known(row["price_inquiry_count"], 20) +
                       20 * (known(row["avg_sentiment_score"], 0.5) - 0.5) * known(row["campaign_engagement_rate"], 0.5);
  return std::min(100.0, std::max(0.0, score));
}

/// Log-odds of a customer leaving.
inline double churn_truth(RowWriter row) {
  return -1.5 + 0.08 * known(row["days_since_last_purchase"], 20) + 1.5 * known(row["purchase_frequency_decline"], 0) +
         1.2 * known(row["sentiment_decline_rate"], 0) - 2 * known(row["response_rate_current"], 0.5) +
         (known(row["unresolved_tickets_count"], 0) > 20 ? 1 : 0);
}

/// Log-odds of a message being answered, with interactions that no linear model sees.
inline double engagement_truth(RowWriter row) {
  const double hours = std::abs(std::remainder(known(row["hour_of_day"], 12) - known(row["preferred_contact_hour"], 12), 24));
  const double quiet = std::log1p(known(row["days_since_last_engagement"], 10));
  return 1.2 - 0.35 * hours + 1.5 * known(row["past_response_rate"], 0.5) + 0.8 * known(row["personalization_level"], 0.5) +
         1.5 * (known(row["avg_sentiment_score_last_30d"], 0.5) - 0.5) * (quiet - 2.5) +
         (known(row["has_call_to_action"], 0) > 0.5 ? 0.5 : 0);
}

/// `rows` rows, one an hour from 2026-01-01 on, of `rows / 4` contacts (each its own where there are fewer than 40).
inline TrainingTable table(ModelKind kind, std::size_t rows, std::uint64_t seed, double missing = 0.05) {
  Rng rng(seed);
  TrainingTable out;
  out.kind = kind;
  out.features = ml::Matrix(rows, features::feature_set(kind).size());
  const Time start = parse_time("2026-01-01").value();
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = out.features.row(i);
    fill_row(kind, row, rng, missing);
    const RowWriter writer(kind, row);
    if (kind == ModelKind::kLeadScoring) {
      out.target.push_back(std::min(100.0, std::max(0.0, lead_truth(writer) + rng.normal(0, 6))));
    } else {
      const double logit = kind == ModelKind::kChurnPrediction ? churn_truth(writer) : engagement_truth(writer);
      out.target.push_back(rng.chance(logistic(logit)) ? 1 : 0);
    }
    out.as_of.push_back(start + static_cast<std::int64_t>(i) * kHour);
    out.group.push_back(static_cast<std::uint32_t>(rng.integer(0, static_cast<std::int64_t>(rows / 4))));
  }
  return out;
}

}  // namespace rapport::training::synthetic
