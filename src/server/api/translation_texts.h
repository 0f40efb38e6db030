#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_reader.h"
#include "server/api/endpoint.h"
#include "server/api/json_text.h"
#include "translation/message_translator.h"

/// What the translation endpoints share: languages, glossaries and limits as requests give them.
namespace rapport::api {

constexpr std::size_t kMaxTargetLanguages = 50;

/// Whether it is a language's code in any usual writing: "pt", "pt-BR", "zh_Hans".
bool is_language(std::string_view code);
constexpr const char* kNotALanguage = "must be the code of a language, such as en, pt-BR or zh-Hans";

/// Reads a language's code: required, or empty when it is absent.
std::string read_language(JsonReader& reader, std::string_view name);
std::string read_optional_language(JsonReader& reader, std::string_view name);

/// Reads "glossary": an object of terms and their translations, null for a term that stays as it is. The terms live as
/// long as the document.
std::vector<translation::GlossaryTerm> read_glossary(JsonReader& reader, std::vector<FieldError>& mistakes);

/// Throws kTooLarge "too_much_text" when the texts, times `targets`, are more than one request may ask for.
void check_amount(const Context& context, const std::vector<std::string_view>& texts, std::size_t targets = 1);

/// The answer, with the models that translated and a Server-Timing header.
Scored translated(JsonText text, const std::vector<translation::TranslatedMessage>& messages,
                  std::chrono::steady_clock::time_point begin);

/// A route of texts to translate: a thread waits for the models, until the client leaves.
http::Route translation_route(const ContextPointer& context, std::string pattern, std::size_t max_body_bytes,
                              std::function<Scored(const Context&, const http::Request&)> handler);

namespace schema {

Json target_language();
Json source_language();
Json glossary();
/// One translated message: the properties that write_translation gives.
Json translation();

}  // namespace schema
}  // namespace rapport::api
