#include "ml/calibration.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>

#include "base/error.h"
#include "ml/model_json.h"

namespace rapport::ml {
namespace {

constexpr std::string_view kFormat = "rapport.calibrator.1";

double sigmoid(double x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1 + e);
}

double log1p_exp(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

/// One held-out score and what then happened.
struct Outcome {
  double score = 0;
  double weight = 0;
  double label = 0;
};

/// Checked, and in ascending order of scores.
std::vector<Outcome> outcomes_of(std::span<const double> scores, std::span<const double> labels,
                                 std::span<const double> weights) {
  const auto refuse = [](const char* why) -> Error {
    return Error(ErrorKind::kInvalid, "invalid_training_data", why);
  };
  if (scores.size() != labels.size() || (!weights.empty() && weights.size() != scores.size())) {
    throw refuse("Scores, labels and weights differ in their number of rows.");
  }
  std::vector<Outcome> outcomes;
  double mass[2] = {0, 0};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    if (!std::isfinite(scores[i])) throw refuse("A score is not finite.");
    if (labels[i] != 0 && labels[i] != 1) throw refuse("A label is neither 0 nor 1.");
    if (!(weight >= 0) || !std::isfinite(weight)) throw refuse("A weight is negative or not finite.");
    if (weight == 0) continue;
    mass[labels[i] == 1 ? 1 : 0] += weight;
    outcomes.push_back({scores[i], weight, labels[i]});
  }
  if (!(mass[0] > 0 && mass[1] > 0)) {
    throw Error(ErrorKind::kInvalid, "single_class", "All rows belong to one class: nothing can be calibrated.");
  }
  std::sort(outcomes.begin(), outcomes.end(), [](const Outcome& a, const Outcome& b) { return a.score < b.score; });
  return outcomes;
}

struct Line {
  double slope = 0;
  double intercept = 0;
};

/// Platt's targets instead of 0 and 1: they keep a small sample from claiming certainty.
struct Targets {
  double zero;
  double one;
};

Targets platt_targets(const std::vector<Outcome>& outcomes) {
  double positive = 0;
  double negative = 0;
  for (const Outcome& outcome : outcomes) (outcome.label == 1 ? positive : negative) += outcome.weight;
  return {1 / (negative + 2), (positive + 1) / (positive + 2)};
}

/// Newton with halved steps on the cross-entropy of standardised scores; `slope` stays as it is when `fixed`.
Line fit_line(const std::vector<Outcome>& outcomes, Line line, bool fixed) {
  const Targets targets = platt_targets(outcomes);
  const auto loss = [&](const Line& at) {
    double sum = 0;
    for (const Outcome& o : outcomes) {
      const double z = at.slope * o.score + at.intercept;
      const double target = o.label == 1 ? targets.one : targets.zero;
      sum += o.weight * (log1p_exp(z) - target * z);
    }
    return sum;
  };
  double current = loss(line);
  for (int iteration = 0; iteration < 100; ++iteration) {
    double g_slope = 0, g_intercept = 0, h_ss = 1e-12, h_si = 0, h_ii = 1e-12;
    for (const Outcome& o : outcomes) {
      const double p = sigmoid(line.slope * o.score + line.intercept);
      const double error = o.weight * (p - (o.label == 1 ? targets.one : targets.zero));
      const double curve = o.weight * p * (1 - p);
      g_slope += error * o.score;
      g_intercept += error;
      h_ss += curve * o.score * o.score;
      h_si += curve * o.score;
      h_ii += curve;
    }
    Line step{0, g_intercept / h_ii};
    if (!fixed) {
      const double determinant = h_ss * h_ii - h_si * h_si;
      if (!(determinant > 0)) break;
      step = {(h_ii * g_slope - h_si * g_intercept) / determinant,
              (h_ss * g_intercept - h_si * g_slope) / determinant};
    }
    double length = 1;
    Line next = line;
    double next_loss = current;
    for (; length > 1e-10; length /= 2) {
      next = {line.slope - length * step.slope, line.intercept - length * step.intercept};
      next_loss = loss(next);
      if (next_loss < current) break;
    }
    if (!(next_loss < current)) break;
    line = next;
    current = next_loss;
  }
  return line;
}

Line fit_platt(std::vector<Outcome> outcomes) {
  double mean = 0;
  double total = 0;
  for (const Outcome& o : outcomes) {
    mean += o.weight * o.score;
    total += o.weight;
  }
  mean /= total;
  double squares = 0;
  for (const Outcome& o : outcomes) squares += o.weight * (o.score - mean) * (o.score - mean);
  const double deviation = squares > 0 ? std::sqrt(squares / total) : 1;
  for (Outcome& o : outcomes) o.score = (o.score - mean) / deviation;

  // Scores that rank no better than chance get the least slope that still keeps their order.
  constexpr double kLeastSlope = 1e-3;
  Line line = fit_line(outcomes, {}, false);
  if (line.slope < kLeastSlope) line = fit_line(outcomes, {kLeastSlope, 0}, true);
  return {line.slope / deviation, line.intercept - line.slope * mean / deviation};
}

/// A run of neighbouring scores with one probability.
struct Block {
  double score_sum = 0;
  double label_sum = 0;
  double weight = 0;

  double score() const { return score_sum / weight; }
  double prob() const { return label_sum / weight; }
};

/// Pools adjacent violators; neighbours with equal probabilities are pooled too, so blocks strictly increase.
std::vector<Block> pool(const std::vector<Outcome>& outcomes) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < outcomes.size();) {
    Block block;
    const double score = outcomes[i].score;
    for (; i < outcomes.size() && outcomes[i].score == score; ++i) {  // equal scores are one point
      block.score_sum += outcomes[i].weight * score;
      block.label_sum += outcomes[i].weight * outcomes[i].label;
      block.weight += outcomes[i].weight;
    }
    while (!blocks.empty() && blocks.back().label_sum * block.weight >= block.label_sum * blocks.back().weight) {
      block.score_sum += blocks.back().score_sum;
      block.label_sum += blocks.back().label_sum;
      block.weight += blocks.back().weight;
      blocks.pop_back();
    }
    blocks.push_back(block);
  }
  return blocks;
}

bool strictly_increasing(const std::vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

}  // namespace

std::string_view to_string(CalibrationKind kind) {
  switch (kind) {
    case CalibrationKind::kIdentity: return "identity";
    case CalibrationKind::kPlatt: return "platt";
    case CalibrationKind::kIsotonic: return "isotonic";
  }
  return {};
}

CalibrationKind choose_calibration(std::size_t rows) {
  constexpr std::size_t kEnoughForIsotonic = 1000;
  return rows < kEnoughForIsotonic ? CalibrationKind::kPlatt : CalibrationKind::kIsotonic;
}

Calibrator Calibrator::fit(CalibrationKind kind, std::span<const double> scores, std::span<const double> labels,
                           std::span<const double> weights) {
  Calibrator result;
  result.kind_ = kind;
  if (kind == CalibrationKind::kIdentity) return result;
  const std::vector<Outcome> outcomes = outcomes_of(scores, labels, weights);
  if (kind == CalibrationKind::kPlatt) {
    const Line line = fit_platt(outcomes);
    result.slope_ = line.slope;
    result.intercept_ = line.intercept;
    return result;
  }
  // A block of n rows never claims certainty: probabilities shrink towards 1/2 by as much as 1 row in n + 2 would.
  const double total =
      std::accumulate(outcomes.begin(), outcomes.end(), 0.0, [](double sum, const Outcome& o) { return sum + o.weight; });
  const double least = 1 / (total + 2);
  result.margin_ = least / 2;
  for (const Block& block : pool(outcomes)) {
    const double score = block.score();
    const double prob = least + (1 - 2 * least) * block.prob();
    if (!result.knot_scores_.empty() && (score <= result.knot_scores_.back() || prob <= result.knot_probs_.back())) {
      continue;  // centres that rounding has made equal
    }
    result.knot_scores_.push_back(score);
    result.knot_probs_.push_back(prob);
  }
  return result;
}

double Calibrator::apply(double score) const {
  if (std::isnan(score)) return score;
  switch (kind_) {
    case CalibrationKind::kIdentity: return score;
    case CalibrationKind::kPlatt: return sigmoid(slope_ * score + intercept_);
    case CalibrationKind::kIsotonic: break;
  }
  const double first = knot_scores_.front();
  const double last = knot_scores_.back();
  const double unit = last > first ? last - first : 1;
  // Beyond the ends the curve creeps on by less than the margin, so that order survives there as well.
  if (score <= first) return knot_probs_.front() - margin_ * (1 - 1 / (1 + (first - score) / unit));
  if (score >= last) return knot_probs_.back() + margin_ * (1 - 1 / (1 + (score - last) / unit));
  const auto above = std::upper_bound(knot_scores_.begin(), knot_scores_.end(), score);
  const auto i = static_cast<std::size_t>(above - knot_scores_.begin());
  const double part = (score - knot_scores_[i - 1]) / (knot_scores_[i] - knot_scores_[i - 1]);
  return knot_probs_[i - 1] + part * (knot_probs_[i] - knot_probs_[i - 1]);
}

void Calibrator::apply(std::span<double> scores) const {
  for (double& score : scores) score = apply(score);
}

Json Calibrator::to_json() const {
  const std::string_view kind = to_string(kind_);
  boost::json::object json{{"format", boost::json::string_view(kFormat.data(), kFormat.size())},
                           {"kind", boost::json::string_view(kind.data(), kind.size())}};
  if (kind_ == CalibrationKind::kPlatt) {
    json["slope"] = slope_;
    json["intercept"] = intercept_;
  } else if (kind_ == CalibrationKind::kIsotonic) {
    json["scores"] = boost::json::value_from(knot_scores_);
    json["probs"] = boost::json::value_from(knot_probs_);
    json["margin"] = margin_;
  }
  return json;
}

Calibrator Calibrator::from_json(const Json& json) {
  if (read_string(json, "format") != kFormat) throw_malformed("its \"format\" is unknown");
  const std::string_view kind = read_string(json, "kind");
  Calibrator result;
  if (kind == "identity") return result;
  if (kind == "platt") {
    result.kind_ = CalibrationKind::kPlatt;
    result.slope_ = read_number(json, "slope");
    result.intercept_ = read_number(json, "intercept");
    if (!(result.slope_ > 0)) throw_malformed("\"slope\" must be positive");
    return result;
  }
  if (kind != "isotonic") throw_malformed("its \"kind\" is unknown");
  result.kind_ = CalibrationKind::kIsotonic;
  result.knot_scores_ = read_numbers(json, "scores");
  result.knot_probs_ = read_numbers(json, "probs");
  result.margin_ = read_number(json, "margin");
  const auto& probs = result.knot_probs_;
  if (probs.empty() || probs.size() != result.knot_scores_.size()) {
    throw_malformed("\"scores\" and \"probs\" must be of one length, at least 1");
  }
  if (!strictly_increasing(result.knot_scores_) || !strictly_increasing(probs)) {
    throw_malformed("\"scores\" and \"probs\" must strictly increase");
  }
  if (!(result.margin_ > 0 && probs.front() > result.margin_ && probs.back() + result.margin_ < 1)) {
    throw_malformed("\"probs\" and \"margin\" must stay between 0 and 1");
  }
  return result;
}

}  // namespace rapport::ml
