#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "ml/gradient_boosting.h"
#include "ml/metrics.h"
#include "scoring/lead_model.h"
#include "training/blanked_rows.h"
#include "training/preset_choice.h"
#include "training/recipe.h"

namespace rapport::training {
namespace {

using ml::GradientBoostingParams;

class LeadEstimator final : public Estimator {
 public:
  explicit LeadEstimator(ml::TreeEnsemble trees) : model_(std::make_shared<scoring::LeadModel>(std::move(trees))) {}

  void score(ml::MatrixView rows, std::span<double> out) const override { model_->predict(rows, out); }
  std::shared_ptr<const scoring::ScoringModel> model(const ml::Calibrator&, ml::MatrixView) const override {
    return model_;
  }

 private:
  std::shared_ptr<const scoring::LeadModel> model_;
};

/// Shallow trees win on few or noisy leads and are explained fastest; the contract's own setting is for many, where it
/// also pays for its time. Fewer bins than rows / 16 or so lose nothing and save most of a small fit.
std::vector<Preset<GradientBoostingParams>> presets(std::size_t rows) {
  constexpr std::size_t kManyRows = 5'000;
  GradientBoostingParams shallow;
  shallow.n_estimators = 120;
  shallow.max_depth = 3;
  shallow.learning_rate = 0.08;
  shallow.min_child_weight = 5;
  shallow.reg_lambda = 2;
  shallow.max_bin = rows < kManyRows ? 32 : 256;
  GradientBoostingParams medium = shallow;
  medium.n_estimators = 100;
  medium.max_depth = 4;
  if (rows < kManyRows) return {{"shallow", shallow}, {"medium", medium}};
  return {{"shallow", shallow}, {"medium", medium}, {"deep", GradientBoostingParams{}}};
}

class LeadRecipe final : public Recipe {
 public:
  LeadRecipe(const Json& hyperparameters, std::uint64_t seed)
      : params_(ml::parse_gradient_boosting(hyperparameters)), seed_(seed), free_(leaves_choice(hyperparameters)) {}

  std::vector<double> choose(const LabelledRows& rows, const std::vector<ml::Split>& folds,
                             std::size_t threads) override {
    if (!free_) {
      selection_ = "hyperparameters given";
      return {};
    }
    const auto scores_of = [&](const GradientBoostingParams& params) {
      LeadRecipe recipe = *this;
      recipe.params_ = params;
      return out_of_fold_scores(recipe, rows, folds, threads);
    };
    const auto rmse = [&](const std::vector<double>& scores) {
      return ml::regression_metrics(rows.y, scores).rmse.value_or(INFINITY);
    };
    auto choice = choose_preset(presets(rows.y.size()), scores_of, rmse);
    params_ = choice.params;
    selection_ = std::move(choice.selection);
    return std::move(choice.scores);
  }

  std::unique_ptr<const Estimator> fit(const LabelledRows& rows) const override {
    const BlankedRows blanked(rows, seed_);
    return std::make_unique<LeadEstimator>(
        ml::fit_gradient_boosting(blanked.x, blanked.y, blanked.weights, params_, {.seed = seed_, .threads = 1}));
  }

  Json hyperparameters() const override { return ml::to_json(params_); }
  Json selection() const override { return selection_; }

 private:
  GradientBoostingParams params_;
  std::uint64_t seed_;
  bool free_;
  Json selection_;
};

}  // namespace

std::unique_ptr<Recipe> make_lead_recipe(const Json& hyperparameters, std::uint64_t seed) {
  return std::make_unique<LeadRecipe>(hyperparameters, seed);
}

}  // namespace rapport::training
