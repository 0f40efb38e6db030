#include "app/training_job.h"
#include "server/api/endpoints.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/training_wait.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

ModelKind read_model_name(JsonReader& reader) {
  const std::string name = reader.string("model_name");
  const std::optional<ModelKind> kind = parse_model_kind(name);
  if (!kind && reader.ok()) {
    reader.fail("model_name", "must be lead_scoring, churn_prediction or engagement_prediction");
  }
  return kind.value_or(ModelKind::kLeadScoring);
}

http::Response answer(const Context& context, const http::Request& request) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  const ModelKind kind = read_model_name(reader);
  flows::TrainingOrder order;
  order.kinds = {kind};
  if (reader.has("hyperparameters")) {
    if (const Json* given = reader.object("hyperparameters")) order.options.hyperparameters = *given;
  } else {
    reader.optional_value("hyperparameters");
  }
  order.options.seed = read_seed(reader);
  reader.finish();

  return train(context, request, order, [kind](const store::Job& job) {
    const Json results = app::training_results(job);
    const Json& outcome = results.at(to_string(kind));
    if (const std::optional<Error> error = app::outcome_error(outcome)) throw Error(*error);
    return outcome;
  });
}

Json request_schema() {
  json::array any;
  for (const ModelKind kind : kModelKinds) any.push_back(schema::reference(schema::hyperparameters_component(kind)));
  return schema::request_object(
      {{"model_name", schema::choice({"lead_scoring", "churn_prediction", "engagement_prediction"}, "Which model.")},
       {"hyperparameters",
        json::object{{"anyOf", std::move(any)}, {"description", "Those of the model; what is absent has its default."}},
        false},
       {"seed", seed_schema(), false}});
}

}  // namespace

Endpoint training_train_model(const ContextPointer& context) {
  return {{.method = "POST",
           .pattern = "/api/v1/ml/training/train-model",
           .role = auth::Role::kAnalyst,
           .where = http::Where::kWaiter,
           .max_body_bytes = kSmallBody,
           .reads_json = true,
           .handle = handling(context, answer)},
          {.id = "trainModel",
           .tag = "Training",
           .summary = "Trains one model on the business's own history",
           .description = "Waits for the training and puts the new version into service. 409 when the data does not "
                          "suffice: the message says what is missing and how much.",
           .parameters = {prefer_header()},
           .request = request_schema(),
           .request_example = example(R"({"model_name": "lead_scoring",
             "hyperparameters": {"n_estimators": 100, "max_depth": 6, "learning_rate": 0.1}})"),
           .response = schema::reference("TrainingOutcome"),
           .response_example = example(R"({"success": true, "metrics": {"train_rmse": 8.23, "train_mae": 6.45,
             "train_r2": 0.87, "val_rmse": 10.15, "val_mae": 8.12, "val_r2": 0.81},
             "feature_importance": {"response_rate": 0.142}, "metadata": {"version": "lead_scoring@2026-11-23.1",
             "created_at": "2026-11-23T12:00:00Z", "trained_samples": 250},
             "model_path": "models/lead_scoring@2026-11-23.1"})"),
           .errors = {202, 409, 422, 429, 504}}};
}

}  // namespace rapport::api
