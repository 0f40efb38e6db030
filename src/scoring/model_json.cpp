#include "scoring/model_json.h"

#include <boost/json.hpp>
#include <cmath>
#include <string>

#include "base/error.h"
#include "features/feature_set.h"

namespace rapport::scoring {

void refuse_artifact(std::string_view detail) {
  throw Error(ErrorKind::kInvalid, "malformed_model", "The model artifact is damaged or of another format.")
      .with_log(std::string(detail));
}

const boost::json::object& require_object(const Json& json, std::size_t members) {
  const auto* object = json.if_object();
  if (!object || object->size() != members) refuse_artifact("not an object with the members of its kind");
  return *object;
}

const Json& require_member(const boost::json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  if (!member) refuse_artifact("lacks " + std::string(name));
  return *member;
}

std::string_view require_string(const boost::json::object& object, std::string_view name) {
  const auto* text = require_member(object, name).if_string();
  if (!text) refuse_artifact(std::string(name) + " is no string");
  return *text;
}

std::vector<double> require_shares(const Json& json, ModelKind kind) {
  constexpr double kTolerance = 1e-6;
  const auto* list = json.if_array();
  if (!list || list->size() != features::feature_set(kind).size()) refuse_artifact("importance of a wrong size");
  std::vector<double> shares;
  double sum = 0;
  for (const Json& item : *list) {
    if (!item.is_number()) refuse_artifact("importance is no number");
    const double share = item.to_number<double>();
    if (!(share >= 0 && share <= 1)) refuse_artifact("importance out of range");
    shares.push_back(share);
    sum += share;
  }
  if (sum != 0 && std::abs(sum - 1) > kTolerance) refuse_artifact("importances do not sum to 1");
  return shares;
}

void require_features(std::size_t features, ModelKind kind) {
  if (features != features::feature_set(kind).size()) refuse_artifact("a wrong number of features");
}

}  // namespace rapport::scoring
