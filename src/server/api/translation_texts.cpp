#include "server/api/translation_texts.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/sentiment_texts.h"
#include "server/api/translation_json.h"
#include "translation/language_codes.h"

namespace rapport::api {
namespace {

std::string server_timing(std::chrono::steady_clock::time_point begin) {
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "translate;dur=%.3f", ms);
  return text.data();
}

}  // namespace

bool is_language(std::string_view code) {
  return !translation::normal_code(code).empty();
}

std::string read_language(JsonReader& reader, std::string_view name) {
  std::string code = reader.string(name, {.min_bytes = 1});
  if (!code.empty() && !is_language(code)) reader.fail(name, kNotALanguage);
  return code;
}

std::string read_optional_language(JsonReader& reader, std::string_view name) {
  std::string code = reader.optional_string(name, {.min_bytes = 1}).value_or("");
  if (!code.empty() && !is_language(code)) reader.fail(name, kNotALanguage);
  return code;
}

std::vector<translation::GlossaryTerm> read_glossary(JsonReader& reader, std::vector<FieldError>& mistakes) {
  std::vector<translation::GlossaryTerm> terms;
  if (!reader.has("glossary")) {
    reader.optional_value("glossary");
    return terms;
  }
  const Json* glossary = reader.object("glossary");
  if (glossary == nullptr) return terms;
  if (glossary->get_object().size() > translation::kMaxGlossaryTerms) {
    reader.fail("glossary", "must have at most " + std::to_string(translation::kMaxGlossaryTerms) + " terms");
    return terms;
  }
  const auto fits = [](std::string_view text) { return text.size() <= translation::kMaxGlossaryTermBytes; };
  for (const auto& [term, value] : glossary->get_object()) {
    const auto* text = value.if_string();
    if (term.empty() || !fits(term) || (text == nullptr && !value.is_null()) || (text != nullptr && !fits(*text))) {
      mistakes.push_back(
          {json_pointer("/glossary", term), "must be a term and its translation (null: it stays), of at most " +
                                                std::to_string(translation::kMaxGlossaryTermBytes) + " bytes each"});
      if (mistakes.size() > kMaxNamedMistakes) break;
      continue;
    }
    terms.push_back({.source = term, .target = text == nullptr ? std::string_view() : std::string_view(*text)});
  }
  return terms;
}

void check_amount(const Context& context, const std::vector<std::string_view>& texts, std::size_t targets) {
  std::size_t bytes = 0;
  for (const std::string_view text : texts) bytes += text.size();
  const std::size_t most = context.services.translation_limits.max_request_bytes;
  if (bytes * targets <= most) return;
  throw Error(ErrorKind::kTooLarge, "too_much_text",
              "The texts have " + std::to_string(bytes) + " bytes" +
                  (targets > 1 ? " for " + std::to_string(targets) + " languages" : "") +
                  ", and one request may have " + std::to_string(most / targets) + ": send them in several.");
}

Scored translated(JsonText text, const std::vector<translation::TranslatedMessage>& messages,
                  std::chrono::steady_clock::time_point begin) {
  Scored scored;
  scored.predictions = static_cast<std::size_t>(
      std::count_if(messages.begin(), messages.end(), [](const auto& each) { return !each.error; }));
  scored.model_version = models_of(messages);
  scored.response = close_success(std::move(text));
  scored.response.headers.emplace_back("Server-Timing", server_timing(begin));
  return scored;
}

http::Route translation_route(const ContextPointer& context, std::string pattern, std::size_t max_body_bytes,
                              std::function<Scored(const Context&, const http::Request&)> handler) {
  return {.method = "POST",
          .pattern = std::move(pattern),
          .role = auth::Role::kViewer,
          .where = http::Where::kWaiter,
          .max_body_bytes = max_body_bytes,
          .reads_json = true,
          .watches_client = true,
          .handle = translating(context, std::move(handler))};
}

namespace schema {

Json target_language() {
  return text("The language to translate to.", "es");
}

Json source_language() {
  return nullable(
      text("The language of the text; found out when null or absent. Needed for texts that do not tell.", "en"));
}

Json glossary() {
  return map_of(nullable(text("")), "Terms and how they are to be translated; null: the term stays as it is.");
}

Json translation() {
  const Json count = integer(0, INT64_MAX, "");
  Json placeholders = answer_object({{"in", count}, {"out", count}, {"ok", boolean("")}},
                                    "Spans that must survive (links, {{1}}, prices, emoji ...), and how many did.");
  Json error = answer_object({{"code", text("")}, {"message", text("")}}, "Why this text is not translated.");
  return answer_object(
      {{"translated_text", nullable(text("null: see error."))},
       {"source_language", text("As given, or as found out.", "en")},
       {"target_language", text("", "es")},
       {"confidence", nullable(number(0, 1, "The model's own; null: see confidence_reason."))},
       {"confidence_reason", choice({"not_given_by_translator", "unchanged", "not_translated"}, ""), false},
       {"original_text", text("")},
       {"model", nullable(text("Who translated; null when nobody had to.", "opus-mt-en-es"))},
       {"via", nullable(text("The language between two models, where no model knows the pair.", "en"))},
       {"placeholders", std::move(placeholders)},
       {"unchanged", boolean("It is in the target language already, or has no words.")},
       {"source_from", choice({"given", "detected", "assumed"}, "How its language is known.")},
       {"source_confidence", number(0, 1, "Of the detected language."), false},
       {"error", std::move(error), false}});
}

}  // namespace schema
}  // namespace rapport::api
