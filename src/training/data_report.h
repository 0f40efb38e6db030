#pragma once

#include <span>

#include "base/json.h"
#include "domain/names.h"
#include "ml/matrix.h"
#include "training/train.h"

namespace rapport::training {

/// What the data looks like before anything is learned from it: rows, and for each feature how many values are missing,
/// its range, mean and deviation, whether it is constant, outliers (beyond three interquartile ranges from the quartiles)
/// and values outside the feature's permitted range; the target's distribution or class balance; the time it spans.
///
/// Shapes    one feature at least.
/// Cost      a sort per feature.
Json data_report(const TrainingTable& table);

}  // namespace rapport::training
