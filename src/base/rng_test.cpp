#include "base/rng.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

namespace rapport {
namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments(const std::function<double(Rng&)>& draw) {
  constexpr int kDraws = 200'000;
  Rng rng(7);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = draw(rng);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

TEST(Rng, GivesTheSameSequenceForTheSameSeed) {
  Rng a(42);
  Rng b(42);
  Rng c(43);

  const std::uint64_t first = a.bits();

  EXPECT_EQ(first, b.bits());
  EXPECT_NE(first, c.bits());
}

TEST(Rng, SplitsIntoIndependentReproducibleStreams) {
  const Rng root(1);

  EXPECT_EQ(root.split(5).bits(), root.split(5).bits());
  EXPECT_NE(root.split(5).bits(), root.split(6).bits());
}

TEST(Rng, DistributionsHaveTheirMeanAndVariance) {
  const auto check = [](const Moments& found, double mean, double variance) {
    EXPECT_NEAR(found.mean, mean, 0.02 * std::max(1.0, mean));
    EXPECT_NEAR(found.variance, variance, 0.04 * std::max(0.25, variance));
  };
  check(moments([](Rng& r) { return r.uniform(); }), 0.5, 1.0 / 12);
  check(moments([](Rng& r) { return r.normal(3, 2); }), 3, 4);
  check(moments([](Rng& r) { return r.exponential(2); }), 2, 4);
  check(moments([](Rng& r) { return static_cast<double>(r.poisson(4)); }), 4, 4);
  check(moments([](Rng& r) { return static_cast<double>(r.poisson(50)); }), 50, 50);
  check(moments([](Rng& r) { return r.gamma(2, 1.5); }), 3, 4.5);
  check(moments([](Rng& r) { return r.gamma(0.5, 1); }), 0.5, 0.5);
  check(moments([](Rng& r) { return r.beta(2, 3); }), 0.4, 0.04);
}

TEST(Rng, IntegersCoverBothEndsEvenly) {
  Rng rng(3);
  std::vector<int> counts(6);

  for (int i = 0; i < 60'000; ++i) ++counts[static_cast<std::size_t>(rng.integer(1, 6) - 1)];

  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(Rng, PicksInProportionToTheWeights) {
  Rng rng(3);
  const std::vector<double> weights = {1, 0, 3};
  std::vector<int> counts(3);

  for (int i = 0; i < 40'000; ++i) ++counts[rng.pick(weights)];

  EXPECT_NEAR(counts[0], 10'000, 500);
  EXPECT_EQ(counts[1], 0);
}

}  // namespace
}  // namespace rapport
