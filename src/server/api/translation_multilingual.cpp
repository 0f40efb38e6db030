#include <algorithm>
#include <set>

#include "flows/translate_text.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/sentiment_texts.h"
#include "server/api/translation_json.h"
#include "server/api/translation_texts.h"

namespace rapport::api {
namespace {

/// Each language once; a code that stands twice is a mistake.
std::vector<std::string> read_targets(JsonReader& reader, std::vector<FieldError>& mistakes) {
  std::vector<std::string> targets;
  const Json* items = reader.array("target_languages", 1, kMaxTargetLanguages);
  if (items == nullptr) return targets;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < items->get_array().size(); ++i) {
    const std::string place = "/target_languages/" + std::to_string(i);
    const auto* code = items->get_array()[i].if_string();
    if (code == nullptr || !is_language(*code)) {
      mistakes.push_back({place, kNotALanguage});
    } else if (!seen.insert(*code).second) {
      mistakes.push_back({place, "stands twice"});
    } else {
      targets.emplace_back(*code);
    }
  }
  return targets;
}

/// The translations by language, as the caller wrote the languages; then what is to be said of each.
void write_translations(JsonText& out, const std::vector<std::string>& targets,
                        const std::vector<translation::TranslatedMessage>& messages, std::string_view text) {
  out.name("translations").open_object();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    out.name(targets[i]);
    if (messages[i].error) {
      out.json(nullptr);
    } else {
      out.text(messages[i].text);
    }
  }
  out.close_object();
  out.name("count").integer(static_cast<std::int64_t>(targets.size()));
  out.name("failed").integer(
      std::count_if(messages.begin(), messages.end(), [](const auto& each) { return each.error; }));
  out.name("details").open_object();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    out.name(targets[i]).open_object();
    write_translation(out, messages[i], text);
    out.close_object();
  }
  out.close_object();
}

Scored answer(const Context& context, const http::Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  std::vector<FieldError> mistakes;
  const std::string_view text = read_text_field(reader, mistakes, context.services.translation_limits.max_text_bytes);
  const std::vector<std::string> targets = read_targets(reader, mistakes);
  const std::string source = read_optional_language(reader, "source_language");
  const std::vector<translation::GlossaryTerm> glossary = read_glossary(reader, mistakes);
  finish(reader, std::move(mistakes));
  check_amount(context, {text}, targets.size());

  const std::vector<translation::TranslatedMessage> messages = flows::translate_into(
      context.services.translator, text, targets, {tenant_of(request), source, glossary, request.client_gone.get()});

  JsonText out = open_success();
  out.open_object();
  write_translations(out, targets, messages, text);
  out.close_object();
  return translated(std::move(out), messages, begin);
}

}  // namespace

Endpoint translation_multilingual(const ContextPointer& context) {
  Json targets = schema::array_of(schema::target_language(), 1, kMaxTargetLanguages, "The languages to translate to.");
  targets.get_object()["uniqueItems"] = true;
  return {translation_route(context, "/api/v1/ml/translation/multilingual", kTextBody, answer),
          {.id = "translateMultilingual",
           .tag = "Translation",
           .summary = "One message in many languages",
           .description =
               "translations holds the text of each language by the code that was asked for, null where it cannot "
               "be translated; details says of each what translate says. When none can, the answer is an error.",
           .request = schema::request_object(
               {{"text", schema::text_field("The message.", context->services.translation_limits.max_text_bytes)},
                {"target_languages", std::move(targets)},
                {"source_language", schema::source_language(), false},
                {"glossary", schema::glossary(), false}}),
           .response = schema::answer_object(
               {{"translations", schema::map_of(schema::nullable(schema::text("")), "The texts, by language.")},
                {"count", schema::integer(1, kMaxTargetLanguages, "How many languages there are.")},
                {"failed", schema::integer(0, kMaxTargetLanguages, "How many of them have an error.")},
                {"details", schema::map_of(schema::translation(), "What is to be said of each, by language.")}}),
           .response_example = example(R"({"translations": {"es": "¡Lanzamiento de nuevo producto mañana!"}, "count": 1,
         "failed": 0, "details": {"es": {"translated_text": "¡Lanzamiento de nuevo producto mañana!",
         "source_language": "en", "target_language": "es", "confidence": 0.8,
         "original_text": "New product launch tomorrow!", "model": "opus-mt-en-es", "via": null,
         "placeholders": {"in": 0, "out": 0, "ok": true}, "unchanged": false, "source_from": "detected",
         "source_confidence": 0.98}}})"),
           .errors = {413, 422, 429, 503, 504}}};
}

}  // namespace rapport::api
