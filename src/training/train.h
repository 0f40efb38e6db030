#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/progress.h"
#include "domain/names.h"
#include "ml/matrix.h"
#include "scoring/scoring_model.h"

namespace rapport::training {

/// What a model learns from: one row per example.
struct TrainingTable {
  ModelKind kind = ModelKind::kLeadScoring;
  ml::Matrix features;               ///< [rows, feature_set(kind).size()], NaN: missing
  std::vector<double> target;        ///< score 0..100, or 1 / 0; NaN is refused with the count
  std::vector<Time> as_of;           ///< empty: order unknown (a CSV file), then the split is stratified by seed
  std::vector<std::uint32_t> group;  ///< contact of each row, so that folds do not share a contact; empty: none
};

/// The hyperparameters of a kind: name, default, bounds and description, declared once (ml/hyperparameters.h).
/// Unknown names, wrong types and values out of range throw kInvalid naming each.
struct TrainingOptions {
  Json hyperparameters = nullptr;  ///< an object; null: the defaults
  std::uint64_t seed = 42;
  /// What a model that knows the truth would reach on this data, by metric name ("val_r2", "roc_auc"), where somebody
  /// knows (the demo's generator): the card shows reached / best.
  std::map<std::string, double> best_possible = {};
  std::size_t threads = 0;  ///< 0: every usable core. The result does not depend on it
};

struct TrainingResult {
  std::shared_ptr<const scoring::ScoringModel> model;
  Json metrics;             ///< the contract's names: train_rmse ... val_r2, or accuracy ... roc_auc and more
  Json feature_importance;  ///< name -> share, descending
  Json card;                ///< metrics, baseline, cross-validation, data report, leak suspects, window, seed, ...
};

/// Report, split, cross-validate, fit, calibrate, evaluate. Deterministic by seed.
///
/// Throws    kConflict "insufficient_training_data" (fewer than 100 usable rows: how many there are and are needed),
///           "single_class", "null_target"; kInvalid for hyperparameters.
TrainingResult train(const TrainingTable& table, const TrainingOptions& options, const Progress& progress = {});

/// The metrics of an existing model on a table with known targets.
Json evaluate(const scoring::ScoringModel& model, const TrainingTable& table);

}  // namespace rapport::training
