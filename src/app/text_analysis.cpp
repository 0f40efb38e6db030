#include "app/text_analysis.h"

#include <optional>
#include <string_view>

#include "app/model_source.h"

namespace rapport::app {
namespace {

std::optional<inference::ModelSource> source_of(const Settings& settings, std::string_view setting,
                                                hub::ModelRole role) {
  return model_source(settings, {.name = setting, .role = role, .absent = "builtin"});
}

nn::Precision precision_of(const Settings& settings) {
  return nn::parse_precision(settings.text("nn.precision")).value_or(nn::Precision::kInt8);
}

inference::TextModelOptions options_of(const Settings& settings) {
  const auto size = [&](const char* name) { return static_cast<std::size_t>(settings.integer(name)); };
  return {.english_sentiment = source_of(settings, "sentiment.model", hub::ModelRole::kSentiment),
          .english_emotion = source_of(settings, "emotion.model", hub::ModelRole::kEmotion),
          .multilingual_sentiment =
              source_of(settings, "multilingual.model", hub::ModelRole::kMultilingualSentiment),
          .precision = precision_of(settings),
          .threads = size("nn.threads"),
          .batching = {.max_batch_tokens = size("inference.max_batch_tokens"),
                       .max_queued_tokens = size("inference.max_queued_tokens")},
          .cache_bytes = size("inference.cache_bytes")};
}

sentiment::Models models_of(const inference::TextModels& models) {
  return {.english_sentiment = models.english_sentiment(),
          .english_emotion = models.english_emotion(),
          .multilingual_sentiment = models.multilingual_sentiment(),
          .builtin_sentiment = &models.builtin_sentiment(),
          .builtin_emotion = &models.builtin_emotion(),
          .builtin_emotion_languages = {"en"}};
}

}  // namespace

TextAnalysis::TextAnalysis(const Settings& settings, Metrics& metrics)
    : models_(options_of(settings), metrics), analyzer_(models_of(models_)) {}

}  // namespace rapport::app
