#include "ml/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace rapport::ml {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<double> ratio(std::size_t part, std::size_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

/// Rows with one and the same score.
struct Tie {
  double score = 0;
  double rows = 0;
  double positives = 0;
};

/// In ascending order of scores.
std::vector<Tie> ties(std::span<const double> labels, std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  std::vector<Tie> groups;
  for (const std::size_t row : order) {
    if (groups.empty() || groups.back().score != scores[row]) groups.push_back({.score = scores[row]});
    groups.back().rows += 1;
    groups.back().positives += labels[row];
  }
  return groups;
}

std::size_t positives(std::span<const double> labels) {
  return static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1.0));
}

}  // namespace

RegressionMetrics regression_metrics(std::span<const double> target, std::span<const double> predicted) {
  if (target.empty()) return {};
  const double target_mean = mean(target);
  double squares = 0;
  double absolute = 0;
  double spread = 0;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const double error = target[i] - predicted[i];
    squares += error * error;
    absolute += std::abs(error);
    spread += (target[i] - target_mean) * (target[i] - target_mean);
  }
  const auto rows = static_cast<double>(target.size());
  RegressionMetrics metrics{.rmse = std::sqrt(squares / rows), .mae = absolute / rows, .r2 = std::nullopt};
  if (spread > 0) metrics.r2 = 1 - squares / spread;
  return metrics;
}

Confusion confusion(std::span<const double> labels, std::span<const double> probs, double threshold) {
  Confusion counts;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool predicted = probs[i] >= threshold;
    if (labels[i] == 1) {
      ++(predicted ? counts.true_positive : counts.false_negative);
    } else {
      ++(predicted ? counts.false_positive : counts.true_negative);
    }
  }
  return counts;
}

std::optional<double> roc_auc(std::span<const double> labels, std::span<const double> scores) {
  const auto positive = static_cast<double>(positives(labels));
  const double negative = static_cast<double>(labels.size()) - positive;
  if (positive == 0 || negative == 0) return std::nullopt;
  double below = 0;
  double pairs = 0;  // positive above negative; a tie counts half
  for (const Tie& tie : ties(labels, scores)) {
    const double negatives = tie.rows - tie.positives;
    pairs += tie.positives * (below + negatives / 2);
    below += negatives;
  }
  return pairs / (positive * negative);
}

std::optional<double> pr_auc(std::span<const double> labels, std::span<const double> scores) {
  const auto positive = static_cast<double>(positives(labels));
  if (positive == 0) return std::nullopt;
  std::vector<Tie> groups = ties(labels, scores);
  std::reverse(groups.begin(), groups.end());
  double found = 0;
  double seen = 0;
  double area = 0;
  for (const Tie& tie : groups) {
    found += tie.positives;
    seen += tie.rows;
    area += tie.positives / positive * (found / seen);
  }
  return area;
}

std::optional<double> log_loss(std::span<const double> labels, std::span<const double> probs) {
  if (labels.empty()) return std::nullopt;
  constexpr double kLeast = std::numeric_limits<double>::epsilon();
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const double prob = std::clamp(probs[i], kLeast, 1 - kLeast);
    sum -= labels[i] == 1 ? std::log(prob) : std::log1p(-prob);
  }
  return sum / static_cast<double>(labels.size());
}

std::optional<double> brier(std::span<const double> labels, std::span<const double> probs) {
  if (labels.empty()) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) sum += (probs[i] - labels[i]) * (probs[i] - labels[i]);
  return sum / static_cast<double>(labels.size());
}

std::optional<double> ece(std::span<const double> labels, std::span<const double> probs, std::size_t bins) {
  if (labels.empty() || bins == 0) return std::nullopt;
  const auto rows = static_cast<double>(labels.size());
  const double capacity = rows / static_cast<double>(std::min(bins, labels.size()));
  // Bins hold the same mass exactly: a group of equal probabilities may be shared out over several of them.
  double error = 0;
  double filled = 0;
  double gap = 0;  // sum of probability - label in the open bin
  for (const Tie& tie : ties(labels, probs)) {
    const double tie_gap = tie.score - tie.positives / tie.rows;
    for (double left = tie.rows; left > 0;) {
      const double part = std::min(left, capacity - filled);
      gap += part * tie_gap;
      filled += part;
      left -= part;
      if (filled < capacity * (1 - 1e-12)) continue;
      error += std::abs(gap);
      gap = 0;
      filled = 0;
    }
  }
  return (error + std::abs(gap)) / rows;
}

ClassificationMetrics classification_metrics(std::span<const double> labels, std::span<const double> probs,
                                             double threshold) {
  ClassificationMetrics metrics;
  metrics.confusion = confusion(labels, probs, threshold);
  const Confusion& c = metrics.confusion;
  metrics.accuracy = ratio(c.true_positive + c.true_negative, labels.size());
  metrics.precision = ratio(c.true_positive, c.true_positive + c.false_positive);
  metrics.recall = ratio(c.true_positive, c.true_positive + c.false_negative);
  metrics.f1 = ratio(2 * c.true_positive, 2 * c.true_positive + c.false_positive + c.false_negative);
  metrics.roc_auc = roc_auc(labels, probs);
  metrics.pr_auc = pr_auc(labels, probs);
  metrics.brier = brier(labels, probs);
  metrics.log_loss = log_loss(labels, probs);
  metrics.ece = ece(labels, probs);
  return metrics;
}

RegressionMetrics regression_baseline(std::span<const double> train_target, std::span<const double> target) {
  if (train_target.empty()) return {};
  return regression_metrics(target, std::vector<double>(target.size(), mean(train_target)));
}

ClassificationMetrics classification_baseline(std::span<const double> train_labels, std::span<const double> labels) {
  if (train_labels.empty()) return {};
  return classification_metrics(labels, std::vector<double>(labels.size(), mean(train_labels)));
}

}  // namespace rapport::ml
