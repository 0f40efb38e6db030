#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace rapport::ml {

/// How good a model is on rows whose truth is known. A figure that is not defined for the data (one class only, a
/// constant target, no row) is nullopt, never a made-up 0.5.
struct RegressionMetrics {
  std::optional<double> rmse;
  std::optional<double> mae;
  std::optional<double> r2;  ///< 1 - SSE / SST; nullopt for a constant target
};

struct Confusion {
  std::size_t true_positive = 0;
  std::size_t false_positive = 0;
  std::size_t true_negative = 0;
  std::size_t false_negative = 0;
};

struct ClassificationMetrics {
  Confusion confusion;              ///< class 1 is predicted from probability 0.5
  std::optional<double> accuracy;
  std::optional<double> precision;  ///< nullopt when class 1 is never predicted
  std::optional<double> recall;     ///< nullopt when class 1 never happened
  std::optional<double> f1;         ///< nullopt when class 1 is neither there nor predicted
  std::optional<double> roc_auc;    ///< ties count half; nullopt for one class only
  std::optional<double> pr_auc;     ///< average precision; nullopt when class 1 never happened
  std::optional<double> brier;
  std::optional<double> log_loss;   ///< natural logarithm; probabilities kept 2.2e-16 away from 0 and 1
  std::optional<double> ece;        ///< expected calibration error, 15 bins of equal mass
};

/// Requires  spans of one size; labels 0 or 1; probabilities 0..1. Source: scikit-learn's definitions.
RegressionMetrics regression_metrics(std::span<const double> target, std::span<const double> predicted);
ClassificationMetrics classification_metrics(std::span<const double> labels, std::span<const double> probs,
                                             double threshold = 0.5);

std::optional<double> roc_auc(std::span<const double> labels, std::span<const double> scores);
std::optional<double> pr_auc(std::span<const double> labels, std::span<const double> scores);
std::optional<double> log_loss(std::span<const double> labels, std::span<const double> probs);
std::optional<double> brier(std::span<const double> labels, std::span<const double> probs);
std::optional<double> ece(std::span<const double> labels, std::span<const double> probs, std::size_t bins = 15);
Confusion confusion(std::span<const double> labels, std::span<const double> probs, double threshold = 0.5);

/// The trivial model to beat: it always says the training rows' mean (share of class 1).
RegressionMetrics regression_baseline(std::span<const double> train_target, std::span<const double> target);
ClassificationMetrics classification_baseline(std::span<const double> train_labels, std::span<const double> labels);

}  // namespace rapport::ml
