#include <cmath>
#include <cstdint>
#include <utility>

#include "features/feature_set.h"
#include "ml/hyperparameters.h"
#include "server/api/schema.h"

/// The schemas that several endpoints refer to, made from the tables of features and hyperparameters.
namespace rapport::api::schema {
namespace {

namespace json = boost::json;

/// 5 instead of 5.0 where that is all there is to it.
Json plain_number(double value) {
  if (value == std::floor(value) && std::fabs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

Json feature_schema(const features::FeatureSpec& spec) {
  json::object schema;
  std::string description(spec.meaning);
  description.append(" Unit: ").append(spec.unit).append(". Missing when: ").append(spec.missing_when).append(".");
  schema["description"] = std::move(description);
  switch (spec.type) {
    case features::ValueType::kReal:
      schema["type"] = json::array{"number", "null"};
      break;
    case features::ValueType::kInteger:
      schema["type"] = json::array{"integer", "null"};
      break;
    case features::ValueType::kBoolean:
      schema["enum"] = json::array{true, false, 0, 1, nullptr};
      return schema;
  }
  schema["minimum"] = plain_number(spec.min);
  schema["maximum"] = plain_number(spec.max);
  return schema;
}

Json features_schema(ModelKind kind) {
  json::object properties;
  for (const features::FeatureSpec& spec : features::feature_set(kind)) properties[spec.name] = feature_schema(spec);
  return json::object{{"type", "object"},
                      {"description", "What is absent or null is missing; at least one value must be there."},
                      {"properties", std::move(properties)},
                      {"additionalProperties", false},
                      {"minProperties", 1}};
}

ml::Learner learner_of(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      return ml::Learner::kGradientBoosting;
    case ModelKind::kChurnPrediction:
      return ml::Learner::kRandomForest;
    case ModelKind::kEngagementPrediction:
      return ml::Learner::kLogisticRegression;
  }
  return ml::Learner::kGradientBoosting;
}

Json hyperparameter_schema(const ml::HyperparameterSpec& spec) {
  using Type = ml::HyperparameterSpec::Type;
  json::array words;
  for (const std::string_view word : spec.choices) words.emplace_back(word);
  json::object number{{"type", spec.type == Type::kInteger ? "integer" : "number"},
                      {"minimum", plain_number(spec.min)},
                      {"maximum", plain_number(spec.max)}};
  json::object schema;
  switch (spec.type) {
    case Type::kInteger:
    case Type::kReal:
      schema = std::move(number);
      break;
    case Type::kChoice:
      schema = {{"type", "string"}, {"enum", std::move(words)}};
      break;
    case Type::kChoiceOrReal:
      schema = {
          {"anyOf", json::array{json::object{{"type", "string"}, {"enum", std::move(words)}}, std::move(number)}}};
      break;
  }
  schema["description"] = spec.description;
  if (spec.default_choice.empty()) {
    schema["default"] = plain_number(spec.default_number);
  } else {
    schema["default"] = spec.default_choice;
  }
  return schema;
}

Json hyperparameters_schema(ModelKind kind) {
  json::object properties;
  for (const ml::HyperparameterSpec& spec : ml::hyperparameter_specs(learner_of(kind))) {
    properties[spec.name] = hyperparameter_schema(spec);
  }
  return json::object{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

Json factor_schema() {
  Json value = number("The feature's value; null when it is missing.");
  value.get_object()["type"] = json::array{"number", "null"};
  return answer_object(
      {{"factor", text("The feature's name for people.", "Response Rate")},
       {"feature", text("The feature's name in requests.", "response_rate")},
       {"value", std::move(value)},
       {"importance", number(0, 1, "The model's global importance of the feature; all of them sum to 1.")},
       {"contribution", number("Signed part in this prediction: points for lead scoring, probability for churn, "
                               "log-odds for engagement. base_value and all contributions sum to the prediction.")}});
}

Json error_schema() {
  Json detail = answer_object({{"pointer", text("JSON pointer to the wrong value.", "/lead_data/response_rate")},
                               {"message", text("What is wrong with it.")}});
  Json error = answer_object({{"code", text("Stable name of the error.", "invalid_request")},
                              {"message", text("A sentence for people.")},
                              {"request_id", text("Stands in the server's log too.")},
                              {"details", array_of(std::move(detail), "What is wrong, field by field."), false}});
  return answer_object({{"success", json::object{{"const", false}}},
                        {"error", std::move(error)},
                        {"type", text("RFC 9457: a name for the kind of problem."), false},
                        {"title", text("RFC 9457."), false},
                        {"status", integer(400, 599, "RFC 9457: the HTTP status."), false},
                        {"detail", text("RFC 9457: the message again."), false}});
}

Json training_outcome_schema() {
  Json metadata =
      answer_object({{"version", model_version()},
                     {"created_at", time("When it was published.")},
                     {"trained_samples", integer(0, INT64_MAX, "Rows that it learnt from.")},
                     {"card", any_object("The model card: baseline, cross-validation, data report, ..."), false}});
  return answer_object({{"success", boolean("Whether the model was trained.")},
                        {"metrics", map_of(Json(json::object{}), "Figures on held-out data."), false},
                        {"feature_importance", map_of(number(0, 1, ""), "Share of each feature; sums to 1."), false},
                        {"metadata", std::move(metadata), false},
                        {"model_path", text("Where the model stands in the registry."), false},
                        {"error", any_object("Why it was not trained: code, message, status, details."), false}});
}

Json job_schema() {
  return answer_object({{"id", text("The job's id.")},
                        {"type", text("What it does.", "train_models")},
                        {"status", choice({"queued", "running", "succeeded", "failed"}, "Where it stands.")},
                        {"progress", number(0, 1, "How far it has come.")},
                        {"attempts", integer(0, 1000, "How often it was started.")},
                        {"created_at", time("When it was queued.")},
                        {"updated_at", time("When it last changed.")},
                        {"result", any_object("What came of it, when it succeeded: outcomes by model."), false},
                        {"error", any_object("Why it failed: code and message."), false}});
}

Json model_record_schema() {
  return answer_object(
      {{"model", choice({"lead_scoring", "churn_prediction", "engagement_prediction"}, "Which model.")},
       {"version", model_version()},
       {"created_at", time("When it was published.")},
       {"trained_samples", integer(0, INT64_MAX, "Rows that it learnt from.")},
       {"sha256", text("Of the stored artifact.")},
       {"aliases", array_of(text(""), "\"champion\" is in service; \"previous\" was before it.")},
       {"metrics", any_object("Figures on held-out data.")}});
}

}  // namespace

json::object components() {
  json::object result;
  for (const ModelKind kind : kModelKinds) result[features_component(kind)] = features_schema(kind);
  for (const ModelKind kind : kModelKinds) result[hyperparameters_component(kind)] = hyperparameters_schema(kind);
  result["Factor"] = factor_schema();
  result["TrainingOutcome"] = training_outcome_schema();
  result["Job"] = job_schema();
  result["ModelVersion"] = model_record_schema();
  result["Error"] = error_schema();
  return result;
}

}  // namespace rapport::api::schema
