#include <utility>

#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/sentiment_texts.h"

namespace rapport::api {
namespace {

constexpr std::size_t kBytesPerResult = 220;
constexpr std::size_t kBytesOfAllScores = 240;

std::vector<sentiment::Text> read_texts(JsonReader& reader, std::size_t max, std::vector<FieldError>& mistakes) {
  std::vector<sentiment::Text> texts;
  const Json* items = reader.array("texts", 1, max);
  if (items == nullptr) return texts;
  texts.reserve(items->get_array().size());
  for (const Json& item : items->get_array()) {
    texts.push_back({.text = read_text(item, "/texts/" + std::to_string(texts.size()), mistakes)});
    if (mistakes.size() > kMaxNamedMistakes) break;
  }
  return texts;
}

Scored answer(const Context& context, const http::Request& request) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  std::vector<FieldError> mistakes;
  std::vector<sentiment::Text> texts = read_texts(reader, context.services.max_batch_rows, mistakes);
  const TextOptions options = read_text_options(reader);
  finish(reader, std::move(mistakes));
  for (sentiment::Text& text : texts) text.language = options.language;

  const sentiment::Analyses analyses = context.services.analyzer.analyze(texts, options.analyze(tenant_of(request)));

  JsonText out = open_success();
  out.reserve(texts.size() * (kBytesPerResult + (options.all_scores ? kBytesOfAllScores : 0)));
  out.open_object().name("results").open_array();
  for (const sentiment::Outcome& outcome : analyses.texts) {
    out.open_object();
    write_outcome(out, outcome, options);
    out.close_object();
  }
  out.close_array().name("count").integer(static_cast<std::int64_t>(texts.size())).close_object();
  return analyzed(std::move(out), analyses.texts, analyses.times);
}

}  // namespace

Endpoint sentiment_batch(const ContextPointer& context) {
  return {
      text_route(context, "/api/v1/ml/sentiment/batch", kBatchBody, answer),
      {.id = "analyzeSentiments",
       .tag = "Sentiment",
       .summary = "The same for many messages at once",
       .description =
           "One result per text, in the order of the texts. One bad text refuses the batch and is named with "
           "its index.",
       .request = schema::request_object(
           {{"texts", schema::array_of(schema::text_field(""), 1, context->services.max_batch_rows, "The messages.")},
            {"include_emotions", schema::include_emotions(), false},
            {"return_all_scores", schema::return_all_scores(), false},
            {"language", schema::text_language(), false}}),
       .request_example = example(R"({"texts": ["I love this!", "This is terrible service",
             "When will my order arrive?"], "include_emotions": true})"),
       .response = schema::answer_object(
           {{"results", schema::array_of(schema::text_outcome(), "One per text, in the order of the texts.")},
            {"count", schema::integer(1, INT64_MAX, "How many there are.")}}),
       .response_example = example(R"({"results": [{"sentiment": "positive", "sentiment_score": 0.95,
             "confidence": 0.95, "emotion": "joy", "emotion_score": 0.9, "emotion_model": "builtin-emotion",
             "risk_level": "low", "language": "en", "model": "builtin-sentiment", "windows": 1}], "count": 1})"),
       .errors = {413, 422, 429, 503}}};
}

}  // namespace rapport::api
