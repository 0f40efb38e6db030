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
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  const std::string version = reader.string("version", {.min_bytes = 1, .max_bytes = kMaxIdBytes});
  if (reader.ok() && !version.starts_with(std::string(to_string(kind)) + "@")) {
    reader.fail("version", "must be a version of " + std::string(to_string(kind)));
  }
  reader.finish();

  const auto record = flows::promote_model(context.services.flows, tenant_of(request), version);

  return success(model_json(record));
}

}  // namespace

Endpoint models_promote(const ContextPointer& context) {
  return {
      {.method = "POST",
       .pattern = "/api/v1/ml/models/{model}/promote",
       .role = auth::Role::kAdmin,
       .where = http::Where::kWorker,
       .max_body_bytes = kSmallBody,
       .reads_json = true,
       .handle = handling(context, answer)},
      {.id = "promoteModel",
       .tag = "Models",
       .summary = "Puts a version into service",
       .description = "The version is loaded and found whole first. Running requests keep the model they started with.",
       .parameters = {{Parameter::In::kPath, "model", "Which model.",
                       schema::choice({"lead-scoring", "churn-prediction", "engagement-prediction"}, "")}},
       .request = schema::request_object({{"version", schema::model_version()}}),
       .response = schema::reference("ModelVersion"),
       .errors = {404, 422}}};
}

}  // namespace rapport::api
