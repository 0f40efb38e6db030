#include "scoring/churn_model.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "scoring/model_json.h"
#include "scoring/rescale.h"

namespace rapport::scoring {
namespace {

/// Sums of leaf shares may stand a rounding error outside 0..1.
double clamp_prob(double value) { return std::clamp(value, 0.0, 1.0); }

}  // namespace

ChurnModel::ChurnModel(ml::TreeEnsemble forest, ml::Calibrator calibrator)
    : forest_(std::move(forest)), calibrator_(std::move(calibrator)) {
  require_features(forest_.features(), kind());
}

double ChurnModel::predict(std::span<const double> row) const {
  return clamp_prob(calibrator_.apply(forest_.predict(row)));
}

void ChurnModel::predict(ml::MatrixView rows, std::span<double> out) const {
  forest_.predict(rows, out);
  calibrator_.apply(out);
  std::transform(out.begin(), out.end(), out.begin(), clamp_prob);
}

void ChurnModel::explain(std::span<const double> row, ml::Explanation& out) const {
  forest_.explain(row, out);
  out.base = clamp_prob(calibrator_.apply(out.base));
  rescale_contributions(out.contributions, predict(row) - out.base);
}

Json ChurnModel::to_json() const {
  return boost::json::object{{"forest", forest_.to_json()}, {"calibration", calibrator_.to_json()}};
}

ChurnModel ChurnModel::from_json(const Json& json) {
  const auto& object = require_object(json, 2);
  return ChurnModel(ml::TreeEnsemble::from_json(require_member(object, "forest")),
                    ml::Calibrator::from_json(require_member(object, "calibration")));
}

}  // namespace rapport::scoring
