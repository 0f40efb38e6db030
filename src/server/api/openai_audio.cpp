#include "server/api/openai_audio.h"

#include <array>
#include <cmath>
#include <utility>

#include "flows/transcribe_voice_note.h"
#include "server/api/json_text.h"
#include "server/api/schema.h"
#include "server/api/voice_transcripts.h"
#include "voice/languages.h"
#include "voice/subtitles.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

struct NamedFormat {
  std::string_view name;
  AudioFormat format;
};
constexpr std::array<NamedFormat, 5> kFormats = {{{"json", AudioFormat::kJson},
                                                  {"text", AudioFormat::kText},
                                                  {"srt", AudioFormat::kSrt},
                                                  {"vtt", AudioFormat::kVtt},
                                                  {"verbose_json", AudioFormat::kVerboseJson}}};

constexpr double kFramesPerSecond = 100;  // Whisper counts its place in a recording in hundredths of a second

std::string_view error_type(int status) {
  constexpr int kTooManyRequests = 429;
  if (status >= 500) return "server_error";
  return status == kTooManyRequests ? "rate_limit_error" : "invalid_request_error";
}

void write_usage(JsonText& out, const voice::Transcript& transcript) {
  out.name("usage").open_object().name("type").literal("duration");
  out.name("seconds").integer(static_cast<std::int64_t>(std::ceil(transcript.duration.count()))).close_object();
}

void write_segment(JsonText& out, const voice::Segment& segment, std::int64_t id) {
  out.open_object().name("id").integer(id);
  out.name("seek").integer(static_cast<std::int64_t>(segment.start.count() * kFramesPerSecond));
  out.name("start").rounded(segment.start.count()).name("end").rounded(segment.end.count());
  out.name("text").text(segment.text).name("tokens").open_array();
  for (const std::int32_t token : segment.tokens) out.integer(token);
  out.close_array().name("temperature").rounded(segment.temperature);
  out.name("avg_logprob").rounded(segment.avg_logprob);
  out.name("compression_ratio").rounded(segment.compression_ratio);
  out.name("no_speech_prob").rounded(segment.no_speech_prob).close_object();
}

std::string verbose_json(const voice::Transcript& transcript, voice::Task task, const AudioAnswer& wanted) {
  const bool translated = task == voice::Task::kTranslateToEnglish;
  JsonText out;
  out.open_object().name("task").literal(translated ? "translate" : "transcribe");
  out.name("language").text(translated ? "english" : voice::language_name(transcript.language));
  out.name("duration").rounded(transcript.duration.count()).name("text").text(transcript.text);
  if (wanted.segments) {
    out.name("segments").open_array();
    std::int64_t id = 0;
    for (const voice::Segment& segment : transcript.segments) write_segment(out, segment, id++);
    out.close_array();
  }
  if (wanted.words) {
    out.name("words").open_array();
    for (const voice::Segment& segment : transcript.segments) {
      for (const voice::Word& word : segment.words) {
        out.open_object().name("word").text(word.text).name("start").rounded(word.start.count());
        out.name("end").rounded(word.end.count()).close_object();
      }
    }
    out.close_array();
  }
  write_usage(out, transcript);
  out.close_object();
  return std::move(out).take();
}

std::string plain_json(const voice::Transcript& transcript) {
  JsonText out;
  out.open_object().name("text").text(transcript.text);
  write_usage(out, transcript);
  out.close_object();
  return std::move(out).take();
}

http::Response response_of(const voice::Transcript& transcript, voice::Task task, const AudioAnswer& wanted) {
  http::Response response;
  const auto give = [&](std::string type, std::string body) {
    response.content_type = std::move(type);
    response.body = std::move(body);
    return response;
  };
  switch (wanted.format) {
    case AudioFormat::kJson:
      return give("application/json", plain_json(transcript));
    case AudioFormat::kText:
      return give("text/plain; charset=utf-8", transcript.text + "\n");
    case AudioFormat::kSrt:
      return give("application/x-subrip; charset=utf-8", to_srt(transcript));
    case AudioFormat::kVtt:
      return give("text/vtt; charset=utf-8", to_vtt(transcript));
    case AudioFormat::kVerboseJson:
      return give("application/json", verbose_json(transcript, task, wanted));
  }
  return response;
}

}  // namespace

void shape_as_openai(http::Response& response) {
  constexpr int kUnprocessable = 422;
  constexpr int kBadRequest = 400;
  if (response.status == kUnprocessable) response.status = kBadRequest;
  const http::Problem& problem = *response.problem;
  Json param;
  if (!problem.fields.empty()) {
    const std::string_view pointer = problem.fields.front().pointer;
    param = pointer.substr(pointer.starts_with('/') ? 1 : 0);
  }
  const json::object error{{"message", problem.message},
                           {"type", error_type(response.status)},
                           {"param", std::move(param)},
                           {"code", problem.code}};
  response.body = to_string(json::object{{"error", error}});
}

AudioFormat read_audio_format(FormFields& form) {
  const std::string name = form.text("response_format").value_or("json");
  for (const NamedFormat& each : kFormats) {
    if (each.name == name) return each.format;
  }
  form.fail("response_format", name == "diarized_json" ? "must be another one: who speaks is not told apart here"
                                                       : "must be one of json, text, srt, verbose_json, vtt");
  return AudioFormat::kJson;
}

void read_audio_options(FormFields& form, voice::TranscribeOptions& options) {
  options.prompt = form.text("prompt").value_or("");
  const double temperature = form.number("temperature", 0, 1).value_or(0);
  if (temperature > 0) options.temperature = temperature;
}

void check_audio_model(const Context& context, const std::string& model) {
  const std::string& installed = flows::transcriber_of(context.services.voice).model();
  if (model == kWhisper1 || model == installed) return;
  throw Error(ErrorKind::kNotFound, "model_not_found",
              "There is no model of this name here. There are: " + std::string(kWhisper1) + ", " + installed + ".")
      .with_fields({{"/model", "is no model of this server"}});
}

void send_text(const Context& context, const std::shared_ptr<http::EventStream>& events,
               voice::TranscribeOptions& options) {
  events->set_header("X-Rapport-Model", context.services.voice.transcriber->model());
  options.on_text = [events](std::string_view text) {
    JsonText delta;
    delta.open_object().name("type").literal("transcript.text.delta").name("delta").text(text).close_object();
    events->send(std::move(delta).take());
  };
}

Scored send_transcript(const Context& context, const voice::Transcript& transcript, http::EventStream& events) {
  JsonText done;
  done.open_object().name("type").literal("transcript.text.done").name("text").text(transcript.text);
  write_usage(done, transcript);
  done.close_object();
  events.send(std::move(done).take());
  return {.response = {}, .predictions = 1, .model_version = context.services.voice.transcriber->model()};
}

Scored openai_transcript(const Context& context, const voice::Transcript& transcript, voice::Task task,
                         const AudioAnswer& wanted) {
  Scored scored{.response = response_of(transcript, task, wanted),
                .predictions = 1,
                .model_version = context.services.voice.transcriber->model()};
  say_times(scored.response, transcript);
  return scored;
}

namespace schema {

Json openai_error() {
  const auto or_null = [](std::string_view description) {
    return Json(json::object{{"type", json::array{"string", "null"}}, {"description", description}});
  };
  return answer_object({{"error", answer_object({{"message", text("For people.")},
                                                 {"type", text("", "invalid_request_error")},
                                                 {"param", or_null("The field that is wrong.")},
                                                 {"code", or_null("For programs.")}})}});
}

Json audio_format() {
  return choice({"json", "text", "srt", "verbose_json", "vtt"}, "How the transcript is wanted; json when absent.");
}

Json openai_transcript() {
  return answer_object(
      {{"text", text("What is said.")},
       {"usage", answer_object({{"type", choice({"duration"}, "")},
                                {"seconds", integer(0, INT64_MAX, "Length of the recording, rounded up.")}})},
       {"task", choice({"transcribe", "translate"}, "verbose_json alone, as what follows."), false},
       {"language", text("In English; empty: nobody speaks.", "english"), false},
       {"duration", number(0, 1e9, "Of the recording, in seconds."), false},
       {"segments", array_of(any_object("id, seek, start, end, text, tokens and what the model made of them."), ""),
        false},
       {"words", array_of(any_object("word, start and end."), "Where timestamp_granularities[] has word."), false}});
}

}  // namespace schema
}  // namespace rapport::api
