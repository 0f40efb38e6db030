#pragma once

#include <boost/json.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json.h"
#include "domain/names.h"

/// JSON Schemas (2020-12, as OpenAPI 3.1 uses them) of what the API takes and gives.
namespace rapport::api::schema {

struct Property {
  std::string_view name;
  Json schema;
  bool required = true;
};

/// An object with exactly these properties in a request, at least these in an answer.
Json request_object(std::initializer_list<Property> properties, std::string_view description = "");
Json answer_object(std::initializer_list<Property> properties, std::string_view description = "");

Json text(std::string_view description, std::string_view example = "");
Json choice(std::initializer_list<std::string_view> values, std::string_view description);
Json number(std::string_view description);
Json number(double min, double max, std::string_view description);
Json integer(std::int64_t min, std::int64_t max, std::string_view description);
Json boolean(std::string_view description);
Json time(std::string_view description);
Json any_object(std::string_view description);
/// An object whose every value is described by `value`.
Json map_of(Json value, std::string_view description);
Json array_of(Json items, std::string_view description);
Json array_of(Json items, std::size_t min_items, std::size_t max_items, std::string_view description);
/// The same, or null.
Json nullable(Json schema);
/// What stands under #/components/schemas.
Json reference(std::string_view component);

/// Fields that several endpoints share.
Json contact_id();
Json max_factors(ModelKind kind);
Json model_version();
/// {"code": "fr", "name": "french"}
Json language();

/// #/components/schemas: the features of each model, a factor, hyperparameters, a training outcome, an error, ...
boost::json::object components();

/// Name of a model's features among the components: "LeadFeatures".
std::string_view features_component(ModelKind kind);
std::string_view hyperparameters_component(ModelKind kind);

}  // namespace rapport::api::schema
