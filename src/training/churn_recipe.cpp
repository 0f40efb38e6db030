#include <boost/json.hpp>
#include <utility>

#include "ml/metrics.h"
#include "ml/random_forest.h"
#include "scoring/churn_model.h"
#include "training/blanked_rows.h"
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
std::vector<Preset<RandomForestParams>> presets(std::size_t rows) {
  constexpr std::size_t kManyRows = 2'000;
  RandomForestParams smooth;
  smooth.max_depth = 6;
  smooth.min_samples_leaf = 8;
  if (rows < kManyRows) return {{"smooth", smooth}};
  return {{"smooth", smooth}, {"fine", RandomForestParams{}}};
}

class ChurnRecipe final : public Recipe {
 public:
  ChurnRecipe(const Json& hyperparameters, std::uint64_t seed)
      : params_(ml::parse_random_forest(hyperparameters)), seed_(seed), free_(leaves_choice(hyperparameters)) {}

  std::vector<double> choose(const LabelledRows& rows, const std::vector<ml::Split>& folds,
                             std::size_t threads) override {
    if (!free_) {
      selection_ = "hyperparameters given";
      return {};
    }
    const auto scores_of = [&](const RandomForestParams& params) {
      ChurnRecipe recipe = *this;
      recipe.params_ = params;
      return out_of_fold_scores(recipe, rows, folds, threads);
    };
    // The scores are not calibrated yet: their order is what counts.
    const auto misranked = [&](const std::vector<double>& scores) { return 1 - ml::roc_auc(rows.y, scores).value_or(0); };
    auto choice = choose_preset(presets(rows.y.size()), scores_of, misranked);
    params_ = choice.params;
    selection_ = std::move(choice.selection);
    return std::move(choice.scores);
  }

  std::unique_ptr<const Estimator> fit(const LabelledRows& rows) const override {
    const BlankedRows blanked(rows, seed_);
    return std::make_unique<ChurnEstimator>(
        ml::fit_random_forest(blanked.x, blanked.y, blanked.weights, params_, {.seed = seed_, .threads = 1}));
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
