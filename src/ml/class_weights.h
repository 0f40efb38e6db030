#pragma once

#include <span>
#include <vector>

#include "ml/hyperparameters.h"

namespace rapport::ml {

/// One weight per row: the given ones (empty: all 1) times the class weights. "Balanced" is scikit-learn's: rows /
/// (2 * rows of the class), with rows counted, not weighed.
///
/// Throws    kInvalid "invalid_training_data" for a label other than 0 and 1, "single_class" when only one class has
///           weight.
std::vector<double> class_weighted(std::span<const double> labels, std::span<const double> weights, ClassWeight kind);

}  // namespace rapport::ml
