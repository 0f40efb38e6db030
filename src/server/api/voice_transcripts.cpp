#include "server/api/voice_transcripts.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "server/api/envelope.h"
#include "server/api/schema.h"
#include "voice/languages.h"

namespace rapport::api {
namespace {

/// What a form may have around its file: boundaries, heads, other fields.
constexpr std::size_t kFormBytes = 256 * 1024;
constexpr const char* kFileField = "file";

void write_span(JsonText& out, voice::Seconds start, voice::Seconds end) {
  out.name("start").rounded(start.count()).name("end").rounded(end.count());
}

void write_segments(JsonText& out, const voice::Transcript& transcript) {
  out.name("segments").open_array();
  for (const voice::Segment& segment : transcript.segments) {
    out.open_object();
    write_span(out, segment.start, segment.end);
    out.name("text").text(segment.text).name("confidence").rounded(segment.confidence).close_object();
  }
  out.close_array();
}

void write_words(JsonText& out, const voice::Transcript& transcript) {
  out.name("words").open_array();
  for (const voice::Segment& segment : transcript.segments) {
    for (const voice::Word& word : segment.words) {
      out.open_object().name("word").text(word.text);
      write_span(out, word.start, word.end);
      out.name("confidence").rounded(word.confidence).close_object();
    }
  }
  out.close_array();
}

void write_or_null(JsonText& out, const std::optional<double>& value) {
  value ? out.rounded(*value) : out.json(nullptr);
}

Json or_null(std::string_view type, std::string_view description) {
  return boost::json::object{{"type", boost::json::array{type, "null"}}, {"description", description}};
}

}  // namespace

Recording read_recording(FormFields& form, const http::Request& request) {
  Recording recording{.file = form.file(kFileField), .options = {}};
  recording.options.cancelled = request.client_gone.get();
  return recording;
}

std::string known_language(const Context& context, std::string_view language) {
  std::string code = voice::whisper_code(language);
  const voice::Transcriber* transcriber = context.services.voice.transcriber;
  if (transcriber == nullptr) return code;
  const auto known = transcriber->languages();
  return std::find(known.begin(), known.end(), code) == known.end() ? "" : code;
}

std::string read_spoken_language(FormFields& form, const Context& context) {
  const std::optional<std::string> language = form.text("language");
  if (!language || *language == "auto") return "";
  std::string code = known_language(context, *language);
  if (code.empty()) {
    form.fail("language", "must be a language of supported-languages, such as en or pt-BR, or auto");
  }
  return code;
}

void write_transcript(JsonText& out, const voice::Transcript& transcript, const std::string& model,
                      const TranscriptParts& parts) {
  out.name("text").text(transcript.text).name("language").text(transcript.language);
  out.name("language_probability");
  write_or_null(out, transcript.language_prob);
  out.name("language_assumed").boolean(transcript.language_assumed).name("confidence");
  write_or_null(out, transcript.confidence);
  out.name("duration").rounded(transcript.duration.count());
  out.name("speech").boolean(transcript.speech);
  out.name("speech_duration").rounded(transcript.speech_duration.count());
  if (transcript.text.empty()) out.name("reason").literal(transcript.speech ? "nothing_understood" : "no_speech");
  if (parts.segments) write_segments(out, transcript);
  if (parts.words) write_words(out, transcript);
  out.name("suppressed").open_array();
  for (const voice::Suppressed& each : transcript.suppressed) {
    out.open_object().name("reason").text(each.reason);
    write_span(out, each.start, each.end);
    out.close_object();
  }
  out.close_array().name("model").text(model);
}

void say_times(http::Response& response, const voice::Transcript& transcript) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "audio;dur=%.3f, queue;dur=%.3f, compute;dur=%.3f",
                transcript.decode_audio_ms, transcript.queue_ms, transcript.compute_ms);
  response.headers.emplace_back("Server-Timing", text.data());
}

Scored transcribed(const Context& context, const voice::Transcript& transcript, JsonText text) {
  Scored scored{.response = close_success(std::move(text)),
                .predictions = 1,
                .model_version = context.services.voice.transcriber->model()};
  say_times(scored.response, transcript);
  return scored;
}

http::Route recording_route(const ContextPointer& context, std::string pattern,
                            std::function<Scored(const Context&, const http::Request&)> handler) {
  return {.method = "POST",
          .pattern = std::move(pattern),
          .role = auth::Role::kViewer,
          .where = http::Where::kWaiter,
          .max_body_bytes = context->services.voice.limits.max_bytes + kFormBytes,
          .form_file = kFileField,
          .watches_client = true,
          .handle = transcribing(context, std::move(handler))};
}

namespace schema {

Json recording() {
  return boost::json::object{
      {"type", "string"},
      {"contentMediaType", "application/octet-stream"},
      {"description",
       "The recording: ogg (opus, vorbis), m4a, mp3, wav, flac, webm or amr, whatever its name and type say."}};
}

Json spoken_language() {
  return text("The language that is spoken, where it is known; found out when absent.", "pt-BR");
}

Json transcript(bool segments) {
  const auto seconds = [](std::string_view description) { return number(0, 1e9, description); };
  const auto timed = [&](std::string_view name) {
    return answer_object({{"start", seconds("Seconds from the start.")},
                          {"end", seconds("")},
                          {name, text("")},
                          {"confidence", number(0, 1, "")}});
  };
  Json suppressed = answer_object({{"reason", text("Which guard it was.", "silence")},
                                   {"start", seconds("Seconds from the start.")},
                                   {"end", seconds("")}});
  Json answer = answer_object(
      {{"text", text("What is said; empty when nobody speaks.")},
       {"language", text("The language that is spoken; und: nobody speaks.", "pt")},
       {"language_probability", or_null("number", "Of that language; null: it was given, or nobody speaks.")},
       {"language_assumed", boolean("Too little was heard to tell the language: it is the contact's.")},
       {"confidence", or_null("number", "0 to 1: the mean probability of the text's tokens; null without text.")},
       {"duration", seconds("Of the recording, in seconds.")},
       {"speech", boolean("Whether somebody speaks.")},
       {"speech_duration", seconds("How long somebody speaks, in seconds.")},
       {"reason", choice({"no_speech", "nothing_understood"}, "Why there is no text."), false},
       {"words", array_of(timed("word"), "When asked for."), false},
       {"suppressed", array_of(std::move(suppressed), "Where the model wrote text that a guard took back.")},
       {"model", text("The voice model.", "whisper-base")}});
  if (segments) {
    auto& object = answer.get_object();
    object["properties"].get_object()["segments"] = array_of(timed("text"), "The text in its parts.");
    object["required"].get_array().emplace_back("segments");
  }
  return answer;
}

}  // namespace schema
}  // namespace rapport::api
