#include <boost/json.hpp>

#include "base/error.h"
#include "features/feature_set.h"
#include "scoring/churn_model.h"
#include "scoring/engagement_model.h"
#include "scoring/lead_model.h"
#include "scoring/model_json.h"
#include "scoring/scoring_model.h"

namespace rapport::scoring {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "rapport-model";
constexpr std::int64_t kFormatVersion = 1;

json::array feature_names(ModelKind kind) {
  json::array names;
  for (const features::FeatureSpec& spec : features::feature_set(kind)) names.emplace_back(spec.name);
  return names;
}

std::shared_ptr<const ScoringModel> read_model(ModelKind kind, const Json& estimator) {
  switch (kind) {
    case ModelKind::kLeadScoring: return std::make_shared<LeadModel>(LeadModel::from_json(estimator));
    case ModelKind::kChurnPrediction: return std::make_shared<ChurnModel>(ChurnModel::from_json(estimator));
    case ModelKind::kEngagementPrediction:
      return std::make_shared<EngagementModel>(EngagementModel::from_json(estimator));
  }
  refuse_artifact("unknown kind");
}

}  // namespace

std::string to_artifact(const ScoringModel& model, const Json& card) {
  return to_string(json::object{{"format", kFormat},
                                {"format_version", kFormatVersion},
                                {"kind", to_string(model.kind())},
                                {"features", feature_names(model.kind())},
                                {"estimator", model.to_json()},
                                {"card", card}});
}

LoadedArtifact from_artifact(std::string_view text) {
  std::variant<Json, JsonError> parsed = parse_json(text);
  if (const auto* error = std::get_if<JsonError>(&parsed)) refuse_artifact(error->message);
  const Json& document = std::get<Json>(parsed);
  const json::object& root = require_object(document, 6);
  const Json& version = require_member(root, "format_version");
  if (require_string(root, "format") != kFormat || !version.is_int64() || version.get_int64() != kFormatVersion) {
    refuse_artifact("another format or format version");
  }
  const auto kind = parse_model_kind(require_string(root, "kind"));
  if (!kind) refuse_artifact("unknown kind");
  if (require_member(root, "features") != feature_names(*kind)) refuse_artifact("other features than this program's");
  if (!require_member(root, "card").is_object()) refuse_artifact("card is no object");
  return {read_model(*kind, require_member(root, "estimator")), require_member(root, "card")};
}

}  // namespace rapport::scoring
