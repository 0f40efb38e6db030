#include <algorithm>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "features/feature_set.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

std::string id_of(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      return "leadScoringFeatureImportance";
    case ModelKind::kChurnPrediction:
      return "churnPredictionFeatureImportance";
    case ModelKind::kEngagementPrediction:
      return "engagementPredictionFeatureImportance";
  }
  return {};
}

http::Response answer(const Context& context, const http::Request& request, ModelKind kind) {
  const auto champion = context.services.flows.models.champion(tenant_of(request), kind);

  const std::span<const double> importance = champion->model->importance();
  std::vector<std::size_t> order(importance.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return importance[a] > importance[b]; });
  JsonText out = open_success();
  out.open_object().name("feature_importance").open_object();
  for (const std::size_t i : order) out.name(features::feature_set(kind)[i].name).rounded(importance[i]);
  out.close_object().name("model_version").text(champion->version).close_object();
  return close_success(std::move(out));
}

}  // namespace

Endpoint feature_importance(const ContextPointer& context, ModelKind kind) {
  return {
      {.method = "GET",
       .pattern = model_path(kind) + "/feature-importance",
       .role = auth::Role::kViewer,
       .handle = handling(context, [kind](const Context& c, const http::Request& r) { return answer(c, r, kind); })},
      {.id = id_of(kind),
       .tag = model_tag(kind),
       .summary = "What the model looks at",
       .description = "Share of every feature in the model in service, largest first; they sum to 1.",
       .response = schema::answer_object(
           {{"feature_importance", schema::map_of(schema::number(0, 1, ""), "Share by feature, largest first.")},
            {"model_version", schema::model_version()}}),
       .errors = {503}}};
}

}  // namespace rapport::api
