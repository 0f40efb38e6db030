#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ml/hyperparameters.h"
#include "ml/matrix.h"
#include "ml/tree_ensemble.h"

namespace rapport::ml {

/// What every tree learner is told beside data and hyperparameters.
struct FitOptions {
  std::uint64_t seed = 42;
  std::size_t threads = 1;  ///< at most so many; more than one may change last digits on large tables
};

/// Gradient-boosted regression trees with squared error: how a lead's score follows from its features.
///
/// Shapes    x [rows, features], NaN is missing; y [rows]; weights [rows], or empty for all 1.
/// Requires  rows >= 1, every y finite, weights finite and not negative, not all zero.
/// Throws    kInvalid "invalid_training_data" when a requirement is not met; kInternal when XGBoost fails.
/// Threads   safe. Deterministic by seed (and number of threads, see FitOptions).
/// Source    Chen and Guestrin 2016, through XGBoost's C API (tree method `hist`).
TreeEnsemble fit_gradient_boosting(MatrixView x, std::span<const double> y, std::span<const double> weights,
                                   const GradientBoostingParams& params, const FitOptions& options = {});

}  // namespace rapport::ml
