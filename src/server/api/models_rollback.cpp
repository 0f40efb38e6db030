#include "flows/promote_model.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/models_json.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

http::Response answer(const Context& context, const http::Request& request) {
  const ModelKind kind = model_of_path(request);
  const Json document = request.body.empty() ? Json(boost::json::object{}) : parse_json_or_throw(request.body);
  JsonReader(document, "").finish();

  const auto record = flows::roll_back_model(context.services.flows, tenant_of(request), kind);

  return success(model_json(record));
}

}  // namespace

Endpoint models_rollback(const ContextPointer& context) {
  return {{.method = "POST",
           .pattern = "/api/v1/ml/models/{model}/rollback",
           .role = auth::Role::kAdmin,
           .where = http::Where::kWorker,
           .max_body_bytes = kSmallBody,
           .reads_json = true,
           .handle = handling(context, answer)},
          {.id = "rollBackModel",
           .tag = "Models",
           .summary = "Puts the version back that was in service before",
           .description = "The body may be empty.",
           .parameters = {{Parameter::In::kPath, "model", "Which model.",
                           schema::choice({"lead-scoring", "churn-prediction", "engagement-prediction"}, "")}},
           .request = schema::request_object({}),
           .request_optional = true,
           .response = schema::reference("ModelVersion"),
           .errors = {404, 409}}};
}

}  // namespace rapport::api
