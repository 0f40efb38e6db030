#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/error.h"
#include "domain/ids.h"
#include "translation/message_translator.h"

namespace rapport::flows {

/// On whose behalf, from which language (empty: found out), and with which terms.
struct TranslateOptions {
  const TenantId& tenant;
  std::string_view source = {};
  std::span<const translation::GlossaryTerm> glossary = {};
  Cancelled cancelled = nullptr;  ///< then it throws kTimeout "cancelled" as a whole
};

/// The translation of many texts into one language, one answer for each, in order; each fails by itself.
///
/// Throws    kInvalid "invalid_language", "invalid_glossary"; the first text's error where every text fails: then the
///           answer as a whole has failed.
std::vector<translation::TranslatedMessage> translate_texts(const translation::MessageTranslator& translator,
                                                            std::span<const std::string_view> texts,
                                                            std::string_view target, const TranslateOptions& options);

/// One text into many languages, in the order of `targets`; several languages at once.
///
/// Throws    as translate_texts.
std::vector<translation::TranslatedMessage> translate_into(const translation::MessageTranslator& translator,
                                                           std::string_view text, std::span<const std::string> targets,
                                                           const TranslateOptions& options);

}  // namespace rapport::flows
