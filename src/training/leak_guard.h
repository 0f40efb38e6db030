#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "domain/names.h"
#include "ml/matrix.h"

namespace rapport::training {

/// A feature that says more about the truth than a feature can: most likely it was filled in after the outcome.
struct LeakSuspect {
  std::size_t feature = 0;
  std::string_view measure;  ///< "roc_auc", "missing_roc_auc", "binned_roc_auc", "correlation", "binned_r2"
  double value = 0;
};

/// Features that alone separate the classes with an AUC above 0.98 (by their order, by being missing, or by ranges of
/// their values), or that alone follow the score with |r| above 0.98 or an R2 above 0.96. Strong and honest features
/// (AUC 0.9, say) are far from that; whether a suspect is one of an easy problem is for the caller to find out, by what a
/// model reaches without it. The strongest measure of each feature; strongest feature first.
///
/// Shapes    x [rows, features], y [rows]. What is known of fewer than 50 rows is no suspect.
std::vector<LeakSuspect> leak_suspects(ModelKind kind, ml::MatrixView x, std::span<const double> y);

}  // namespace rapport::training
