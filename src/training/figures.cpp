#include "training/figures.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "ml/metrics.h"

namespace rapport::training {
namespace {

namespace json = boost::json;

json::value or_null(const std::optional<double>& figure) {
  return figure ? json::value(*figure) : json::value(nullptr);
}

json::object to_object(const ml::RegressionMetrics& metrics) {
  return {{"rmse", or_null(metrics.rmse)}, {"mae", or_null(metrics.mae)}, {"r2", or_null(metrics.r2)}};
}

json::object to_object(const ml::ClassificationMetrics& metrics) {
  return {{"accuracy", or_null(metrics.accuracy)}, {"precision", or_null(metrics.precision)},
          {"recall", or_null(metrics.recall)},     {"f1", or_null(metrics.f1)},
          {"roc_auc", or_null(metrics.roc_auc)},   {"pr_auc", or_null(metrics.pr_auc)},
          {"brier", or_null(metrics.brier)},       {"log_loss", or_null(metrics.log_loss)},
          {"ece", or_null(metrics.ece)}};
}

/// Mean and standard deviation of a figure over the folds in which it is defined.
std::pair<json::value, json::value> spread(const std::vector<json::object>& folds, std::string_view name) {
  std::vector<double> values;
  for (const json::object& fold : folds) {
    if (fold.at(name).is_double()) values.push_back(fold.at(name).get_double());
  }
  if (values.empty()) return {nullptr, nullptr};
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / n)};
}

}  // namespace

json::object figures(ModelKind kind, std::span<const double> truth, std::span<const double> predicted) {
  if (kind == ModelKind::kLeadScoring) return to_object(ml::regression_metrics(truth, predicted));
  return to_object(ml::classification_metrics(truth, predicted));
}

json::object baseline_figures(ModelKind kind, std::span<const double> train_truth, std::span<const double> truth) {
  if (kind == ModelKind::kLeadScoring) return to_object(ml::regression_baseline(train_truth, truth));
  return to_object(ml::classification_baseline(train_truth, truth));
}

void add_prefixed(json::object& to, std::string_view prefix, const json::object& from) {
  for (const auto& [name, figure] : from) to[std::string(prefix) + std::string(name)] = figure;
}

json::object fold_figures(ModelKind kind, std::span<const double> truth, std::span<const double> predicted,
                          const std::vector<ml::Split>& folds) {
  std::vector<json::object> each;
  for (const ml::Split& fold : folds) {
    each.push_back(figures(kind, ml::take(truth, fold.test), ml::take(predicted, fold.test)));
  }
  json::object mean;
  json::object deviation;
  for (const auto& member : each.front()) {
    const auto [centre, width] = spread(each, member.key());
    mean[member.key()] = centre;
    deviation[member.key()] = width;
  }
  return {{"folds", folds.size()}, {"mean", std::move(mean)}, {"deviation", std::move(deviation)}};
}

json::array reliability(std::span<const double> truth, std::span<const double> predicted) {
  constexpr std::size_t kGroups = 10;
  std::vector<std::size_t> order(truth.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return predicted[a] < predicted[b]; });
  const std::size_t groups = std::min(kGroups, order.size());
  json::array out;
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t begin = g * order.size() / groups;
    const std::size_t end = (g + 1) * order.size() / groups;
    double said = 0;
    double happened = 0;
    for (std::size_t i = begin; i < end; ++i) {
      said += predicted[order[i]];
      happened += truth[order[i]];
    }
    const double rows = static_cast<double>(end - begin);
    out.push_back(json::object{{"rows", end - begin}, {"predicted", said / rows}, {"observed", happened / rows}});
  }
  return out;
}

json::object confusion_figures(std::span<const double> truth, std::span<const double> predicted) {
  const ml::Confusion counts = ml::confusion(truth, predicted);
  return {{"true_positive", counts.true_positive},
          {"false_positive", counts.false_positive},
          {"true_negative", counts.true_negative},
          {"false_negative", counts.false_negative}};
}

Json ranking_figure(std::span<const double> truth, std::span<const double> scores) {
  return or_null(ml::roc_auc(truth, scores));
}

}  // namespace rapport::training
