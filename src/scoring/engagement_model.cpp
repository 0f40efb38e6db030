#include "scoring/engagement_model.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "features/feature_set.h"
#include "scoring/model_json.h"
#include "scoring/rescale.h"

namespace rapport::scoring {
namespace {

/// Log-odds, finite also where a probability has come to 0 or 1 in rounding.
double logit(double prob) {
  constexpr double kTiny = 1e-15;
  const double inside = std::clamp(prob, kTiny, 1 - kTiny);
  return std::log(inside) - std::log1p(-inside);
}

/// What one standardised term adds to the log-odds; a missing term counts as its mean and adds nothing.
double term_logit(const ml::LogisticRegression& regression, std::size_t term, double value) {
  if (std::isnan(value)) return 0;
  return regression.coefficients()[term] * (value - regression.mean()[term]) / regression.deviation()[term];
}

}  // namespace

EngagementModel::EngagementModel(std::vector<Term> terms, ml::LogisticRegression regression, ml::Calibrator calibrator,
                                 std::vector<double> importance)
    : terms_(std::move(terms)),
      regression_(std::move(regression)),
      calibrator_(std::move(calibrator)),
      importance_(std::move(importance)) {
  if (terms_.size() != regression_.features()) refuse_artifact("not one coefficient per term");
  if (calibrator_.kind() == ml::CalibrationKind::kIdentity) refuse_artifact("log-odds without a calibration");
  require_features(importance_.size(), kind());
}

double EngagementModel::score(std::span<const double> row) const {
  double logit_sum = regression_.intercept();
  for (std::size_t i = 0; i < terms_.size(); ++i) logit_sum += term_logit(regression_, i, terms_[i].value(row));
  return logit_sum;
}

double EngagementModel::predict(std::span<const double> row) const { return calibrator_.apply(score(row)); }

void EngagementModel::predict(ml::MatrixView rows, std::span<double> out) const {
  for (std::size_t i = 0; i < rows.rows; ++i) out[i] = predict(rows.row(i));
}

void EngagementModel::explain(std::span<const double> row, ml::Explanation& out) const {
  out.contributions.assign(importance_.size(), 0);
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    attribute(terms_[i], term_logit(regression_, i, terms_[i].value(row)), out.contributions);
  }
  out.base = logit(calibrator_.apply(regression_.intercept()));
  rescale_contributions(out.contributions, logit(predict(row)) - out.base);
}

Json EngagementModel::to_json() const {
  boost::json::array shares(importance_.begin(), importance_.end());
  return boost::json::object{{"terms", terms_to_json(terms_)},
                             {"regression", regression_.to_json()},
                             {"calibration", calibrator_.to_json()},
                             {"importance", std::move(shares)}};
}

EngagementModel EngagementModel::from_json(const Json& json) {
  const auto& object = require_object(json, 4);
  return EngagementModel(terms_from_json(require_member(object, "terms")),
                         ml::LogisticRegression::from_json(require_member(object, "regression")),
                         ml::Calibrator::from_json(require_member(object, "calibration")),
                         require_shares(require_member(object, "importance"), ModelKind::kEngagementPrediction));
}

std::vector<double> EngagementModel::mean_contributions(std::span<const Term> terms,
                                                        const ml::LogisticRegression& regression, ml::MatrixView rows) {
  const std::size_t features = features::feature_set(ModelKind::kEngagementPrediction).size();
  std::vector<double> totals(features, 0);
  std::vector<double> one(features);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    std::fill(one.begin(), one.end(), 0);
    for (std::size_t j = 0; j < terms.size(); ++j) {
      attribute(terms[j], term_logit(regression, j, terms[j].value(rows.row(i))), one);
    }
    for (std::size_t f = 0; f < features; ++f) totals[f] += std::abs(one[f]);
  }
  double sum = 0;
  for (const double total : totals) sum += total;
  if (sum > 0) {
    for (double& total : totals) total /= sum;
  }
  return totals;
}

}  // namespace rapport::scoring
