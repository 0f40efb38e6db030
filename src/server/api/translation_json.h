#pragma once

#include <span>
#include <string_view>

#include "server/api/json_text.h"
#include "translation/message_translator.h"

namespace rapport::api {

/// Writes the members of one translated message into an object that the caller has opened and closes:
/// "translated_text", "source_language", "target_language", "confidence", "model", "via"?, "placeholders", "unchanged",
/// "source_from", "source_confidence"?. What could not be translated has null for a text, and its "error".
void write_translation(JsonText& out, const translation::TranslatedMessage& message, std::string_view original);

/// The names of the models that translated, each once: "opus-mt-en-es, google".
std::string models_of(std::span<const translation::TranslatedMessage> messages);

}  // namespace rapport::api
