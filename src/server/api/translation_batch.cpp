#include <algorithm>

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

std::vector<std::string_view> read_texts(const Context& context, JsonReader& reader,
                                         std::vector<FieldError>& mistakes) {
  std::vector<std::string_view> texts;
  const Json* items = reader.array("texts", 1, context.services.max_batch_rows);
  if (items == nullptr) return texts;
  texts.reserve(items->get_array().size());
  for (const Json& item : items->get_array()) {
    texts.push_back(read_text(item, "/texts/" + std::to_string(texts.size()), mistakes,
                              context.services.translation_limits.max_text_bytes));
    if (mistakes.size() > kMaxNamedMistakes) break;
  }
  return texts;
}

Scored answer(const Context& context, const http::Request& request) {
  const auto begin = std::chrono::steady_clock::now();
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  std::vector<FieldError> mistakes;
  const std::vector<std::string_view> texts = read_texts(context, reader, mistakes);
  const std::string target = read_language(reader, "target_language");
  const std::string source = read_optional_language(reader, "source_language");
  const std::vector<translation::GlossaryTerm> glossary = read_glossary(reader, mistakes);
  finish(reader, std::move(mistakes));
  check_amount(context, texts);

  const std::vector<translation::TranslatedMessage> messages = flows::translate_texts(
      context.services.translator, texts, target, {tenant_of(request), source, glossary, request.client_gone.get()});

  const auto failed = std::count_if(messages.begin(), messages.end(), [](const auto& each) { return each.error; });
  JsonText out = open_success();
  out.open_object().name("results").open_array();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    out.open_object();
    write_translation(out, messages[i], texts[i]);
    out.close_object();
  }
  out.close_array().name("count").integer(static_cast<std::int64_t>(messages.size()));
  out.name("failed").integer(failed).close_object();
  return translated(std::move(out), messages, begin);
}

}  // namespace

Endpoint translation_batch(const ContextPointer& context) {
  const std::size_t max_bytes = context->services.translation_limits.max_text_bytes;
  return {translation_route(context, "/api/v1/ml/translation/batch", kBatchBody, answer),
          {.id = "translateBatch",
           .tag = "Translation",
           .summary = "The same for many messages at once",
           .description =
               "One result per text, in the order of the texts; equal texts are translated once. A text that cannot "
               "be translated has null for its translation and an error of its own; when none can, the answer is "
               "that error. A value that is no text refuses the batch and is named with its index.",
           .request =
               schema::request_object({{"texts", schema::array_of(schema::text_field("", max_bytes), 1,
                                                                  context->services.max_batch_rows, "The messages.")},
                                       {"target_language", schema::target_language()},
                                       {"source_language", schema::source_language(), false},
                                       {"glossary", schema::glossary(), false}}),
           .response = schema::answer_object(
               {{"results", schema::array_of(schema::translation(), "One per text, in the order of the texts.")},
                {"count", schema::integer(1, INT64_MAX, "How many there are.")},
                {"failed", schema::integer(0, INT64_MAX, "How many of them have an error.")}}),
           .response_example = example(R"({"results": [{"translated_text": "नमस्ते", "source_language": "en",
         "target_language": "hi", "confidence": 0.81, "original_text": "Hello", "model": "opus-mt-en-hi", "via": null,
         "placeholders": {"in": 0, "out": 0, "ok": true}, "unchanged": false, "source_from": "given"}],
         "count": 1, "failed": 0})"),
           .errors = {413, 422, 429, 503, 504}}};
}

}  // namespace rapport::api
