#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/names.h"
#include "ml/split.h"

namespace rapport::training {

/// How good predictions are, by the contract's names: rmse, mae, r2 for scores; accuracy, precision, recall, f1, roc_auc,
/// pr_auc, brier, log_loss, ece for classes. A figure that is not defined is null.
boost::json::object figures(ModelKind kind, std::span<const double> truth, std::span<const double> predicted);

/// The same of the trivial model that always says the training rows' mean.
boost::json::object baseline_figures(ModelKind kind, std::span<const double> train_truth, std::span<const double> truth);

/// Adds every member of `from` to `to` with `prefix` before its name.
void add_prefixed(boost::json::object& to, std::string_view prefix, const boost::json::object& from);

/// Mean and standard deviation over the folds of each figure: {"folds", "mean": {...}, "deviation": {...}}.
boost::json::object fold_figures(ModelKind kind, std::span<const double> truth, std::span<const double> predicted,
                                 const std::vector<ml::Split>& folds);

/// What was predicted beside what happened, in up to ten groups of equal size by prediction:
/// [{"rows", "predicted", "observed"}, ...].
boost::json::array reliability(std::span<const double> truth, std::span<const double> predicted);

/// {"true_positive", "false_positive", "true_negative", "false_negative"} at probability 0.5.
boost::json::object confusion_figures(std::span<const double> truth, std::span<const double> predicted);

/// The ROC AUC of any scores; null for one class only.
Json ranking_figure(std::span<const double> truth, std::span<const double> scores);

}  // namespace rapport::training
