#include "scoring/rescale.h"

#include <algorithm>
#include <cmath>

namespace rapport::scoring {
namespace {

// How far one unit of raw score may stretch or shrink before the difference goes into the balance of the signs.
constexpr double kMinSlope = 0.25;
constexpr double kMaxSlope = 4.0;
// Below this a sum is rounding noise of the summands, not a direction.
constexpr double kNegligible = 1e-12;

}  // namespace

void rescale_contributions(std::span<double> contributions, double target_sum) {
  double raising = 0;
  double lowering = 0;
  for (const double value : contributions) (value > 0 ? raising : lowering) += std::abs(value);
  const double sum = raising - lowering;
  double up = 0;
  double down = 0;
  if (raising > kNegligible && lowering > kNegligible) {
    const double secant = std::abs(sum) > kNegligible ? target_sum / sum : 1.0;
    const double slope = std::clamp(secant, kMinSlope, kMaxSlope);
    const double root = std::sqrt(target_sum * target_sum + 4 * slope * slope * raising * lowering);
    // The two forms of the quadratic's positive root: each subtracts nothing when the target has its sign.
    const double k = target_sum >= 0 ? (target_sum + root) / (2 * slope * raising)
                                     : (2 * slope * lowering) / (root - target_sum);
    up = slope * k;
    down = slope / k;
  } else if (raising > kNegligible) {
    up = std::max(0.0, target_sum / raising);
  } else if (lowering > kNegligible) {
    down = std::max(0.0, -target_sum / lowering);
  }
  for (double& value : contributions) value *= value > 0 ? up : down;
}

}  // namespace rapport::scoring
