#include "scoring/rescale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/rng.h"

namespace rapport::scoring {
namespace {

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

TEST(Rescale, IsPlainlyLinearWhereTheSlopeIsModerate) {
  std::vector<double> parts = {0.3, -0.1, 0.2};
  rescale_contributions(parts, 0.6);
  EXPECT_NEAR(parts[0], 0.45, 1e-12);
  EXPECT_NEAR(parts[1], -0.15, 1e-12);
  EXPECT_NEAR(parts[2], 0.3, 1e-12);
}

TEST(Rescale, SumsToTheTargetKeepsSignsAndStaysModest) {
  Rng rng(5);
  for (int round = 0; round < 2000; ++round) {
    std::vector<double> parts(8);
    double size = 0;
    for (double& part : parts) part = rng.normal(0, 0.1);
    for (const double part : parts) size += std::abs(part);
    const std::vector<double> before = parts;
    const double target = rng.chance(0.2) ? 0 : std::copysign(rng.uniform(0, 0.5), sum_of(parts));

    rescale_contributions(parts, target);

    EXPECT_NEAR(sum_of(parts), target, 1e-12);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      EXPECT_FALSE(std::isnan(parts[i]));
      EXPECT_GE(parts[i] * before[i], 0);
      EXPECT_LE(std::abs(parts[i]), 4 * size + 2 * std::abs(target));
    }
  }
}

TEST(Rescale, BearsPlateausJumpsAndNothingAtAll) {
  std::vector<double> plateau = {0.2, -0.1};
  rescale_contributions(plateau, 0);
  EXPECT_GT(plateau[0], 0);
  EXPECT_NEAR(plateau[0] + plateau[1], 0, 1e-12);

  std::vector<double> jump = {0.3, -0.2999999};
  rescale_contributions(jump, 0.4);
  EXPECT_NEAR(jump[0] + jump[1], 0.4, 1e-12);
  EXPECT_LT(jump[0], 2);

  std::vector<double> one_sided = {0.2, 0.1, 0};
  rescale_contributions(one_sided, 0.6);
  EXPECT_NEAR(sum_of(one_sided), 0.6, 1e-12);

  std::vector<double> nothing = {0, 0};
  rescale_contributions(nothing, 0);
  EXPECT_EQ(sum_of(nothing), 0);
}

}  // namespace
}  // namespace rapport::scoring
