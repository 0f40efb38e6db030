#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/names.h"
#include "ml/calibration.h"
#include "ml/matrix.h"
#include "ml/split.h"
#include "scoring/scoring_model.h"

namespace rapport::training {

/// Borrowed rows with their truth.
struct LabelledRows {
  ml::MatrixView x;
  std::span<const double> y;
};

/// The same, owned: a selection of rows.
struct RowSelection {
  ml::Matrix x;
  std::vector<double> y;

  RowSelection(const LabelledRows& rows, std::span<const std::size_t> chosen);
  LabelledRows view() const { return {x, y}; }
};

/// What was fitted on some rows, before calibration.
class Estimator {
 public:
  virtual ~Estimator() = default;
  /// Raw scores: points, class share, or log-odds.
  virtual void score(ml::MatrixView rows, std::span<double> out) const = 0;
  /// The model to serve. `rows` are those that it was fitted on (importances); lead scoring ignores the calibrator.
  virtual std::shared_ptr<const scoring::ScoringModel> model(const ml::Calibrator& calibrator,
                                                             ml::MatrixView rows) const = 0;
};

/// How models of one kind are fitted: hyperparameters, and what training chooses by itself (a preset of the trees, the
/// term families of the logistic regression). The same recipe fits every fold, the evaluated model and the final one.
///
/// Threads   const calls from any number of threads. Deterministic.
class Recipe {
 public:
  virtual ~Recipe() = default;

  /// Chooses by cross-validation over `folds`. What the caller's hyperparameters fix is not tried. Gives the out-of-fold
  /// scores of the choice where trying it made them, else nothing.
  virtual std::vector<double> choose(const LabelledRows& rows, const std::vector<ml::Split>& folds, std::size_t threads) = 0;

  virtual std::unique_ptr<const Estimator> fit(const LabelledRows& rows) const = 0;

  virtual Json hyperparameters() const = 0;
  /// What was chosen among what, with the figures that decided, for the card.
  virtual Json selection() const = 0;
};

/// Throws kInvalid "invalid_hyperparameters".
std::unique_ptr<Recipe> make_recipe(ModelKind kind, const Json& hyperparameters, std::uint64_t seed);

std::unique_ptr<Recipe> make_lead_recipe(const Json& hyperparameters, std::uint64_t seed);
std::unique_ptr<Recipe> make_churn_recipe(const Json& hyperparameters, std::uint64_t seed);
std::unique_ptr<Recipe> make_engagement_recipe(const Json& hyperparameters);

/// The name of the learner, for the card: "gradient boosting (XGBoost)".
std::string_view algorithm_name(ModelKind kind);

/// Raw scores of every row by an estimator that was fitted without that row's fold. Every fold is its own task.
std::vector<double> out_of_fold_scores(const Recipe& recipe, const LabelledRows& rows,
                                       const std::vector<ml::Split>& folds, std::size_t threads);

/// At most `limit` rows, chosen by seed without regard to their truth, ascending: all of them when there are no more.
std::vector<std::size_t> sample_rows(std::size_t rows, std::size_t limit, std::uint64_t seed);

}  // namespace rapport::training
