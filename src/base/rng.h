#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace rapport {

/// A seeded source of random numbers that gives the same sequence on every compiler and machine (the standard
/// library's distributions do not).
///
/// Threads   one per thread; `split` makes an independent one.
/// Source    xoshiro256++ (Blackman and Vigna 2019), seeded by splitmix64.
class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  /// An independent stream: the same (seed, stream) always gives the same one.
  Rng split(std::uint64_t stream) const;

  std::uint64_t bits();
  double uniform();                                                       ///< [0, 1)
  double uniform(double low, double high);                                ///< [low, high)
  std::int64_t integer(std::int64_t low, std::int64_t high);              ///< low..high, both included, unbiased
  bool chance(double prob) { return uniform() < prob; }
  double normal(double mean = 0, double deviation = 1);
  double exponential(double mean);
  std::int64_t poisson(double mean);
  double gamma(double shape, double scale);
  double beta(double a, double b);
  std::size_t pick(std::span<const double> weights);                      ///< index, in proportion to its weight

  template <class Range>
  void shuffle(Range& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[static_cast<std::size_t>(integer(0, static_cast<std::int64_t>(i) - 1))]);
    }
  }

 private:
  std::uint64_t state_[4];
  std::uint64_t seed_;
};

}  // namespace rapport
