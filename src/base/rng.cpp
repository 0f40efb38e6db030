#include "base/rng.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace rapport {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed) : seed_(seed) {
  std::uint64_t state = seed;
  for (std::uint64_t& word : state_) word = splitmix64(state);
}

Rng Rng::split(std::uint64_t stream) const {
  std::uint64_t state = seed_ ^ (stream * 0xd1342543de82ef95ULL + 0x632be59bd9b4e019ULL);
  return Rng(splitmix64(state));
}

std::uint64_t Rng::bits() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

double Rng::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::int64_t Rng::integer(std::int64_t low, std::int64_t high) {
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (range == 0) return static_cast<std::int64_t>(bits());
  const std::uint64_t reject_below = (0 - range) % range;  // so that every residue is equally likely
  std::uint64_t draw = bits();
  while (draw < reject_below) draw = bits();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + draw % range);
}

double Rng::normal(double mean, double deviation) {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));  // Box-Muller; 1 - u avoids log(0)
  return mean + deviation * radius * std::cos(2 * std::numbers::pi * uniform());
}

double Rng::exponential(double mean) { return -mean * std::log(1 - uniform()); }

std::int64_t Rng::poisson(double mean) {
  if (mean <= 0) return 0;
  constexpr double kExactBelow = 30;  // above it the normal approximation is within a percent
  if (mean >= kExactBelow) {
    const double draw = std::round(normal(mean, std::sqrt(mean)));
    return draw < 0 ? 0 : static_cast<std::int64_t>(draw);
  }
  const double limit = std::exp(-mean);
  std::int64_t count = 0;
  for (double product = uniform(); product > limit; product *= uniform()) ++count;
  return count;
}

double Rng::gamma(double shape, double scale) {  // Marsaglia and Tsang 2000
  if (shape < 1) return gamma(shape + 1, scale) * std::pow(1 - uniform(), 1 / shape);
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double v = std::pow(1 + c * x, 3);
    if (v <= 0) continue;
    if (std::log(1 - uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v * scale;
  }
}

double Rng::beta(double a, double b) {
  const double x = gamma(a, 1);
  const double y = gamma(b, 1);
  return x / (x + y);
}

std::size_t Rng::pick(std::span<const double> weights) {
  double total = 0;
  for (const double weight : weights) total += weight;
  double left = uniform() * total;
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return weights.size() - 1;
}

}  // namespace rapport
