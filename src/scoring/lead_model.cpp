#include "scoring/lead_model.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "scoring/model_json.h"

namespace rapport::scoring {
namespace {

constexpr double kMaxScore = 100;

double clamp_score(double margin) { return std::clamp(margin, 0.0, kMaxScore); }

}  // namespace

LeadModel::LeadModel(ml::TreeEnsemble trees) : trees_(std::move(trees)) {
  require_features(trees_.features(), kind());
}

double LeadModel::predict(std::span<const double> row) const { return clamp_score(trees_.predict(row)); }

void LeadModel::predict(ml::MatrixView rows, std::span<double> out) const {
  trees_.predict(rows, out);
  std::transform(out.begin(), out.end(), out.begin(), clamp_score);
}

void LeadModel::explain(std::span<const double> row, ml::Explanation& out) const { trees_.explain(row, out); }

Json LeadModel::to_json() const { return boost::json::object{{"trees", trees_.to_json()}}; }

LeadModel LeadModel::from_json(const Json& json) {
  const auto& object = require_object(json, 1);
  return LeadModel(ml::TreeEnsemble::from_json(require_member(object, "trees")));
}

}  // namespace rapport::scoring
