#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "domain/names.h"
#include "features/feature_set.h"
#include "ml/matrix.h"
#include "ml/tree_ensemble.h"

namespace rapport::scoring {

/// One trained model of one of the three kinds, as it is served: estimator, calibration, importances and card.
/// Immutable.
///
/// Units     lead scoring: score 0..100. Churn and engagement: calibrated probability 0..1.
/// Threads   const calls from any number of threads.
class ScoringModel {
 public:
  virtual ~ScoringModel() = default;

  virtual ModelKind kind() const = 0;

  /// What the model says of one row of feature_set(kind()).size() values.
  virtual double predict(std::span<const double> row) const = 0;
  virtual void predict(ml::MatrixView rows, std::span<double> out) const = 0;

  /// Signed contributions of the named features. Lead scoring: points, base + sum = score before it is clamped to
  /// 0..100. Churn: probability, base + sum = predict(). Engagement: log-odds, base + sum = logit(predict()).
  virtual void explain(std::span<const double> row, ml::Explanation& out) const = 0;

  /// Global importance per feature; sums to 1.
  virtual std::span<const double> importance() const = 0;

  /// The estimator as JSON, for the artifact.
  virtual Json to_json() const = 0;
};

/// A model with its identity, as the registry holds it.
struct VersionedModel {
  std::string version;   ///< "lead_scoring@2026-11-23.1"
  Time created_at;
  Json card;             ///< model card: metrics, baseline, data report, hyperparameters, label, training window, seed
  std::shared_ptr<const ScoringModel> model;
};

/// The artifact: one JSON text with format version, kind, feature names, estimator and card.
std::string to_artifact(const ScoringModel& model, const Json& card);

/// Reads an artifact. Throws kInvalid "malformed_model" for anything that `to_artifact` did not write, also when its
/// feature names are not this program's.
struct LoadedArtifact {
  std::shared_ptr<const ScoringModel> model;
  Json card;
};
LoadedArtifact from_artifact(std::string_view text);

}  // namespace rapport::scoring
