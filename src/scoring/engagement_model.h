#pragma once

#include <vector>

#include "ml/calibration.h"
#include "ml/logistic_regression.h"
#include "scoring/engagement_terms.h"
#include "scoring/scoring_model.h"

namespace rapport::scoring {

/// Engagement: logistic regression over the 27 features and engineered terms of them, calibrated.
///
/// explain   every term's log-odds, divided among the features it reads (Term's attribution) and carried over to the
///           calibrated scale: base is the average message's log-odds, base + sum = logit(predict()).
class EngagementModel final : public ScoringModel {
 public:
  /// One regression coefficient per term. `importance` are shares per feature. Throws kInvalid "malformed_model" when
  /// the sizes do not fit.
  EngagementModel(std::vector<Term> terms, ml::LogisticRegression regression, ml::Calibrator calibrator,
                  std::vector<double> importance);

  ModelKind kind() const override { return ModelKind::kEngagementPrediction; }
  double predict(std::span<const double> row) const override;
  void predict(ml::MatrixView rows, std::span<double> out) const override;
  void explain(std::span<const double> row, ml::Explanation& out) const override;
  std::span<const double> importance() const override { return importance_; }
  Json to_json() const override;
  static EngagementModel from_json(const Json& json);

  /// Mean |contribution| of each feature over `rows` as shares: what training gives as `importance`. All zero when no
  /// coefficient is anything else.
  static std::vector<double> mean_contributions(std::span<const Term> terms, const ml::LogisticRegression& regression,
                                                ml::MatrixView rows);

 private:
  double score(std::span<const double> row) const;

  std::vector<Term> terms_;
  ml::LogisticRegression regression_;
  ml::Calibrator calibrator_;
  std::vector<double> importance_;
};

}  // namespace rapport::scoring
