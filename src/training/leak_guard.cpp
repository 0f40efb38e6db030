#include "training/leak_guard.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "ml/metrics.h"

namespace rapport::training {
namespace {

constexpr double kSuspectAuc = 0.98;
constexpr double kSuspectCorrelation = 0.98;
constexpr double kSuspectR2 = 0.96;  // what a correlation of 0.98 explains
constexpr std::size_t kEnoughKnown = 50;
constexpr std::size_t kEnoughForBins = 200;
constexpr std::size_t kRowsABin = 25;
constexpr std::size_t kMaxBins = 32;

/// A feature's known values with their truth.
struct Known {
  std::vector<double> values;
  std::vector<double> truth;
};

Known known_rows(ml::MatrixView x, std::span<const double> y, std::size_t feature) {
  Known known;
  for (std::size_t i = 0; i < x.rows; ++i) {
    const double value = x.at(i, feature);
    if (std::isnan(value)) continue;
    known.values.push_back(value);
    known.truth.push_back(y[i]);
  }
  return known;
}

/// Upper ends of ranges that hold about equally many of the values; equal values share a range.
std::vector<double> range_ends(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t bins = std::clamp<std::size_t>(values.size() / kRowsABin, 2, kMaxBins);
  std::vector<double> ends;
  for (std::size_t b = 1; b < bins; ++b) {
    const double end = values[b * values.size() / bins];
    if (ends.empty() || end > ends.back()) ends.push_back(end);
  }
  return ends;
}

/// Predictions for the rows of odd number by the mean truth of their range among the even ones: a picture of how far a
/// curve of any shape over this one feature gets, on rows that did not draw it.
struct CurveFit {
  std::vector<double> predicted;
  std::vector<double> truth;
};

CurveFit fit_curve(const Known& known) {
  const std::vector<double> ends = range_ends(known.values);
  const auto range_of = [&](double value) {
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), value) - ends.begin());
  };
  std::vector<double> sums(ends.size() + 1, 0);
  std::vector<double> counts(ends.size() + 1, 0);
  for (std::size_t i = 0; i < known.values.size(); i += 2) {
    sums[range_of(known.values[i])] += known.truth[i];
    ++counts[range_of(known.values[i])];
  }
  CurveFit fit;
  for (std::size_t i = 1; i < known.values.size(); i += 2) {
    const std::size_t range = range_of(known.values[i]);
    if (counts[range] == 0) continue;
    fit.predicted.push_back(sums[range] / counts[range]);
    fit.truth.push_back(known.truth[i]);
  }
  return fit;
}

double correlation(const Known& known) {
  const double n = static_cast<double>(known.values.size());
  double mean_a = 0;
  double mean_b = 0;
  for (std::size_t i = 0; i < known.values.size(); ++i) {
    mean_a += known.values[i] / n;
    mean_b += known.truth[i] / n;
  }
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < known.values.size(); ++i) {
    const double a = known.values[i] - mean_a;
    const double b = known.truth[i] - mean_b;
    ab += a * b;
    aa += a * a;
    bb += b * b;
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

/// Keeps the measure that exceeds its threshold by most.
class Strongest {
 public:
  explicit Strongest(std::size_t feature) : feature_(feature) {}

  void offer(std::string_view measure, double value, double threshold) {
    if (!(value > threshold) || (found_ && value <= found_->value)) return;
    found_ = LeakSuspect{feature_, measure, value};
  }
  const std::optional<LeakSuspect>& found() const { return found_; }

 private:
  std::size_t feature_;
  std::optional<LeakSuspect> found_;
};

double either_way(std::optional<double> auc) { return auc ? std::max(*auc, 1 - *auc) : 0; }

void examine_classes(ml::MatrixView x, std::span<const double> y, std::size_t feature, Strongest& strongest) {
  std::vector<double> missing(x.rows);
  for (std::size_t i = 0; i < x.rows; ++i) missing[i] = std::isnan(x.at(i, feature)) ? 1 : 0;
  strongest.offer("missing_roc_auc", either_way(ml::roc_auc(y, missing)), kSuspectAuc);
  const Known known = known_rows(x, y, feature);
  if (known.values.size() < kEnoughKnown) return;
  strongest.offer("roc_auc", either_way(ml::roc_auc(known.truth, known.values)), kSuspectAuc);
  if (known.values.size() < kEnoughForBins) return;
  const CurveFit fit = fit_curve(known);
  strongest.offer("binned_roc_auc", ml::roc_auc(fit.truth, fit.predicted).value_or(0), kSuspectAuc);
}

void examine_scores(ml::MatrixView x, std::span<const double> y, std::size_t feature, Strongest& strongest) {
  const Known known = known_rows(x, y, feature);
  if (known.values.size() < kEnoughKnown) return;
  strongest.offer("correlation", std::abs(correlation(known)), kSuspectCorrelation);
  if (known.values.size() < kEnoughForBins) return;
  const CurveFit fit = fit_curve(known);
  strongest.offer("binned_r2", ml::regression_metrics(fit.truth, fit.predicted).r2.value_or(0), kSuspectR2);
}

}  // namespace

std::vector<LeakSuspect> leak_suspects(ModelKind kind, ml::MatrixView x, std::span<const double> y) {
  std::vector<LeakSuspect> suspects;
  for (std::size_t feature = 0; feature < x.cols; ++feature) {
    Strongest strongest(feature);
    if (kind == ModelKind::kLeadScoring) {
      examine_scores(x, y, feature, strongest);
    } else {
      examine_classes(x, y, feature, strongest);
    }
    if (strongest.found()) suspects.push_back(*strongest.found());
  }
  std::stable_sort(suspects.begin(), suspects.end(),
                   [](const LeakSuspect& a, const LeakSuspect& b) { return a.value > b.value; });
  return suspects;
}

}  // namespace rapport::training
