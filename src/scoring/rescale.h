#pragma once

#include <span>

namespace rapport::scoring {

/// Carries the contributions of a raw score over to the scale of its calibrated prediction, so that they sum to
/// `target_sum`. Every contribution keeps its sign, and none is ever NaN.
///
/// Idea      Where the calibration is close to a straight line between base and prediction, all contributions are
///           multiplied by its slope. Where it is not (a plateau gives slope 0, a jump an enormous one), the slope is
///           bounded, and the rest of the difference is made up by stretching the raising contributions by k and
///           the lowering ones by 1/k: s (k P - N / k) = target has exactly one positive root.
/// Requires  `target_sum` has the sign of the sum of `contributions`, or is 0 (true of any non-decreasing calibration).
void rescale_contributions(std::span<double> contributions, double target_sum);

}  // namespace rapport::scoring
