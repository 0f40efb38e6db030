#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/language_json.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/sentiment_texts.h"

namespace rapport::api {
namespace {

http::Response answer(const Context&, const http::Request& request) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  std::vector<FieldError> mistakes;
  const std::string_view text = read_text_field(reader, mistakes);
  finish(reader, std::move(mistakes));

  const language::Identified found = language::identify(text);

  JsonText out = open_success();
  out.open_object();
  write_identified(out, found);
  out.close_object();
  return close_success(std::move(out));
}

}  // namespace

Endpoint translation_detect_language(const ContextPointer& context) {
  Json one =
      schema::answer_object({{"language", schema::text("Its code.", "fr")}, {"probability", schema::number(0, 1, "")}});
  return {
      {.method = "POST",
       .pattern = "/api/v1/ml/translation/detect-language",
       .role = auth::Role::kViewer,
       .max_body_bytes = kTextBody,
       .reads_json = true,
       .handle = handling(context, answer)},
      {.id = "detectLanguage",
       .tag = "Translation",
       .summary = "Which language is this text in?",
       .description = "Built in, for over 100 languages; romanised Hindi is hi-Latn. Digits, emoji, links, or one or "
                      "two letters alone do not tell: und, with confidence null and a reason.",
       .request = schema::request_object({{"text", schema::text_field("The text.")}}),
       .request_example = example(R"({"text": "Bonjour, comment allez-vous?"})"),
       .response = schema::answer_object(
           {{"language", schema::text("ISO 639-1 where it exists, else 639-3; und: the text does not tell.", "fr")},
            {"language_name", schema::text("In English, lower case; unknown for und.", "french")},
            {"confidence", schema::nullable(schema::number(0, 1, "Its probability; null for und."))},
            {"all_probabilities",
             schema::array_of(std::move(one), "The most probable languages first; they sum to 1; empty for und.")},
            {"reason", schema::choice({"text_does_not_tell"}, "Why there is no language."), false}}),
       .response_example = example(R"({"language": "fr", "language_name": "french", "confidence": 0.99,
             "all_probabilities": [{"language": "fr", "probability": 0.99}, {"language": "en", "probability": 0.01}]})")}};
}

}  // namespace rapport::api
