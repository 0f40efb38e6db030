#include "ml/random_forest.h"

#include <algorithm>
#include <string>
#include <vector>

#include "ml/class_weights.h"
#include "ml/xgboost_trainer.h"

namespace rapport::ml {
namespace {

XgboostTrainer::Settings settings_of(const RandomForestParams& params, MatrixView x, const FitOptions& options) {
  const std::size_t features = x.cols;
  // XGBoost takes floor(share * features): half a feature more keeps the product on the right side of the floor.
  const double share = std::min(1.0, (params.max_features.count(features) + 0.5) / static_cast<double>(features));
  return {{"booster", "gbtree"},
          {"objective", "reg:squarederror"},
          {"tree_method", "hist"},
          {"base_score", "0"},
          {"num_parallel_tree", std::to_string(params.n_estimators)},
          {"eta", "1"},
          {"lambda", "0"},
          {"alpha", "0"},
          {"gamma", "0"},
          {"max_bin", std::to_string(bins_for(x.rows, 256))},
          {"max_depth", std::to_string(params.max_depth)},
          {"min_child_weight", std::to_string(params.min_samples_leaf)},
          {"subsample", setting(params.max_samples)},
          {"colsample_bynode", setting(share)},
          {"seed", seed_setting(options.seed)},
          {"nthread", std::to_string(std::max<std::size_t>(options.threads, 1))}};
}

}  // namespace

TreeEnsemble fit_random_forest(MatrixView x, std::span<const double> y, std::span<const double> weights,
                               const RandomForestParams& params, const FitOptions& options) {
  check_training_rows({x, y, weights});
  const std::vector<double> weighted = class_weighted(y, weights, params.class_weight);
  XgboostTrainer trainer({x, y, weighted}, settings_of(params, x, options));
  trainer.update(0);
  return TreeEnsemble::from_xgboost_json(trainer.json(), x.cols);
}

}  // namespace rapport::ml
