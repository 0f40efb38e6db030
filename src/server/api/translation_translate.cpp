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

Scored answer(const Context& context, const http::Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  std::vector<FieldError> mistakes;
  const std::string_view text = read_text_field(reader, mistakes, context.services.translation_limits.max_text_bytes);
  const std::string target = read_language(reader, "target_language");
  const std::string source = read_optional_language(reader, "source_language");
  const std::vector<translation::GlossaryTerm> glossary = read_glossary(reader, mistakes);
  finish(reader, std::move(mistakes));
  check_amount(context, {text});

  const std::vector<translation::TranslatedMessage> messages =
      flows::translate_texts(context.services.translator, std::span(&text, 1), target,
                             {tenant_of(request), source, glossary, request.client_gone.get()});

  JsonText out = open_success();
  out.open_object();
  write_translation(out, messages.front(), text);
  out.close_object();
  return translated(std::move(out), messages, begin);
}

}  // namespace

Endpoint translation_translate(const ContextPointer& context) {
  const std::size_t max_bytes = context->services.translation_limits.max_text_bytes;
  return {
      translation_route(context, "/api/v1/ml/translation/translate", kTextBody, answer),
      {.id = "translate",
       .tag = "Translation",
       .summary = "This message in another language",
       .description =
           "Links, e-mail addresses, phone numbers, prices, {{1}} and other placeholders, WhatsApp's marks, emoji and "
           "the terms of the glossary come out as they went in, or the translation is refused. A text that is in the "
           "target language already comes back unchanged. Pairs without a model go through English: see via. "
           "What the built-in models are not sure of (confidence below 0.4) is not given out: 503 "
           "translation_uncertain.",
       .request = schema::request_object({{"text", schema::text_field("The message.", max_bytes)},
                                          {"target_language", schema::target_language()},
                                          {"source_language", schema::source_language(), false},
                                          {"glossary", schema::glossary(), false}}),
       .response = schema::translation(),
       .response_example = example(R"({"translated_text": "Hola, ¿cómo estás?", "source_language": "en",
             "target_language": "es", "confidence": 0.98, "original_text": "Hello, how are you?", "model": "opus-mt-en-es",
             "via": null, "placeholders": {"in": 0, "out": 0, "ok": true}, "unchanged": false, "source_from": "detected",
             "source_confidence": 0.99})"),
       .errors = {413, 422, 429, 503, 504}}};
}

}  // namespace rapport::api
