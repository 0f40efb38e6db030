#pragma once

#include <span>
#include <vector>

#include "base/json.h"
#include "ml/hyperparameters.h"
#include "ml/matrix.h"
#include "ml/tree_ensemble.h"

namespace rapport::ml {

/// Logistic regression on standardised features, with an L2 penalty that spares the intercept: how likely a message is
/// to be answered, as a sum of terms.
///
/// Threads   const calls from any number of threads.
/// Source    coefficients equal scikit-learn's `make_pipeline(StandardScaler(), LogisticRegression(C))` to 1e-6.
class LogisticRegression {
 public:
  std::size_t features() const { return coefficients_.size(); }

  /// Log-odds of class 1 for one row of `features()` values. A NaN counts as the training mean.
  double predict_logit(std::span<const double> row) const;
  void predict_logit(MatrixView rows, std::span<double> out) const;

  /// Log-odds: base is the log-odds of the average row, a contribution is coefficient * (value - mean) / deviation.
  void explain(std::span<const double> row, Explanation& out) const;

  /// |coefficient| of the standardised features as shares; sum to 1 (all zero when every coefficient is).
  std::vector<double> importance() const;

  const std::vector<double>& coefficients() const { return coefficients_; }  ///< of the standardised features
  double intercept() const { return intercept_; }
  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& deviation() const { return deviation_; }        ///< 1 where a feature is constant
  bool converged() const { return converged_; }
  int iterations() const { return iterations_; }

  Json to_json() const;
  /// Throws kInvalid "malformed_model".
  static LogisticRegression from_json(const Json& json);

 private:
  friend LogisticRegression fit_logistic_regression(MatrixView, std::span<const double>, std::span<const double>,
                                                    const LogisticRegressionParams&);

  std::vector<double> coefficients_;
  std::vector<double> mean_;
  std::vector<double> deviation_;
  double intercept_ = 0;
  bool converged_ = false;
  int iterations_ = 0;
};

/// Shapes    x [rows, features], NaN is missing (imputed with the feature's mean); y [rows], each 0 or 1; weights [rows],
///           or empty for all 1. Class weights of `params` multiply them. Mean and deviation are those of the plain rows.
/// Requires  both classes present with positive weight; no infinity.
/// Throws    kInvalid "invalid_training_data", "single_class". Not reaching `tol` in `max_iter` steps is no error: see
///           `converged()`.
/// Threads   pure. Deterministic.
/// Cost      rows * features^2 per Newton step, rarely more than 10 steps.
LogisticRegression fit_logistic_regression(MatrixView x, std::span<const double> y, std::span<const double> weights,
                                           const LogisticRegressionParams& params);

}  // namespace rapport::ml
