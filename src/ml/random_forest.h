#pragma once

#include <span>

#include "ml/gradient_boosting.h"
#include "ml/hyperparameters.h"
#include "ml/matrix.h"
#include "ml/tree_ensemble.h"

namespace rapport::ml {

/// A random forest for two classes: a prediction is the mean over trees of the (weighted) share of class 1 in the leaf,
/// so it lies in 0..1; it is a score to be calibrated (calibration.h), not yet a probability.
///
/// Shapes    x [rows, features], NaN is missing; y [rows], each 0 or 1; weights [rows], or empty for all 1. Class
///           weights of `params` multiply them.
/// Requires  as `fit_gradient_boosting`, and both classes present.
/// Throws    kInvalid "invalid_training_data", "single_class"; kInternal when XGBoost fails.
/// Threads   safe. Deterministic by seed.
/// Source    Breiman 2001; XGBoost's random-forest mode: with squared error, lambda 0, eta 1 and base score 0 a leaf is
///           exactly its class share. Rows are drawn without replacement, `max_samples` of them for each tree.
TreeEnsemble fit_random_forest(MatrixView x, std::span<const double> y, std::span<const double> weights,
                               const RandomForestParams& params, const FitOptions& options = {});

}  // namespace rapport::ml
