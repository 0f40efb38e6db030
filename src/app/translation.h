#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/metrics.h"
#include "flows/translation_memory.h"
#include "translation/message_translator.h"

namespace rapport::app {

/// How much is remembered of translations, as the settings say.
flows::TranslationMemory::Options memory_options(const Settings& settings);

/// The translators that the settings name, and the message translator over them.
///
/// Threads   safe.
/// Throws    the constructor: kInvalid "invalid_setting" for a model that is neither in the manifest nor a folder, or
/// an
///           order that names nobody; kUnavailable for one that is not installed or cannot be read.
class Translation {
 public:
  /// `metrics` and `cache` (null: nothing is remembered) must outlive it.
  Translation(const Settings& settings, Metrics& metrics, translation::TranslationCache* cache);

  const translation::MessageTranslator& translator() const { return translator_; }
  std::span<const std::shared_ptr<const translation::Translator>> translators() const { return translators_; }

 private:
  std::vector<std::shared_ptr<const translation::Translator>> translators_;
  translation::MessageTranslator translator_;
};

/// What makes a pair of languages work: the models that `rapport models pull` installs for it, directly or through
/// English, or the one for every pair.
std::string translation_remedy(std::string_view source, std::string_view target);

}  // namespace rapport::app
