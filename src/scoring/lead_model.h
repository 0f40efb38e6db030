#pragma once

#include "ml/tree_ensemble.h"
#include "scoring/scoring_model.h"

namespace rapport::scoring {

/// Lead scoring: gradient-boosted trees whose margin, clamped to 0..100, is the score.
class LeadModel final : public ScoringModel {
 public:
  /// Throws kInvalid "malformed_model" when the trees read another number of features than leads have.
  explicit LeadModel(ml::TreeEnsemble trees);

  ModelKind kind() const override { return ModelKind::kLeadScoring; }
  double predict(std::span<const double> row) const override;
  void predict(ml::MatrixView rows, std::span<double> out) const override;
  void explain(std::span<const double> row, ml::Explanation& out) const override;
  std::span<const double> importance() const override { return trees_.importance(); }
  Json to_json() const override;
  static LeadModel from_json(const Json& json);

 private:
  ml::TreeEnsemble trees_;
};

}  // namespace rapport::scoring
