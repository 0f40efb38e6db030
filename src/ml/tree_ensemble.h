#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "ml/matrix.h"

namespace rapport::ml {

/// What made one prediction: prediction = base + sum(contributions), one contribution per feature.
struct Explanation {
  double base = 0;
  std::vector<double> contributions;
};

/// A sum of regression trees, compiled into flat arrays for serving. Made by the learners (gradient_boosting.h,
/// random_forest.h); immutable afterwards.
///
/// Threads   const calls from any number of threads.
/// Source    predictions equal XGBoost's own bit for bit; explanations are path-dependent TreeSHAP (Lundberg et al.
///           2020, algorithm 2), additive to 1e-5 (relative, for predictions beyond 1: they are float sums).
class TreeEnsemble {
 public:
  /// Reads the JSON that XGBoost writes for a trained `gbtree` model with squared error (versions 1.7 to 3.x). Throws
  /// kInvalid "malformed_model" on anything that is not one: cycles, indices out of range, a feature beyond `features`.
  static TreeEnsemble from_xgboost_json(std::string_view json, std::size_t features);

  /// The artifact's own form, and back (same errors).
  Json to_json() const;
  static TreeEnsemble from_json(const Json& json);

  std::size_t features() const;
  std::size_t trees() const;

  /// The margin of one row (`features()` values; NaN goes the tree's default way). About a microsecond.
  double predict(std::span<const double> row) const;

  /// The margins of many rows, tree by tree so that a tree stays in cache; on up to `threads` threads when it pays (0:
  /// as many as there are cores).
  void predict(MatrixView rows, std::span<double> out, std::size_t threads = 0) const;

  /// Exact TreeSHAP values of one row's margin.
  void explain(std::span<const double> row, Explanation& out) const;

  /// Share of each feature in the total split gain; sums to 1 (all zero when no tree ever splits).
  const std::vector<double>& importance() const;

 private:
  struct Compiled;
  explicit TreeEnsemble(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace rapport::ml
