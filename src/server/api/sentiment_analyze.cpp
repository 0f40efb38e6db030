#include <array>

#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/sentiment_texts.h"

namespace rapport::api {
namespace {

Scored answer(const Context& context, const http::Request& request) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  std::vector<FieldError> mistakes;
  sentiment::Text text{.text = read_text_field(reader, mistakes)};
  const TextOptions options = read_text_options(reader);
  finish(reader, std::move(mistakes));
  text.language = options.language;

  const sentiment::Analyses analyses =
      context.services.analyzer.analyze(std::array{text}, options.analyze(tenant_of(request)));

  JsonText out = open_success();
  out.open_object();
  write_outcome(out, analyses.texts.front(), options);
  out.close_object();
  return analyzed(std::move(out), analyses.texts, analyses.times);
}

}  // namespace

Endpoint sentiment_analyze(const ContextPointer& context) {
  return {text_route(context, "/api/v1/ml/sentiment/analyze", kTextBody, answer),
          {.id = "analyzeSentiment",
           .tag = "Sentiment",
           .summary = "How does the writer of this message feel, and must somebody act?",
           .description = "Marks of formatting and quoted lines are left out. A message without words (a link alone, a "
                          "placeholder) has no sentiment: null, with a reason. The answer names the models.",
           .request = schema::request_object({{"text", schema::text_field("The message.")},
                                              {"include_emotions", schema::include_emotions(), false},
                                              {"return_all_scores", schema::return_all_scores(), false},
                                              {"language", schema::text_language(), false}}),
           .request_example = example(R"({"text": "Thank you so much! This product is amazing!",
             "include_emotions": true, "return_all_scores": false})"),
           .response = schema::text_outcome(),
           .response_example = example(R"({"sentiment": "positive", "sentiment_score": 0.9876, "confidence": 0.9876,
             "emotion": "joy", "emotion_score": 0.8521, "emotion_model": "builtin-emotion", "risk_level": "low",
             "language": "en", "model": "builtin-sentiment", "windows": 1})"),
           .errors = {413, 422, 429, 503}}};
}

}  // namespace rapport::api
