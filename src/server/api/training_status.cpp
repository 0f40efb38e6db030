#include <cstdint>
#include <utility>

#include "flows/train_model.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

Json metadata_of(const store::ModelRecord& record) {
  json::object stored = parse_json_or_throw(record.metadata).as_object();
  return json::object{{"version", record.version},
                      {"created_at", format_rfc3339(record.created_at)},
                      {"trained_samples", record.trained_samples},
                      {"performance_metrics", std::move(stored["metrics"])},
                      {"sha256", record.sha256},
                      {"card", std::move(stored["card"])}};
}

http::Response answer(const Context& context, const http::Request& request) {
  json::object data;
  for (const flows::TrainingStatus& status : flows::training_status(context.services.flows, tenant_of(request))) {
    data[to_string(status.kind)] =
        json::object{{"trained", status.champion.has_value()},
                     {"metadata", status.champion ? metadata_of(*status.champion) : Json(json::object{})}};
  }
  return success(data);
}

Json status_schema() {
  Json metadata =
      schema::answer_object({{"version", schema::model_version(), false},
                             {"created_at", schema::time("When it was published."), false},
                             {"trained_samples", schema::integer(0, INT64_MAX, "Rows that it learnt from."), false},
                             {"performance_metrics", schema::any_object("Figures on held-out data."), false},
                             {"sha256", schema::text("Of the stored artifact."), false},
                             {"card", schema::any_object("The model card."), false}},
                            "Of the version in service; empty when the model is not trained.");
  return schema::answer_object(
      {{"trained", schema::boolean("Whether there is a version in service.")}, {"metadata", std::move(metadata)}});
}

}  // namespace

Endpoint training_status(const ContextPointer& context) {
  return {{.method = "GET",
           .pattern = "/api/v1/ml/training/status",
           .role = auth::Role::kViewer,
           .handle = handling(context, answer)},
          {.id = "trainingStatus",
           .tag = "Training",
           .summary = "Which models are trained",
           .description = "For each model the version in service, with its figures and its card.",
           .response = schema::answer_object({{"lead_scoring", status_schema()},
                                              {"churn_prediction", status_schema()},
                                              {"engagement_prediction", status_schema()}}),
           .response_example = example(R"({"lead_scoring": {"trained": true, "metadata": {
             "version": "lead_scoring@2026-11-23.1", "created_at": "2026-11-23T12:00:00Z", "trained_samples": 250,
             "performance_metrics": {"val_r2": 0.81}}}, "churn_prediction": {"trained": false, "metadata": {}},
             "engagement_prediction": {"trained": false, "metadata": {}}})"),
           .errors = {}}};
}

}  // namespace rapport::api
