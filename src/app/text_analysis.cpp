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

/// The model that a setting names: one of the manifest when it is installed, or a folder. nullopt: the built-in one.
std::optional<inference::ModelSource> source_of(const Settings& settings, std::string_view setting) {
  const std::string& value = settings.text(setting);
  if (value.empty()) return std::nullopt;
  for (const hub::ModelSpec& spec : hub::manifest()) {
    if (value != spec.name && value != spec.repository) continue;
    const std::optional<fs::path> folder = hub::installed_model(models_folder(settings), spec.name);
    if (!folder) return std::nullopt;
    return inference::ModelSource{std::string(spec.name), *folder};
  }
  const fs::path folder = value;
  if (fs::is_directory(folder)) {
    const fs::path name = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
    return inference::ModelSource{name.string(), folder};
  }
  throw Error(ErrorKind::kInvalid, "invalid_setting",
              "The setting " + std::string(setting) +
                  " names neither a model of `rapport models list` nor a folder: " + value + ".");
}

inference::TextModelOptions options_of(const Settings& settings) {
  inference::TextModelOptions options;
  options.english_sentiment = source_of(settings, "sentiment.model");
  options.english_emotion = source_of(settings, "emotion.model");
  options.multilingual_sentiment = source_of(settings, "multilingual.model");
  return options;
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
