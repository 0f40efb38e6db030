#include "app/training_job.h"

#include <boost/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/json_reader.h"
#include "ml/hyperparameters.h"

namespace rapport::app {
namespace {

namespace json = boost::json;

std::string order_text(const flows::TrainingOrder& order) {
  json::array models;
  for (const ModelKind kind : order.kinds) models.emplace_back(to_string(kind));
  return to_string(json::object{{"models", std::move(models)},
                                {"hyperparameters", order.options.hyperparameters},
                                {"seed", order.options.seed}});
}

flows::TrainingOrder parse_order(const std::string& text) {
  const Json document = parse_json_or_throw(text);
  flows::TrainingOrder order;
  for (const Json& name : document.at("models").as_array()) {
    const std::optional<ModelKind> kind = parse_model_kind(std::string_view(name.as_string()));
    if (kind) order.kinds.push_back(*kind);
  }
  order.options.hyperparameters = document.at("hyperparameters");
  order.options.seed = document.at("seed").to_number<std::uint64_t>();
  return order;
}

void check_hyperparameters(ModelKind kind, const Json& hyperparameters) {
  switch (kind) {
    case ModelKind::kLeadScoring: ml::parse_gradient_boosting(hyperparameters); return;
    case ModelKind::kChurnPrediction: ml::parse_random_forest(hyperparameters); return;
    case ModelKind::kEngagementPrediction: ml::parse_logistic_regression(hyperparameters); return;
  }
}

json::object error_json(const Error& error) {
  json::object result{{"code", error.code()}, {"message", error.message()}, {"status", http_status(error.kind())}};
  if (error.fields().empty()) return result;
  json::array details;
  for (const FieldError& field : error.fields()) {
    details.push_back(json::object{{"pointer", field.pointer}, {"message", field.message}});
  }
  result["details"] = std::move(details);
  return result;
}

ErrorKind kind_of_status(std::int64_t status) {
  for (const ErrorKind kind : {ErrorKind::kInvalid, ErrorKind::kConflict, ErrorKind::kUnavailable,
                               ErrorKind::kNotFound, ErrorKind::kTimeout}) {
    if (http_status(kind) == status) return kind;
  }
  return ErrorKind::kInternal;
}

std::string results_text(const std::vector<flows::TrainOutcome>& outcomes) {
  json::object models;
  for (const flows::TrainOutcome& outcome : outcomes) models[to_string(outcome.kind)] = outcome_json(outcome);
  return to_string(json::object{{"models", std::move(models)}});
}

}  // namespace

void check_order(const flows::TrainingOrder& order) {
  for (const ModelKind kind : order.kinds) check_hyperparameters(kind, order.options.hyperparameters);
}

store::Job submit_training(jobs::JobRunner& runner, const TenantId& tenant, const flows::TrainingOrder& order) {
  check_order(order);
  return runner.submit(tenant, kTrainingJob, order_text(order));
}

jobs::JobHandler training_handler(const flows::Services& services) {
  return [services](const store::Job& job, jobs::JobContext& context) -> std::optional<std::string> {
    const flows::TrainingOrder order = parse_order(job.payload);
    const flows::JobCompletion completion{context.lease(), results_text};
    const std::vector<flows::TrainOutcome> outcomes =
        flows::train_models(services, job.tenant, order, completion,
                            [&context](std::string_view, std::uint64_t done, std::uint64_t total) {
                              if (total > 0) context.progress(static_cast<double>(done) / static_cast<double>(total));
                            });
    for (const flows::TrainOutcome& outcome : outcomes) {
      if (outcome.record) return std::nullopt;  // published, and the job with it
    }
    return results_text(outcomes);
  };
}

Json training_results(const store::Job& job) { return parse_json_or_throw(job.result).at("models"); }

std::optional<Error> outcome_error(const Json& outcome) {
  if (outcome.at("success").as_bool()) return std::nullopt;
  const json::object& error = outcome.at("error").as_object();
  std::vector<FieldError> fields;
  if (const Json* details = error.if_contains("details")) {
    for (const Json& detail : details->as_array()) {
      fields.push_back({std::string(detail.at("pointer").as_string()), std::string(detail.at("message").as_string())});
    }
  }
  return Error(kind_of_status(error.at("status").to_number<std::int64_t>()), std::string(error.at("code").as_string()),
               std::string(error.at("message").as_string()))
      .with_fields(std::move(fields));
}

Json outcome_json(const flows::TrainOutcome& outcome) {
  if (outcome.error) return json::object{{"success", false}, {"error", error_json(*outcome.error)}};
  const store::ModelRecord& record = outcome.record.value();
  json::object metadata{{"version", record.version},
                        {"created_at", format_rfc3339(record.created_at)},
                        {"trained_samples", record.trained_samples},
                        {"sha256", record.sha256},
                        {"card", outcome.result.card}};
  return json::object{{"success", true},
                      {"metrics", outcome.result.metrics},
                      {"feature_importance", outcome.result.feature_importance},
                      {"metadata", std::move(metadata)},
                      {"model_path", "models/" + record.version}};
}

}  // namespace rapport::app
