#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/rng.h"
#include "ml/matrix.h"
#include "ml/xgboost_trainer.h"

namespace rapport::ml {

/// Made-up rows for tests and benchmarks: steps, slopes and interactions of a few features, with noise and holes.
struct RandomRows {
  Matrix x;
  std::vector<double> score;  ///< about 0..100
  std::vector<double> label;  ///< 0 or 1, with noise
};

inline RandomRows random_rows(std::size_t rows, std::size_t cols, std::uint64_t seed, double missing_prob = 0.1) {
  Rng rng(seed);
  RandomRows made{Matrix(rows, cols), {}, {}};
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      const double value = j % 3 == 0 ? static_cast<double>(rng.integer(0, 20)) : rng.normal();
      made.x.row(i)[j] = rng.chance(missing_prob) ? std::numeric_limits<double>::quiet_NaN() : value;
    }
    const auto known = [&](std::size_t j) { return std::isnan(made.x.at(i, j % cols)) ? 0 : made.x.at(i, j % cols); };
    const double signal = 1.5 * known(0) + 8 * known(1) + (known(2) > 0.5 ? 12 : 0) + 6 * known(1) * known(4);
    made.score.push_back(40 + signal + rng.normal(0, 6));
    made.label.push_back(rng.chance(1 / (1 + std::exp(-(signal - 15) / 8))) ? 1.0 : 0.0);
  }
  return made;
}

/// A trained model as XGBoost's JSON, with settings of the caller's on top of squared error.
inline std::string trained_json(const RandomRows& rows, XgboostTrainer::Settings settings, int rounds) {
  settings.insert(settings.begin(), {{"objective", "reg:squarederror"}, {"tree_method", "hist"}, {"nthread", "1"}});
  XgboostTrainer trainer({rows.x, rows.score, {}}, settings);
  for (int round = 0; round < rounds; ++round) trainer.update(round);
  return trainer.json();
}

}  // namespace rapport::ml
