#include "app/text_analysis.h"

#include <optional>
#include <string_view>

#include "app/hub_access.h"
#include "base/error.h"
#include "hub/installed.h"
#include "hub/manifest.h"

namespace rapport::app {
namespace {

namespace fs = std::filesystem;

std::optional<inference::ModelSource> installed(const Settings& settings, const hub::ModelSpec& spec) {
  const std::optional<fs::path> folder = hub::installed_model(models_folder(settings), spec.name);
  if (!folder) return std::nullopt;
  return inference::ModelSource{std::string(spec.name), *folder};
}

/// The model that a setting names: a folder, one of the manifest, or "auto": the manifest's model for `role`, if it is
/// installed. nullopt: the built-in one.
std::optional<inference::ModelSource> source_of(const Settings& settings, std::string_view setting,
                                                hub::ModelRole role) {
  const std::string& value = settings.text(setting);
  if (value == "builtin") return std::nullopt;
  for (const hub::ModelSpec& spec : hub::manifest()) {
    if (value == "auto" && spec.role == role) return installed(settings, spec);
    if (value != spec.name && value != spec.repository) continue;
    if (auto source = installed(settings, spec)) return source;
    throw Error(ErrorKind::kUnavailable, "model_not_installed",
                "The setting " + std::string(setting) + " names a model that is not installed: rapport models pull " +
                    std::string(spec.name) + ".");
  }
  const fs::path folder = value;
  if (fs::is_directory(folder)) {
    const fs::path name = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
    return inference::ModelSource{name.string(), folder};
  }
  throw Error(ErrorKind::kInvalid, "invalid_setting",
              "The setting " + std::string(setting) +
                  " must be auto, builtin, a model of `rapport models list` or a folder, and is: " + value + ".");
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
