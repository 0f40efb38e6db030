#include "training/recipe.h"

#include <algorithm>
#include <numeric>

#include "base/rng.h"
#include "base/thread_pool.h"

namespace rapport::training {

RowSelection::RowSelection(const LabelledRows& rows, std::span<const std::size_t> chosen)
    : x(chosen.size(), rows.x.cols), y(ml::take(rows.y, chosen)) {
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto source = rows.x.row(chosen[i]);
    std::copy(source.begin(), source.end(), x.row(i).begin());
  }
}

std::unique_ptr<Recipe> make_recipe(ModelKind kind, const Json& hyperparameters, std::uint64_t seed) {
  switch (kind) {
    case ModelKind::kLeadScoring: return make_lead_recipe(hyperparameters, seed);
    case ModelKind::kChurnPrediction: return make_churn_recipe(hyperparameters, seed);
    case ModelKind::kEngagementPrediction: return make_engagement_recipe(hyperparameters);
  }
  return nullptr;
}

std::string_view algorithm_name(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring: return "gradient boosting (XGBoost)";
    case ModelKind::kChurnPrediction: return "random forest (XGBoost)";
    case ModelKind::kEngagementPrediction: return "logistic regression with engineered terms";
  }
  return {};
}

std::vector<double> out_of_fold_scores(const Recipe& recipe, const LabelledRows& rows,
                                       const std::vector<ml::Split>& folds, std::size_t threads) {
  std::vector<double> scores(rows.y.size());
  parallel_for(folds.size(), std::min(threads, folds.size()), [&](std::size_t begin, std::size_t end) {
    for (std::size_t f = begin; f < end; ++f) {
      const RowSelection train(rows, folds[f].train);
      const RowSelection test(rows, folds[f].test);
      std::vector<double> out(test.y.size());
      recipe.fit(train.view())->score(test.x, out);
      for (std::size_t i = 0; i < out.size(); ++i) scores[folds[f].test[i]] = out[i];
    }
  });
  return scores;
}

std::vector<std::size_t> sample_rows(std::size_t rows, std::size_t limit, std::uint64_t seed) {
  std::vector<std::size_t> chosen(rows);
  std::iota(chosen.begin(), chosen.end(), std::size_t{0});
  if (rows <= limit) return chosen;
  Rng rng(seed);
  rng.shuffle(chosen);
  chosen.resize(limit);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace rapport::training
