#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/models_json.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kDefaultLimit = 100;
constexpr std::size_t kMaxLimit = 1000;

[[noreturn]] void refuse(const char* parameter, const char* message) {
  throw Error(ErrorKind::kInvalid, "invalid_request", std::string(parameter) + " " + message + ".")
      .with_fields({{std::string("?") + parameter, message}});
}

std::optional<ModelKind> read_model(const http::Request& request) {
  const auto text = request.query_value("model");
  if (!text) return std::nullopt;
  const std::optional<ModelKind> kind = model_of_text(*text);
  if (!kind) refuse("model", "must be lead_scoring, churn_prediction or engagement_prediction");
  return kind;
}

std::size_t read_limit(const http::Request& request) {
  const auto text = request.query_value("limit");
  if (!text) return kDefaultLimit;
  std::size_t limit = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), limit);
  const bool whole = code == std::errc() && end == text->data() + text->size();
  if (!whole || limit < 1 || limit > kMaxLimit) refuse("limit", "must be a whole number from 1 to 1000");
  return limit;
}

http::Response answer(const Context& context, const http::Request& request) {
  const std::optional<ModelKind> kind = read_model(request);
  const std::size_t limit = read_limit(request);

  const std::vector<store::ModelRecord> records = context.services.flows.store.models(tenant_of(request), kind);

  json::array models;
  for (std::size_t i = 0; i < std::min(records.size(), limit); ++i) models.push_back(model_json(records[i]));
  const std::size_t count = models.size();
  return success(json::object{{"models", std::move(models)}, {"count", count}, {"total", records.size()}});
}

}  // namespace

Endpoint models_list(const ContextPointer& context) {
  Json limit = schema::integer(1, kMaxLimit, "");
  limit.get_object()["default"] = kDefaultLimit;
  return {{.method = "GET",
           .pattern = "/api/v1/ml/models",
           .role = auth::Role::kViewer,
           .handle = handling(context, answer)},
          {.id = "listModels",
           .tag = "Models",
           .summary = "The versions of the models, newest first",
           .description = "",
           .parameters = {{Parameter::In::kQuery, "model", "Only versions of this model.",
                           schema::choice({"lead_scoring", "churn_prediction", "engagement_prediction"}, "")},
                          {Parameter::In::kQuery, "limit", "At most so many.", std::move(limit)}},
           .response =
               schema::answer_object({{"models", schema::array_of(schema::reference("ModelVersion"), "Newest first.")},
                                      {"count", schema::integer(0, kMaxLimit, "How many are in this answer.")},
                                      {"total", schema::integer(0, INT64_MAX, "How many there are.")}}),
           .errors = {422}}};
}

}  // namespace rapport::api
