#include <algorithm>
#include <utility>

#include "domain/names.h"
#include "flows/analyze_conversation.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/sentiment_texts.h"

namespace rapport::api {
namespace {

using flows::ConversationMessage;

/// One message: a text, or {"text", "direction"}.
ConversationMessage read_message(const Json& item, const std::string& pointer, std::vector<FieldError>& mistakes) {
  if (!item.is_object()) return {.text = read_text(item, pointer, mistakes)};
  JsonReader reader(item, pointer);
  ConversationMessage message;
  if (!reader.has("text")) {
    reader.string("text");
  } else {
    message.text = read_text(*reader.optional_value("text"), pointer + "/text", mistakes);
  }
  if (const auto direction = reader.optional_string("direction")) {
    const auto known = parse_enum<Direction>(*direction);
    if (!known) reader.fail("direction", "must be inbound or outbound");
    message.direction = known.value_or(Direction::kInbound);
  }
  std::vector<FieldError> found = reader.take_errors();
  std::move(found.begin(), found.end(), std::back_inserter(mistakes));
  return message;
}

std::vector<ConversationMessage> read_messages(JsonReader& reader, std::size_t max, std::vector<FieldError>& mistakes) {
  std::vector<ConversationMessage> messages;
  const Json* items = reader.array("messages", 1, max);
  if (items == nullptr) return messages;
  messages.reserve(items->get_array().size());
  for (const Json& item : items->get_array()) {
    messages.push_back(read_message(item, "/messages/" + std::to_string(messages.size()), mistakes));
    if (mistakes.size() > kMaxNamedMistakes) break;
  }
  return messages;
}

void write_turning_point(JsonText& out, const flows::ConversationAnalysis& found) {
  const std::optional<sentiment::TurningPoint>& turn = found.mood.turning_point;
  if (!turn) {
    out.name("turning_point").json(nullptr).name("driving_message").json(nullptr);
    return;
  }
  const sentiment::Verdict& driver = found.messages[turn->driver].verdict.value();
  out.name("turning_point").integer(static_cast<std::int64_t>(turn->message));
  out.name("turning_point_change").rounded(turn->change);
  out.name("driving_message").open_object();
  out.name("index").integer(static_cast<std::int64_t>(turn->driver));
  out.name("sentiment").literal(rapport::to_string(driver.sentiment));
  out.name("score").rounded(driver.valence).close_object();
}

void write_mood(JsonText& out, const flows::ConversationAnalysis& found) {
  const sentiment::ConversationMood& mood = found.mood;
  const auto word = [&out](const char* name, std::string_view value) {
    out.name(name);
    value.empty() ? out.json(nullptr) : out.literal(value);
  };
  word("overall_sentiment", mood.overall ? rapport::to_string(*mood.overall) : "");
  out.name("sentiment_distribution").open_object();
  for (const Sentiment each : {Sentiment::kPositive, Sentiment::kNegative, Sentiment::kNeutral}) {
    const std::size_t count = mood.distribution[static_cast<std::size_t>(each)];
    out.name(rapport::to_string(each)).integer(static_cast<std::int64_t>(count));
  }
  out.close_object().name("average_score");
  mood.average ? out.rounded(*mood.average) : out.json(nullptr);
  word("trend", mood.trend ? sentiment::to_string(*mood.trend) : "");
  out.name("message_count").integer(static_cast<std::int64_t>(found.messages.size()));
  out.name("analyzed_count").integer(static_cast<std::int64_t>(mood.analyzed));
  write_turning_point(out, found);
  word("risk_level", mood.risk ? sentiment::to_string(*mood.risk) : "");
  if (mood.analyzed == 0) out.name("reason").literal("no_words");
}

Scored answer(const Context& context, const http::Request& request) {
  const Json document = parse_json_or_throw(request.body);
  JsonReader reader(document, "");
  std::vector<FieldError> mistakes;
  const auto messages = read_messages(reader, context.services.max_batch_rows, mistakes);
  const TextOptions options = read_text_options(reader);
  const bool each = reader.boolean_or("include_messages", false);
  finish(reader, std::move(mistakes));

  const flows::ConversationAnalysis found = flows::analyze_conversation(
      context.services.analyzer, messages, options.language, options.analyze(tenant_of(request)));

  JsonText out = open_success();
  out.open_object();
  write_mood(out, found);
  if (each) {
    out.name("messages").open_array();
    for (const sentiment::Outcome& outcome : found.messages) {
      out.open_object();
      write_outcome(out, outcome, options);
      out.close_object();
    }
    out.close_array();
  }
  out.close_object();
  return analyzed(std::move(out), found.messages, found.times);
}

Json request_schema(const Context& context) {
  Json message = schema::request_object(
      {{"text", schema::text_field("")},
       {"direction", schema::choice({"inbound", "outbound"}, "Only inbound ones, the customer's, count."), false}});
  Json either = boost::json::object{{"anyOf", boost::json::array{schema::text_field(""), std::move(message)}}};
  return schema::request_object(
      {{"messages", schema::array_of(std::move(either), 1, context.services.max_batch_rows, "In their order.")},
       {"include_emotions", schema::include_emotions(), false},
       {"return_all_scores", schema::return_all_scores(), false},
       {"include_messages", schema::boolean("Whether each message's own result is wanted: false when absent."), false},
       {"language", schema::text_language(), false}});
}

Json response_schema() {
  const auto count = [] { return schema::integer(0, INT64_MAX, ""); };
  Json driver = schema::answer_object({{"index", count()},
                                       {"sentiment", schema::choice({"positive", "negative", "neutral"}, "")},
                                       {"score", schema::number(0, 1, "Its valence.")}});
  return schema::answer_object(
      {{"overall_sentiment", schema::nullable(schema::choice({"positive", "negative", "neutral"},
                                                     "The most frequent; of equals the more probable."))},
       {"sentiment_distribution",
        schema::answer_object({{"positive", count()}, {"negative", count()}, {"neutral", count()}})},
       {"average_score", schema::nullable(schema::number(0, 1, "Mean valence: 0 negative, 0.5 neutral, 1 positive."))},
       {"trend", schema::nullable(schema::choice({"improving", "declining", "stable"},
                                         "The later half against the earlier: 0.1 of valence or more."))},
       {"message_count", schema::integer(1, INT64_MAX, "All messages.")},
       {"analyzed_count", schema::integer(0, INT64_MAX, "Those that count: inbound, with words.")},
       {"turning_point", schema::nullable(schema::integer(0, INT64_MAX, "Index of the first message of the new mood."))},
       {"turning_point_change", schema::number(-1, 1, "Mean valence after minus before."), false},
       {"driving_message", schema::nullable(std::move(driver))},
       {"risk_level", schema::nullable(schema::choice({"low", "medium", "high"}, "What was mended before the end is none."))},
       {"reason", schema::choice({"no_words"}, "Why there is nothing to say."), false},
       {"messages", schema::array_of(schema::text_outcome(), "One per message, when asked for."), false}});
}

}  // namespace

Endpoint sentiment_conversation(const ContextPointer& context) {
  return {text_route(context, "/api/v1/ml/sentiment/conversation", kBatchBody, answer),
          {.id = "analyzeConversation",
           .tag = "Sentiment",
           .summary = "How does the customer feel in this conversation, and where did it turn?",
           .description = "Messages are texts in their order, all of them the customer's, or objects that say with "
                          "their direction which are. driving_message is the one that speaks loudest for the new mood.",
           .request = request_schema(*context),
           .request_example = example(R"({"messages": ["Hi, I'm interested in your product",
             "Can you tell me more about pricing?", "Thanks, I'll think about it",
             "Actually, I'm not satisfied with the response"]})"),
           .response = response_schema(),
           .response_example = example(R"({"overall_sentiment": "neutral", "sentiment_distribution": {"positive": 1,
             "negative": 1, "neutral": 2}, "average_score": 0.62, "trend": "declining", "message_count": 4,
             "analyzed_count": 4, "turning_point": 3, "turning_point_change": -0.57,
             "driving_message": {"index": 3, "sentiment": "negative", "score": 0.11}, "risk_level": "high"})"),
           .errors = {413, 422, 429, 503}}};
}

}  // namespace rapport::api
