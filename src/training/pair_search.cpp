#include "training/pair_search.h"

#include <algorithm>
#include <cmath>

namespace rapport::training {
namespace {

/// Columns standardised, missing values at the mean; constant columns come out as all 0.
std::vector<std::vector<double>> standardised_columns(ml::MatrixView x) {
  std::vector<std::vector<double>> columns(x.cols, std::vector<double>(x.rows));
  for (std::size_t j = 0; j < x.cols; ++j) {
    double sum = 0;
    double squares = 0;
    double known = 0;
    for (std::size_t i = 0; i < x.rows; ++i) {
      const double value = x.at(i, j);
      if (std::isnan(value)) continue;
      sum += value;
      squares += value * value;
      ++known;
    }
    const double mean = known > 0 ? sum / known : 0;
    const double variance = known > 0 ? squares / known - mean * mean : 0;
    const double scale = variance > 1e-12 * (1 + mean * mean) ? 1 / std::sqrt(variance) : 0;
    for (std::size_t i = 0; i < x.rows; ++i) {
      const double value = x.at(i, j);
      columns[j][i] = std::isnan(value) ? 0 : (value - mean) * scale;
    }
  }
  return columns;
}

struct Candidate {
  int a = 0;
  int b = 0;
  double strength = 0;
};

double score_test(std::span<const double> a, std::span<const double> b, std::span<const double> residuals) {
  double along = 0;
  double variance = 0;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    const double part = residuals[i] * a[i] * b[i];
    along += part;
    variance += part * part;
  }
  return variance > 0 ? std::abs(along) / std::sqrt(variance) : 0;
}

}  // namespace

std::vector<scoring::Term> missed_pairs(ml::MatrixView x, std::span<const double> residuals, std::size_t limit) {
  const auto columns = standardised_columns(x);
  std::vector<Candidate> candidates;
  for (std::size_t a = 0; a < x.cols; ++a) {
    for (std::size_t b = a + 1; b < x.cols; ++b) {
      const double strength = score_test(columns[a], columns[b], residuals);
      if (strength >= kPairThreshold) candidates.push_back({static_cast<int>(a), static_cast<int>(b), strength});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& l, const Candidate& r) { return l.strength > r.strength; });
  if (candidates.size() > limit) candidates.resize(limit);
  std::vector<scoring::Term> terms;
  for (const Candidate& candidate : candidates) terms.push_back(scoring::pair_term(candidate.a, candidate.b));
  return terms;
}

}  // namespace rapport::training
