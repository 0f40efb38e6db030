#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "translation/translator.h"

namespace rapport::translation {

/// What an answer depends on besides the text.
struct CacheScope {
  std::string_view tenant;
  std::string_view model;  ///< as answers name it, both models of a pivot included: "opus-mt-es-en + opus-mt-en-fr"
  std::string_view edition;  ///< of those models
  std::string_view source;
  std::string_view target;
  std::string_view glossary;  ///< a digest of the glossary's terms; empty without one
};

/// Remembers whole messages that came out well.
///
/// Threads   safe.
/// Throws    nothing: a cache that fails has forgotten, and keeps nothing.
class TranslationCache {
 public:
  virtual ~TranslationCache() = default;

  /// One answer for each text, in order; nullopt for what is not known.
  virtual std::vector<std::optional<Translated>> find(const CacheScope& scope,
                                                      std::span<const std::string_view> texts) = 0;
  /// `answers[i]` is the translation of `texts[i]`.
  virtual void keep(const CacheScope& scope, std::span<const std::string_view> texts,
                    std::span<const Translated> answers) = 0;
};

}  // namespace rapport::translation
