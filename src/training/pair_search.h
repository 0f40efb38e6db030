#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ml/matrix.h"
#include "scoring/engagement_terms.h"

namespace rapport::training {

/// Products of two features that a fitted logistic model misses: those whose product still goes along with its
/// residuals.
///
/// Idea      the score test: for a candidate t and residuals r = weight * (y - p), z = sum(r t) / sqrt(sum(r^2 t^2))
///           is standard normal when the model needs no such term. Pairs beyond `kPairThreshold` are kept, the
///           strongest `limit` of them.
/// Shapes    x [rows, features] NaN missing (counts as the mean); residuals [rows].
/// Cost      rows * features^2 / 2.
/// Source    Rao's score test, as in any text on generalised linear models.
std::vector<scoring::Term> missed_pairs(ml::MatrixView x, std::span<const double> residuals, std::size_t limit);

/// With 351 candidates, a chance of about one in ten that noise alone passes.
constexpr double kPairThreshold = 3.7;

}  // namespace rapport::training
