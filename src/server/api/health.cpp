#include <utility>

#include "base/version.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

/// The state of each feature of the program. It is public: it says nothing about any tenant's models.
Json features(const Context& context) {
  json::object sentiment{{"status", "available"},
                         {"models", json::value_from(context.services.analyzer.model_names())}};
  json::array translators;
  for (const auto& each : context.services.translators) translators.emplace_back(each->name());
  json::object translation{{"status", translators.empty() ? "not_installed" : "available"}};
  if (!translators.empty()) translation["models"] = std::move(translators);
  json::object voice{{"status", "not_installed"}};
  if (const voice::Transcriber* transcriber = context.services.voice.transcriber) {
    voice = {{"status", "available"}, {"models", json::array{json::string(transcriber->model())}}};
  }
  const auto state = [](const char* status) { return json::object{{"status", status}}; };
  return json::object{{"sentiment", std::move(sentiment)},      {"voice", std::move(voice)},
                      {"translation", std::move(translation)},  {"lead_scoring", state("available")},
                      {"churn_prediction", state("available")}, {"engagement_prediction", state("available")}};
}

http::Response answer(const Context& context, const http::Request&) {
  const bool draining = context.services.draining && context.services.draining();
  return success(json::object{
      {"status", draining ? "draining" : "healthy"}, {"version", rapport::version()}, {"features", features(context)}});
}

}  // namespace

Endpoint health(const ContextPointer& context) {
  Json feature = schema::answer_object(
      {{"status", schema::choice({"available", "not_installed"}, "")},
       {"models", schema::array_of(schema::text(""), "Those in use: built in, installed, or services."), false}});
  return {{.method = "GET", .pattern = "/api/v1/ml/health", .role = std::nullopt, .handle = handling(context, answer)},
          {.id = "health",
           .tag = "Health",
           .summary = "Is the service up, and what can it do?",
           .description = "Needs no token. Which of a tenant's models are trained: see /api/v1/ml/training/status.",
           .response = schema::answer_object(
               {{"status", schema::choice({"healthy", "draining"}, "")},
                {"version", schema::text("Of the program.")},
                {"features", schema::map_of(std::move(feature), "What the program can do, by name.")}}),
           .response_example = example(R"({"status": "healthy", "version": "0.1.0", "features": {
             "sentiment": {"status": "available", "models": ["builtin-sentiment", "builtin-emotion"]}, "lead_scoring": {"status": "available"}}})")}};
}

}  // namespace rapport::api
