#pragma once

#include "ml/calibration.h"
#include "ml/tree_ensemble.h"
#include "scoring/scoring_model.h"

namespace rapport::scoring {

/// Churn: a random forest whose mean class share, calibrated, is the probability.
///
/// explain   the forest's TreeSHAP values carried over to the calibrated scale (rescale.h): base is what the average
///           customer's calibrated probability is, base + sum = predict(), signs are the forest's.
class ChurnModel final : public ScoringModel {
 public:
  /// Throws kInvalid "malformed_model" when the forest reads another number of features than customers have.
  ChurnModel(ml::TreeEnsemble forest, ml::Calibrator calibrator);

  ModelKind kind() const override { return ModelKind::kChurnPrediction; }
  double predict(std::span<const double> row) const override;
  void predict(ml::MatrixView rows, std::span<double> out) const override;
  void explain(std::span<const double> row, ml::Explanation& out) const override;
  std::span<const double> importance() const override { return forest_.importance(); }
  Json to_json() const override;
  static ChurnModel from_json(const Json& json);

 private:
  ml::TreeEnsemble forest_;
  ml::Calibrator calibrator_;
};

}  // namespace rapport::scoring
