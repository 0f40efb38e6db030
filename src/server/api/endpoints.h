#pragma once

#include <memory>
#include <string>

#include "server/api/endpoint.h"

/// One function per endpoint, in a file that is named after its path.
namespace rapport::api {

Endpoint health(const ContextPointer& context);

Endpoint sentiment_analyze(const ContextPointer& context);
Endpoint sentiment_batch(const ContextPointer& context);
Endpoint sentiment_conversation(const ContextPointer& context);

Endpoint voice_transcribe_upload(const ContextPointer& context);
Endpoint voice_translate_upload(const ContextPointer& context);
Endpoint voice_detect_language_upload(const ContextPointer& context);
Endpoint voice_supported_languages(const ContextPointer& context);

Endpoint v1_audio_transcriptions(const ContextPointer& context);
Endpoint v1_audio_translations(const ContextPointer& context);
Endpoint v1_models(const ContextPointer& context);
Endpoint v1_models_by_id(const ContextPointer& context);
Endpoint translation_translate(const ContextPointer& context);
Endpoint translation_batch(const ContextPointer& context);
Endpoint translation_detect_language(const ContextPointer& context);
Endpoint translation_multilingual(const ContextPointer& context);
Endpoint translation_supported_languages(const ContextPointer& context);
Endpoint translation_popular_languages(const ContextPointer& context);

Endpoint lead_scoring_predict(const ContextPointer& context);
Endpoint lead_scoring_batch(const ContextPointer& context);
Endpoint churn_prediction_predict(const ContextPointer& context);
Endpoint churn_prediction_batch(const ContextPointer& context);
Endpoint engagement_prediction_predict(const ContextPointer& context);
Endpoint engagement_prediction_optimal_time(const ContextPointer& context);
Endpoint feature_importance(const ContextPointer& context, ModelKind kind);

Endpoint training_train_model(const ContextPointer& context);
Endpoint training_train_all(const ContextPointer& context);
Endpoint training_status(const ContextPointer& context);
Endpoint jobs_by_id(const ContextPointer& context);

Endpoint models_list(const ContextPointer& context);
Endpoint models_promote(const ContextPointer& context);
Endpoint models_rollback(const ContextPointer& context);

Endpoint livez(const ContextPointer& context);
Endpoint readyz(const ContextPointer& context);
Endpoint metrics(const ContextPointer& context);
Endpoint version(const ContextPointer& context);

/// What the API says of itself: filled in when every endpoint is known, these two included, and before the first
/// request.
struct SelfDescription {
  std::string openapi;  ///< the document, as JSON text
  std::string page;     ///< the same as HTML
};
Endpoint openapi_json(const ContextPointer& context, const std::shared_ptr<const SelfDescription>& description);
Endpoint docs(const ContextPointer& context, const std::shared_ptr<const SelfDescription>& description);

/// "/api/v1/ml/models/lead-scoring"
std::string model_path(ModelKind kind);
/// "Lead scoring": the group of a model's endpoints.
std::string model_tag(ModelKind kind);

}  // namespace rapport::api
