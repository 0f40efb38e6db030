#include <algorithm>
#include <utility>

#include "app/training_job.h"
#include "server/api/endpoints.h"
#include "server/api/schema.h"
#include "server/api/training_wait.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

/// The contract's summary of a job that trained every model.
Json summary(const store::Job& job) {
  const Json models = app::training_results(job);
  const json::object& outcomes = models.as_object();
  const auto successful = std::count_if(outcomes.begin(), outcomes.end(),
                                        [](const auto& entry) { return entry.value().at("success").as_bool(); });
  const auto total = static_cast<std::int64_t>(outcomes.size());
  return json::object{{"total_models", total},
                      {"successful", successful},
                      {"failed", total - successful},
                      {"timestamp", format_rfc3339(job.updated_at)},
                      {"models", models}};
}

http::Response answer(const Context& context, const http::Request& request) {
  const Json document = request.body.empty() ? Json(json::object{}) : parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  flows::TrainingOrder order;
  order.kinds.assign(kModelKinds.begin(), kModelKinds.end());
  order.options.seed = read_seed(reader);
  reader.finish();

  return train(context, request, order, summary);
}

}  // namespace

Endpoint training_train_all(const ContextPointer& context) {
  return {{.method = "POST",
           .pattern = "/api/v1/ml/training/train-all",
           .role = auth::Role::kAnalyst,
           .where = http::Where::kWaiter,
           .max_body_bytes = kSmallBody,
           .reads_json = true,
           .handle = handling(context, answer)},
          {.id = "trainAllModels",
           .tag = "Training",
           .summary = "Trains the three models",
           .description = "Each model for itself: one that cannot be trained does not stop the others, and its error "
                          "stands in its place. The body may be empty.",
           .parameters = {prefer_header()},
           .request = schema::request_object({{"seed", seed_schema(), false}}),
           .request_optional = true,
           .request_example = example("{}"),
           .response = schema::answer_object(
               {{"total_models", schema::integer(0, 3, "Models that were to be trained.")},
                {"successful", schema::integer(0, 3, "Models that were trained and are in service.")},
                {"failed", schema::integer(0, 3, "Models that were not.")},
                {"timestamp", schema::time("When it was done.")},
                {"models", schema::map_of(schema::reference("TrainingOutcome"), "Outcome by model.")}}),
           .response_example = example(R"({"total_models": 3, "successful": 2, "failed": 1,
             "timestamp": "2026-11-23T12:00:00Z", "models": {
             "lead_scoring": {"success": true, "metrics": {"val_r2": 0.81}, "model_path": "models/lead_scoring@2026-11-23.1"},
             "churn_prediction": {"success": true, "metrics": {"roc_auc": 0.84}, "model_path": "models/churn_prediction@2026-11-23.1"},
             "engagement_prediction": {"success": false, "error": {"code": "insufficient_training_data",
             "message": "100 usable rows are needed; there are 62."}}}})"),
           .errors = {202, 422, 429, 504}}};
}

}  // namespace rapport::api
