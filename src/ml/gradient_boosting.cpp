#include "ml/gradient_boosting.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/rng.h"
#include "ml/xgboost_trainer.h"

namespace rapport::ml {
namespace {

XgboostTrainer::Settings settings_of(const GradientBoostingParams& params, std::size_t rows,
                                     const FitOptions& options) {
  return {{"booster", "gbtree"},
          {"objective", "reg:squarederror"},
          {"tree_method", "hist"},
          {"max_depth", std::to_string(params.max_depth)},
          {"eta", setting(params.learning_rate)},
          {"min_child_weight", setting(params.min_child_weight)},
          {"subsample", setting(params.subsample)},
          {"colsample_bytree", setting(params.colsample_bytree)},
          {"gamma", setting(params.gamma)},
          {"alpha", setting(params.reg_alpha)},
          {"lambda", setting(params.reg_lambda)},
          {"max_bin", std::to_string(bins_for(rows, params.max_bin))},
          {"seed", seed_setting(options.seed)},
          {"nthread", std::to_string(std::max<std::size_t>(options.threads, 1))}};
}

double mean_target(const TrainingRows& rows) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < rows.y.size(); ++i) {
    const double weight = rows.weights.empty() ? 1 : rows.weights[i];
    sum += weight * rows.y[i];
    total += weight;
  }
  return sum / total;
}

XgboostTrainer make_trainer(const TrainingRows& rows, XgboostTrainer::Settings settings) {
  settings.emplace_back("base_score", setting(mean_target(rows)));
  return XgboostTrainer(rows, settings);
}

/// A part of the rows, owned.
struct Part {
  Matrix x;
  std::vector<double> y;
  std::vector<double> weights;

  TrainingRows view() const { return {x, y, weights}; }
};

void append_row(Part& part, const TrainingRows& rows, std::size_t row) {
  part.x.cols = rows.x.cols;
  part.x.push_row(rows.x.row(row));
  part.y.push_back(rows.y[row]);
  if (!rows.weights.empty()) part.weights.push_back(rows.weights[row]);
}

double rmse(std::span<const double> target, std::span<const float> predicted) {
  double squares = 0;
  for (std::size_t i = 0; i < target.size(); ++i) squares += (target[i] - predicted[i]) * (target[i] - predicted[i]);
  return std::sqrt(squares / static_cast<double>(target.size()));
}

/// How many trees serve best on a tenth of the rows that the trees have not seen.
int best_rounds(const TrainingRows& rows, const GradientBoostingParams& params, const FitOptions& options) {
  constexpr double kValidationShare = 0.1;
  Rng rng = Rng(options.seed).split(1);
  Part train;
  Part validation;
  for (std::size_t i = 0; i < rows.y.size(); ++i) {
    append_row(rng.chance(kValidationShare) ? validation : train, rows, i);
  }
  const bool usable = !validation.y.empty() && !train.y.empty() &&
                      (rows.weights.empty() || std::any_of(train.weights.begin(), train.weights.end(),
                                                           [](double weight) { return weight > 0; }));
  if (!usable) return params.n_estimators;

  XgboostTrainer trainer = make_trainer(train.view(), settings_of(params, rows.y.size(), options));
  int best = 0;
  double best_error = 0;
  for (int round = 0; round < params.n_estimators; ++round) {
    trainer.update(round);
    const double error = rmse(validation.y, trainer.predict(validation.x));
    if (round == 0 || error < best_error) {
      best = round;
      best_error = error;
    }
    if (round - best >= params.early_stopping_rounds) break;
  }
  return best + 1;
}

}  // namespace

TreeEnsemble fit_gradient_boosting(MatrixView x, std::span<const double> y, std::span<const double> weights,
                                   const GradientBoostingParams& params, const FitOptions& options) {
  const TrainingRows rows{x, y, weights};
  check_training_rows(rows);
  const int rounds = params.early_stopping_rounds > 0 ? best_rounds(rows, params, options) : params.n_estimators;
  XgboostTrainer trainer = make_trainer(rows, settings_of(params, rows.y.size(), options));
  for (int round = 0; round < rounds; ++round) trainer.update(round);
  return TreeEnsemble::from_xgboost_json(trainer.json(), x.cols);
}

}  // namespace rapport::ml
