#include "training/train.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/thread_pool.h"
#include "features/feature_set.h"
#include "ml/calibration.h"
#include "training/card.h"
#include "training/data_report.h"
#include "training/evaluation_split.h"
#include "training/figures.h"
#include "training/leak_guard.h"
#include "training/recipe.h"
#include "training/table_check.h"

/// A model is judged before it is made: everything that was chosen, fitted and calibrated for the figures came from the
/// training side of the hold-out. The model that is served is then fitted by the same recipe on all rows, because the
/// latest rows are the ones most like those that it will meet; the card says so.
namespace rapport::training {
namespace {

namespace json = boost::json;

/// Rows that hyperparameters are chosen on, and that leaks are looked for in: more no longer change the choice.
constexpr std::size_t kChoiceRowsTrees = 6'000;
constexpr std::size_t kChoiceRowsTerms = 4'000;
constexpr std::size_t kLeakRows = 20'000;

bool is_classifier(ModelKind kind) { return kind != ModelKind::kLeadScoring; }

std::vector<std::uint32_t> groups_of(const TrainingTable& table, std::span<const std::size_t> rows) {
  if (table.group.empty()) return {};
  return ml::take<std::uint32_t>(table.group, rows);
}

/// Out-of-fold scores with their folds and truth: what calibration and cross-validated figures are made of.
struct OutOfFold {
  std::vector<ml::Split> folds;
  std::vector<double> scores;
};

ml::Calibrator fit_calibrator(std::span<const double> scores, std::span<const double> labels) {
  return ml::Calibrator::fit(ml::choose_calibration(scores.size()), scores, labels);
}

/// Every fold's scores calibrated by what the other folds teach.
std::vector<double> cross_calibrated(const OutOfFold& oof, std::span<const double> labels) {
  std::vector<double> out(oof.scores.size());
  for (const ml::Split& fold : oof.folds) {
    const auto calibrator = fit_calibrator(ml::take<double>(oof.scores, fold.train), ml::take(labels, fold.train));
    for (const std::size_t i : fold.test) out[i] = calibrator.apply(oof.scores[i]);
  }
  return out;
}

/// Training of one model, stage by stage.
class Training {
 public:
  Training(const TrainingTable& table, const TrainingOptions& options, const Progress& progress)
      : options_(options),
        progress_(progress),
        threads_(options.threads > 0 ? options.threads : usable_cores()),
        recipe_(make_recipe(table.kind, options.hyperparameters, options.seed)),
        table_(usable_rows(table)),
        all_{table_.features, table_.target} {
    card_.rows_given = table.target.size();
  }

  TrainingResult run() {
    report("data report");
    card_.data_report = data_report(table_);
    split_ = evaluation_split(table_, options_.seed);
    const RowSelection train(all_, split_.rows.train);
    const RowSelection validation(all_, split_.rows.test);
    report("choice of hyperparameters");
    choose(train);
    report("cross-validation");
    cross_validate(train);
    report("evaluation");
    evaluate_on(train, validation);
    report("leak guard");
    guard(train, validation);
    report("final fit");
    return finish();
  }

 private:
  static constexpr std::uint64_t kStages = 6;

  void report(std::string_view stage) {
    if (progress_) progress_(stage, stages_done_, kStages);
    ++stages_done_;
  }

  /// Chooses on all training rows or a sample of them. What was tried on all of them is the cross-validation too.
  void choose(const RowSelection& train) {
    const std::size_t limit = table_.kind == ModelKind::kEngagementPrediction ? kChoiceRowsTerms : kChoiceRowsTrees;
    const auto sample = sample_rows(train.y.size(), limit, options_.seed);
    const auto groups = groups_of(table_, ml::take<std::size_t>(split_.rows.train, sample));
    const RowSelection some(train.view(), sample);
    auto folds = cross_validation_folds({table_.kind, some.y, groups}, options_.seed);
    auto scores = recipe_->choose(some.view(), folds, threads_);
    if (sample.size() == train.y.size()) held_out_ = {std::move(folds), std::move(scores)};
  }

  void cross_validate(const RowSelection& train) {
    if (held_out_.folds.empty()) {
      held_out_.folds = cross_validation_folds({table_.kind, train.y, groups_of(table_, split_.rows.train)}, options_.seed);
    }
    if (held_out_.scores.empty()) {
      held_out_.scores = out_of_fold_scores(*recipe_, train.view(), held_out_.folds, threads_);
    }
    const bool classes = is_classifier(table_.kind);
    const std::vector<double> predicted = classes ? cross_calibrated(held_out_, train.y) : held_out_.scores;
    card_.cross_validation = fold_figures(table_.kind, train.y, predicted, held_out_.folds);
    add_prefixed(card_.metrics, "cv_", card_.cross_validation.at("mean").as_object());
  }

  void evaluate_on(const RowSelection& train, const RowSelection& validation) {
    const bool classes = is_classifier(table_.kind);
    const auto estimator = recipe_->fit(train.view());
    const ml::Calibrator calibrator = classes ? fit_calibrator(held_out_.scores, train.y) : ml::Calibrator();
    const auto model = estimator->model(calibrator, train.x);
    const auto predicted = [&](const RowSelection& rows) {
      std::vector<double> out(rows.y.size());
      model->predict(rows.x, out);
      return out;
    };
    const std::vector<double> on_validation = predicted(validation);
    add_prefixed(card_.metrics, "train_", figures(table_.kind, train.y, predicted(train)));
    add_prefixed(card_.metrics, classes ? "" : "val_", figures(table_.kind, validation.y, on_validation));
    add_prefixed(card_.metrics, "baseline_", baseline_figures(table_.kind, train.y, validation.y));
    if (!classes) return;
    card_.reliability = reliability(validation.y, on_validation);
    unseen_scores_ = held_out_.scores;
    unseen_truth_ = train.y;
    unseen_scores_.resize(train.y.size() + validation.y.size());
    estimator->score(validation.x, std::span(unseen_scores_).subspan(train.y.size()));
    unseen_truth_.insert(unseen_truth_.end(), validation.y.begin(), validation.y.end());
  }

  /// Looks for leaks among the training rows, and at what is left of the model without them.
  void guard(const RowSelection& train, const RowSelection& validation) {
    const RowSelection some(train.view(), sample_rows(train.y.size(), kLeakRows, options_.seed));
    const std::vector<LeakSuspect> suspects = leak_suspects(table_.kind, some.x, some.y);
    if (suspects.empty()) return;
    RowSelection blind_train = train;
    RowSelection blind_validation = validation;
    for (const LeakSuspect& suspect : suspects) {
      for (RowSelection* rows : {&blind_train, &blind_validation}) {
        for (std::size_t i = 0; i < rows->y.size(); ++i) {
          rows->x.row(i)[suspect.feature] = std::numeric_limits<double>::quiet_NaN();
        }
      }
    }
    std::vector<double> scores(blind_validation.y.size());
    recipe_->fit(blind_train.view())->score(blind_validation.x, scores);
    const std::string_view figure = is_classifier(table_.kind) ? "roc_auc" : "r2";
    // A ranking needs no calibration.
    const auto without = is_classifier(table_.kind) ? ranking_figure(blind_validation.y, scores)
                                                    : figures(table_.kind, blind_validation.y, scores).at("r2");
    card_.leak_suspects = describe_suspects(table_.kind, suspects, figure, without);
  }

  TrainingResult finish() {
    const bool classes = is_classifier(table_.kind);
    ml::Calibrator calibrator;
    if (classes) calibrator = fit_calibrator(unseen_scores_, unseen_truth_);
    TrainingResult result;
    result.model = recipe_->fit(all_)->model(calibrator, table_.features);
    result.feature_importance = importance_by_name(*result.model);
    card_.calibration = classes ? json::value(ml::to_string(calibrator.kind())) : json::value(nullptr);
    result.metrics = card_.metrics;
    result.card = write_card(card_, {table_, options_, *recipe_, split_, result.feature_importance});
    return result;
  }

  const TrainingOptions& options_;
  const Progress& progress_;
  std::size_t threads_;
  std::unique_ptr<Recipe> recipe_;
  TrainingTable table_;
  LabelledRows all_;
  EvaluationSplit split_;
  OutOfFold held_out_;  ///< of the training rows
  /// Scores that every row got from a model that had not seen it: what the final model is calibrated on.
  std::vector<double> unseen_scores_;
  std::vector<double> unseen_truth_;
  CardParts card_;
  std::uint64_t stages_done_ = 0;
};

}  // namespace

TrainingResult train(const TrainingTable& table, const TrainingOptions& options, const Progress& progress) {
  return Training(table, options, progress).run();
}

Json evaluate(const scoring::ScoringModel& model, const TrainingTable& table) {
  if (model.kind() != table.kind) {
    throw Error(ErrorKind::kInternal, "wrong_model_kind", "The table is for another kind of model.");
  }
  check_values(table);
  std::vector<double> predicted(table.target.size());
  model.predict(table.features, predicted);
  json::object out = {{"rows", table.target.size()}};
  add_prefixed(out, "", figures(table.kind, table.target, predicted));
  if (is_classifier(table.kind)) {
    out["positives"] = std::count(table.target.begin(), table.target.end(), 1.0);
    out["confusion"] = confusion_figures(table.target, predicted);
    out["reliability"] = reliability(table.target, predicted);
  }
  return out;
}

}  // namespace rapport::training
