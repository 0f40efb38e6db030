#include "nn/ops/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/rng.h"

namespace rapport::nn {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// By sorting everything.
std::vector<RankedLogit> sorted(const std::vector<float>& logits, std::size_t count, float floor) {
  std::vector<RankedLogit> all;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] > floor) all.push_back({static_cast<std::int32_t>(i), logits[i]});
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.logit > b.logit; });
  all.resize(std::min(all.size(), count));
  return all;
}

TEST(TopK, AgreesWithSortingOverRandomRows) {
  Rng rng(1);
  std::vector<RankedLogit> found;
  for (int round = 0; round < 300; ++round) {
    std::vector<float> logits(static_cast<std::size_t>(rng.integer(0, round % 5 == 0 ? 3000 : 70)));
    const bool ties = round % 2 == 0;
    for (float& logit : logits) {
      logit = ties ? static_cast<float>(rng.integer(-3, 3)) : static_cast<float>(rng.normal(0, 3));
      if (rng.uniform() < 0.1) logit = -kInfinity;  // as rules forbid a token
    }
    const auto count = static_cast<std::size_t>(rng.integer(0, 12));
    const float floor = round % 3 == 0 ? 0.5F : -kInfinity;

    top_k(logits, count, found, floor);

    const auto expected = sorted(logits, count, floor);
    ASSERT_EQ(found.size(), expected.size()) << "round " << round;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(found[i].id, expected[i].id) << "round " << round << ", place " << i;
      ASSERT_EQ(found[i].logit, expected[i].logit);
    }
  }
}

TEST(LogSumExp, AgreesWithDoubleOverRandomRows) {
  Rng rng(2);
  for (int round = 0; round < 100; ++round) {
    std::vector<float> logits(static_cast<std::size_t>(rng.integer(1, round % 10 == 0 ? 60'000 : 40)));
    for (float& logit : logits) logit = static_cast<float>(rng.normal(round % 2 == 0 ? 0 : 300, 10));
    const double largest = *std::max_element(logits.begin(), logits.end());
    double total = 0;
    for (const float logit : logits) total += std::exp(double{logit} - largest);

    ASSERT_NEAR(log_sum_exp(logits), largest + std::log(total), 1e-6 * std::fabs(largest) + 1e-5);
  }
}

TEST(LogSumExp, OfNothingAndOfWhatHasNoSum) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(log_sum_exp({}), -kInfinity);
  EXPECT_EQ(log_sum_exp(std::vector<float>(11, -kInfinity)), -kInfinity);
  for (const std::size_t place : {0, 5, 10}) {
    std::vector<float> logits(11, 1.F);
    logits[place] = nan;
    EXPECT_TRUE(std::isnan(log_sum_exp(logits))) << place;
    logits[place] = kInfinity;
    EXPECT_TRUE(std::isnan(log_sum_exp(logits))) << place;
  }
}

}  // namespace
}  // namespace rapport::nn
