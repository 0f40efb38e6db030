#include <boost/json.hpp>
#include <utility>

#include "ml/metrics.h"
#include "ml/random_forest.h"
#include "scoring/churn_model.h"
#include "training/preset_choice.h"
#include "training/recipe.h"

namespace rapport::training {
namespace {

using ml::RandomForestParams;

class ChurnEstimator final : public Estimator {
 public:
  explicit ChurnEstimator(ml::TreeEnsemble forest) : forest_(std::move(forest)) {}

  void score(ml::MatrixView rows, std::span<double> out) const override { forest_.predict(rows, out); }
  std::shared_ptr<const scoring::ScoringModel> model(const ml::Calibrator& calibrator, ml::MatrixView) const override {
    return std::make_shared<scoring::ChurnModel>(forest_, calibrator);
  }

 private:
  ml::TreeEnsemble forest_;
};

/// Large leaves win on few or noisy customers; the usual forest on many.
std::vector<Preset<RandomForestParams>> presets() {
  RandomForestParams smooth;
  smooth.max_depth = 7;
  smooth.min_samples_leaf = 8;
  return {{"smooth", smooth}, {"fine", RandomForestParams{}}};
}

class ChurnRecipe final : public Recipe {
 public:
  ChurnRecipe(const Json& hyperparameters, std::uint64_t seed)
      : params_(ml::parse_random_forest(hyperparameters)), seed_(seed), free_(leaves_choice(hyperparameters)) {}

  void choose(const LabelledRows& rows, const std::vector<ml::Split>& folds, std::size_t threads) override {
    if (!free_) {
      selection_ = "hyperparameters given";
      return;
    }
    const auto with = [&](const RandomForestParams& params) {
      ChurnRecipe recipe = *this;
      recipe.params_ = params;
      return recipe;
    };
    // The scores are not calibrated yet: their order is what counts.
    selection_ = choose_preset(presets(), params_, with, [&](const ChurnRecipe& recipe) {
      return 1 - ml::roc_auc(rows.y, out_of_fold_scores(recipe, rows, folds, threads)).value_or(0);
    });
  }

  std::unique_ptr<const Estimator> fit(const LabelledRows& rows) const override {
    return std::make_unique<ChurnEstimator>(
        ml::fit_random_forest(rows.x, rows.y, {}, params_, {.seed = seed_, .threads = 1}));
  }

  Json hyperparameters() const override { return ml::to_json(params_); }
  Json selection() const override { return selection_; }

 private:
  RandomForestParams params_;
  std::uint64_t seed_;
  bool free_;
  Json selection_;
};

}  // namespace

std::unique_ptr<Recipe> make_churn_recipe(const Json& hyperparameters, std::uint64_t seed) {
  return std::make_unique<ChurnRecipe>(hyperparameters, seed);
}

}  // namespace rapport::training
