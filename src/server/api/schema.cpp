#include "server/api/schema.h"

#include <cstdint>

#include "features/feature_set.h"
#include "server/api/request_fields.h"

namespace rapport::api::schema {
namespace {

namespace json = boost::json;

json::object typed(std::string_view type, std::string_view description) {
  json::object schema{{"type", type}};
  if (!description.empty()) schema["description"] = description;
  return schema;
}

json::object object_of(std::initializer_list<Property> properties, std::string_view description) {
  json::object schema = typed("object", description);
  json::object members;
  json::array required;
  for (const Property& property : properties) {
    members[property.name] = property.schema;
    if (property.required) required.emplace_back(property.name);
  }
  schema["properties"] = std::move(members);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace

Json request_object(std::initializer_list<Property> properties, std::string_view description) {
  json::object schema = object_of(properties, description);
  schema["additionalProperties"] = false;
  return schema;
}

Json answer_object(std::initializer_list<Property> properties, std::string_view description) {
  return object_of(properties, description);
}

Json text(std::string_view description, std::string_view example) {
  json::object schema = typed("string", description);
  if (!example.empty()) schema["examples"] = json::array{example};
  return schema;
}

Json choice(std::initializer_list<std::string_view> values, std::string_view description) {
  json::object schema = typed("string", description);
  json::array words;
  for (const std::string_view value : values) words.emplace_back(value);
  schema["enum"] = std::move(words);
  return schema;
}

Json number(std::string_view description) {
  return typed("number", description);
}

Json number(double min, double max, std::string_view description) {
  json::object schema = typed("number", description);
  schema["minimum"] = min;
  schema["maximum"] = max;
  return schema;
}

Json integer(std::int64_t min, std::int64_t max, std::string_view description) {
  json::object schema = typed("integer", description);
  schema["minimum"] = min;
  schema["maximum"] = max;
  return schema;
}

Json boolean(std::string_view description) {
  return typed("boolean", description);
}

Json time(std::string_view description) {
  json::object schema = typed("string", description);
  schema["format"] = "date-time";
  return schema;
}

Json any_object(std::string_view description) {
  return typed("object", description);
}

Json map_of(Json value, std::string_view description) {
  json::object schema = typed("object", description);
  schema["additionalProperties"] = std::move(value);
  return schema;
}

Json array_of(Json items, std::string_view description) {
  json::object schema = typed("array", description);
  schema["items"] = std::move(items);
  return schema;
}

Json array_of(Json items, std::size_t min_items, std::size_t max_items, std::string_view description) {
  Json schema = array_of(std::move(items), description);
  schema.get_object()["minItems"] = min_items;
  schema.get_object()["maxItems"] = max_items;
  return schema;
}

Json nullable(Json schema) {
  auto& object = schema.get_object();
  object["type"] = json::array{object.at("type"), "null"};
  if (Json* values = object.if_contains("enum")) values->get_array().emplace_back(nullptr);
  return schema;
}

Json reference(std::string_view component) {
  return json::object{{"$ref", "#/components/schemas/" + std::string(component)}};
}

Json contact_id() {
  json::object schema = typed("string", "A stored contact; its features are computed from the store as of now.");
  schema["minLength"] = 1;
  schema["maxLength"] = kMaxIdBytes;
  return schema;
}

Json max_factors(ModelKind kind) {
  json::object schema =
      integer(0, static_cast<std::int64_t>(features::feature_set(kind).size()), "How many factors are named.")
          .as_object();
  schema["default"] = kDefaultFactors;
  return schema;
}

Json model_version() {
  return text("The version of the model that answered.", "lead_scoring@2026-11-23.1");
}

Json language() {
  return answer_object({{"code", text("ISO 639-1 where it exists, else 639-3.", "fr")},
                        {"name", text("In English, lower case.", "french")}});
}

std::string_view features_component(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      return "LeadFeatures";
    case ModelKind::kChurnPrediction:
      return "CustomerFeatures";
    case ModelKind::kEngagementPrediction:
      return "EngagementFeatures";
  }
  return {};
}

std::string_view hyperparameters_component(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      return "LeadScoringHyperparameters";
    case ModelKind::kChurnPrediction:
      return "ChurnPredictionHyperparameters";
    case ModelKind::kEngagementPrediction:
      return "EngagementPredictionHyperparameters";
  }
  return {};
}

}  // namespace rapport::api::schema
