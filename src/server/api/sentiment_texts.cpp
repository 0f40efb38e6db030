#include "server/api/sentiment_texts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <utility>

#include "domain/names.h"
#include "server/api/envelope.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

constexpr std::size_t kMaxLanguageBytes = 35;  // RFC 5646, section 4.4.1

void write_emotion(JsonText& out, const sentiment::Verdict* verdict) {
  if (verdict != nullptr && verdict->emotion) {
    out.name("emotion").literal(sentiment::to_string(verdict->emotion->emotion));
    out.name("emotion_score").rounded(verdict->emotion->prob);
    out.name("emotion_model").text(verdict->emotion->model);
    return;
  }
  out.name("emotion").json(nullptr).name("emotion_score").json(nullptr);
  if (verdict != nullptr) out.name("emotion_reason").literal("no_model_for_language");
}

void write_all_scores(JsonText& out, const sentiment::Verdict& verdict, bool emotions) {
  out.name("all_scores").open_object();
  out.name("sentiment").open_object();
  for (const Sentiment each : {Sentiment::kPositive, Sentiment::kNegative, Sentiment::kNeutral}) {
    out.name(rapport::to_string(each)).rounded(verdict.probs[static_cast<std::size_t>(each)]);
  }
  out.close_object();
  if (emotions && verdict.emotion) {
    out.name("emotions").open_object();
    for (std::size_t i = 0; i < sentiment::kEmotions; ++i) {
      out.name(sentiment::to_string(static_cast<sentiment::Emotion>(i))).rounded(verdict.emotion->probs[i]);
    }
    out.close_object();
  } else if (emotions) {
    out.name("emotions").json(nullptr);
  }
  out.close_object();
}

std::string server_timing(const inference::StageTimes& times) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "tokenize;dur=%.3f, queue;dur=%.3f, compute;dur=%.3f", times.tokenize_ms,
                times.queue_ms, times.compute_ms);
  return text.data();
}

}  // namespace

bool is_language_code(std::string_view code) {
  if (code.size() > kMaxLanguageBytes) return false;
  std::size_t part = 0;
  bool first = true;
  for (const char c : code) {
    if (c == '-') {
      if (part == 0 || (first && part < 2)) return false;
      part = 0;
      first = false;
    } else if (std::isalpha(static_cast<unsigned char>(c)) == 0 &&
               (first || std::isdigit(static_cast<unsigned char>(c)) == 0)) {
      return false;
    } else if (++part > (first ? 3U : 8U)) {
      return false;
    }
  }
  return first ? part >= 2 : part > 0;
}

TextOptions read_text_options(JsonReader& reader) {
  TextOptions options;
  options.language = reader.optional_string("language").value_or("");
  if (reader.has("language") && !is_language_code(options.language)) {
    reader.fail("language", "must be a language code such as en, pt-BR or hi-Latn");
  }
  const auto end = options.language.begin() +
                   static_cast<std::ptrdiff_t>(std::min(options.language.find('-'), options.language.size()));
  std::transform(options.language.begin(), end, options.language.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (options.language == "und") options.language.clear();
  options.emotions = reader.boolean_or("include_emotions", true);
  options.all_scores = reader.boolean_or("return_all_scores", false);
  return options;
}

std::string_view read_text(const Json& value, const std::string& pointer, std::vector<FieldError>& mistakes,
                           std::size_t max_bytes) {
  const auto* text = value.if_string();
  const auto fail = [&](std::string message) {
    mistakes.push_back({pointer, std::move(message)});
    return std::string_view();
  };
  if (text == nullptr) return fail("must be a text");
  if (text->size() > max_bytes) return fail("must have at most " + std::to_string(max_bytes) + " bytes");
  if (sentiment::is_blank(*text)) return fail("holds no text");
  return *text;
}

std::string_view read_text_field(JsonReader& reader, std::vector<FieldError>& mistakes, std::size_t max_bytes) {
  if (reader.has("text")) return read_text(*reader.optional_value("text"), "/text", mistakes, max_bytes);
  reader.string("text");
  return {};
}

void write_outcome(JsonText& out, const sentiment::Outcome& outcome, const TextOptions& options) {
  const sentiment::Verdict* verdict = outcome.verdict ? &*outcome.verdict : nullptr;
  if (verdict == nullptr) {
    out.name("sentiment").json(nullptr).name("sentiment_score").json(nullptr).name("confidence").json(nullptr);
    if (options.emotions) write_emotion(out, nullptr);
    out.name("risk_level").json(nullptr).name("reason").literal(sentiment::to_string(outcome.reason));
    return;
  }
  out.name("sentiment").literal(rapport::to_string(verdict->sentiment));
  out.name("sentiment_score").rounded(verdict->prob);
  out.name("confidence").rounded(verdict->prob);
  if (options.emotions) write_emotion(out, verdict);
  out.name("risk_level").literal(sentiment::to_string(verdict->risk));
  if (options.all_scores) write_all_scores(out, *verdict, options.emotions);
  out.name("language").text(verdict->language);
  out.name("model").text(verdict->model);
  out.name("windows").integer(static_cast<std::int64_t>(verdict->windows));
}

Scored analyzed(JsonText text, const std::vector<sentiment::Outcome>& outcomes, const inference::StageTimes& times) {
  std::vector<std::string_view> models;
  Scored scored;
  const auto add = [&](std::string_view model) {
    if (std::find(models.begin(), models.end(), model) != models.end()) return;
    models.push_back(model);
    scored.model_version += (scored.model_version.empty() ? "" : ", ") + std::string(model);
  };
  for (const sentiment::Outcome& outcome : outcomes) {
    if (!outcome.verdict) continue;
    ++scored.predictions;
    add(outcome.verdict->model);
    if (outcome.verdict->emotion) add(outcome.verdict->emotion->model);
  }
  scored.response = close_success(std::move(text));
  scored.response.headers.emplace_back("Server-Timing", server_timing(times));
  return scored;
}

http::Route text_route(const ContextPointer& context, std::string pattern, std::size_t max_body_bytes,
                       std::function<Scored(const Context&, const http::Request&)> handler) {
  return {.method = "POST",
          .pattern = std::move(pattern),
          .role = auth::Role::kViewer,
          .where = context->services.analyzer.is_builtin_only() ? http::Where::kWorker : http::Where::kWaiter,
          .max_body_bytes = max_body_bytes,
          .reads_json = true,
          .inline_below_bytes = context->services.analyzer.is_builtin_only() ? kInlineBatchBytes : 0,
          .handle = analyzing(context, std::move(handler))};
}

namespace schema {

Json text_language() {
  Json schema = text("The language of the text, where it is known; found out when absent.", "pt-BR");
  schema.get_object()["pattern"] = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$";
  schema.get_object()["maxLength"] = kMaxLanguageBytes;
  return schema;
}

Json include_emotions() {
  Json schema = boolean("Whether emotions are wanted. Without them risk_level follows from the sentiment alone.");
  schema.get_object()["default"] = true;
  return schema;
}

Json return_all_scores() {
  Json schema = boolean("Whether the probability of every class is wanted.");
  schema.get_object()["default"] = false;
  return schema;
}

Json text_field(std::string_view description, std::size_t max_bytes) {
  Json schema = text(description);
  schema.get_object()["minLength"] = 1;
  schema.get_object()["maxLength"] = max_bytes;
  return schema;
}

Json text_outcome() {
  Json scores = answer_object(
      {{"sentiment", map_of(number(0, 1, ""), "Each sentiment's probability; they sum to 1.")},
       {"emotions", nullable(map_of(number(0, 1, ""), "Each emotion's probability; they sum to 1.")), false}});
  return answer_object({{"sentiment", nullable(choice({"positive", "negative", "neutral"},
                                                      "null: there is no word in it, see reason."))},
                        {"sentiment_score", nullable(number(0, 1, "Probability of that sentiment."))},
                        {"confidence", nullable(number(0, 1, "The same."))},
                        {"emotion",
                         nullable(choice({"joy", "sadness", "anger", "fear", "surprise", "disgust", "neutral"},
                                         "Absent when emotions are not asked for; null: see emotion_reason.")),
                         false},
                        {"emotion_score", nullable(number(0, 1, "Probability of that emotion.")), false},
                        {"emotion_model", text("The model that found the emotion.", "builtin-emotion"), false},
                        {"emotion_reason", choice({"no_model_for_language"}, "Why there is no emotion."), false},
                        {"risk_level", nullable(choice({"low", "medium", "high"}, "Must somebody act?"))},
                        {"all_scores", std::move(scores), false},
                        {"reason",
                         choice({"quote_only", "links_only", "placeholders_only", "marks_only", "outbound"},
                                "Why there is nothing to analyse."),
                         false},
                        {"language", text("In which language it was read; und: the text does not tell.", "en"), false},
                        {"model", text("The model that found the sentiment.", "builtin-sentiment"), false},
                        {"windows", integer(1, INT64_MAX, "Parts in which a long text was read."), false}});
}

}  // namespace schema
}  // namespace rapport::api
