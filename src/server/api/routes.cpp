#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/version.h"
#include "server/api/api.h"
#include "server/api/docs_page.h"
#include "server/api/endpoints.h"
#include "server/api/openapi.h"

namespace rapport::api {
namespace {

/// Names a query parameter that the endpoint does not have, or has already read.
void refuse_unknown_parameters(const http::Request& request, const std::vector<std::string>& known) {
  for (auto at = request.query.begin(); at != request.query.end(); ++at) {
    const bool is_known = std::find(known.begin(), known.end(), at->first) != known.end();
    const bool is_repeated =
        std::any_of(request.query.begin(), at, [&](const auto& earlier) { return earlier.first == at->first; });
    if (is_known && !is_repeated) continue;
    const std::string message = is_known ? "stands twice" : "is not a known parameter";
    throw Error(ErrorKind::kInvalid, "invalid_request", "The query parameter " + at->first + " " + message + ".")
        .with_fields({{"?" + at->first, message}});
  }
}

/// The contract's endpoints refuse unknown fields, in the query too; those for operators do not care.
http::Route strict(Endpoint endpoint) {
  if (!endpoint.route.pattern.starts_with("/api/")) return std::move(endpoint.route);
  std::vector<std::string> known;
  for (const Parameter& parameter : endpoint.documentation.parameters) {
    if (parameter.in == Parameter::In::kQuery) known.push_back(parameter.name);
  }
  endpoint.route.handle = [known = std::move(known),
                           handle = std::move(endpoint.route.handle)](const http::Request& request) {
    refuse_unknown_parameters(request, known);
    return handle(request);
  };
  return std::move(endpoint.route);
}

std::vector<Endpoint> endpoints(const ContextPointer& context) {
  std::vector<Endpoint> all = {health(context),
                               sentiment_analyze(context),
                               sentiment_batch(context),
                               sentiment_conversation(context),
                               voice_transcribe_upload(context),
                               voice_translate_upload(context),
                               voice_detect_language_upload(context),
                               voice_supported_languages(context),
                               translation_translate(context),
                               translation_batch(context),
                               translation_multilingual(context),
                               translation_detect_language(context),
                               translation_supported_languages(context),
                               translation_popular_languages(context),
                               lead_scoring_predict(context),
                               lead_scoring_batch(context),
                               feature_importance(context, ModelKind::kLeadScoring),
                               churn_prediction_predict(context),
                               churn_prediction_batch(context),
                               feature_importance(context, ModelKind::kChurnPrediction),
                               engagement_prediction_predict(context),
                               engagement_prediction_optimal_time(context),
                               feature_importance(context, ModelKind::kEngagementPrediction),
                               training_train_model(context),
                               training_train_all(context),
                               training_status(context),
                               jobs_by_id(context),
                               models_list(context),
                               models_promote(context),
                               models_rollback(context),
                               v1_audio_transcriptions(context),
                               v1_audio_translations(context),
                               v1_models(context),
                               v1_models_by_id(context),
                               livez(context),
                               readyz(context),
                               metrics(context),
                               version(context)};
  const auto description = std::make_shared<SelfDescription>();
  all.push_back(openapi_json(context, description));
  all.push_back(docs(context, description));
  const Json document = openapi_document(all, rapport::version());
  *description = {to_string(document), docs_page(document)};
  return all;
}

}  // namespace

std::string model_path(ModelKind kind) {
  std::string name(to_string(kind));
  std::replace(name.begin(), name.end(), '_', '-');
  return "/api/v1/ml/models/" + name;
}

std::string model_tag(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      return "Lead scoring";
    case ModelKind::kChurnPrediction:
      return "Churn prediction";
    case ModelKind::kEngagementPrediction:
      return "Engagement prediction";
  }
  return {};
}

std::vector<http::Route> routes(const ApiServices& services) {
  const auto context = std::make_shared<const Context>(services);
  context->services.metrics.gauge("rapport_build_info", "Which build runs.", {{"version", rapport::version()}}).set(1);
  std::vector<http::Route> result;
  for (Endpoint& endpoint : endpoints(context)) result.push_back(strict(std::move(endpoint)));
  return result;
}

}  // namespace rapport::api
