#include <algorithm>
#include <utility>

#include "flows/transcribe_voice_note.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/schema.h"
#include "server/api/voice_transcripts.h"
#include "voice/languages.h"

namespace rapport::api {
namespace {

constexpr std::size_t kMostProbable = 10;  // languages that an answer names

Scored answer(const Context& context, const http::Request& request) {
  FormFields form(request);
  Recording recording = read_recording(form, request);
  form.finish();

  const flows::VoiceNotes& voice = context.services.voice;
  const voice::DetectedLanguage found =
      flows::detect_spoken_language(voice, *recording.file, std::move(recording.options));
  JsonText out = open_success();
  out.open_object().name("language").text(found.language);
  out.name("confidence");
  found.speech ? out.rounded(found.prob) : out.json(nullptr);
  if (!found.speech) out.name("reason").literal("no_speech");
  out.name("probabilities").open_array();
  for (std::size_t i = 0; i < std::min(kMostProbable, found.all.size()); ++i) {
    out.open_object().name("language").text(found.all[i].code);
    out.name("name").text(voice::language_name(found.all[i].code));
    out.name("probability").rounded(found.all[i].prob).close_object();
  }
  out.close_array();
  out.name("speech").boolean(found.speech).name("heard_duration").rounded(found.heard.count());
  out.name("model").text(voice.transcriber->model()).close_object();
  return {.response = close_success(std::move(out)), .predictions = 1, .model_version = voice.transcriber->model()};
}

}  // namespace

Endpoint voice_detect_language_upload(const ContextPointer& context) {
  const Json probability = schema::answer_object({{"language", schema::text("", "es")},
                                                  {"name", schema::text("In English.", "spanish")},
                                                  {"probability", schema::number(0, 1, "")}});
  return {recording_route(context, "/api/v1/ml/voice/detect-language-upload", answer),
          {.id = "detectSpokenLanguage",
           .tag = "Voice",
           .summary = "Which language is spoken in this voice note?",
           .description = "Without speech there is none: und, with a reason. The recording is heard until there are "
                          "29 seconds of speech, or to its end.",
           .request = schema::request_object({{"file", schema::recording()}}),
           .request_media_type = "multipart/form-data",
           .response = schema::answer_object(
               {{"language", schema::text("The most probable language; und: nobody speaks.", "es")},
                {"confidence", boost::json::object{{"type", boost::json::array{"number", "null"}},
                                                   {"description", "Its probability; null: nobody speaks."}}},
                {"reason", schema::choice({"no_speech"}, "Why there is no language."), false},
                {"probabilities", schema::array_of(probability, "The ten most probable ones, the first first.")},
                {"speech", schema::boolean("Whether somebody speaks.")},
                {"heard_duration", schema::number(0, 1e9, "How much of the recording was heard, in seconds.")},
                {"model", schema::text("The voice model.", "whisper-base")}}),
           .response_example = example(R"({"language": "es", "confidence": 0.97, "probabilities": [{"language": "es",
             "name": "spanish", "probability": 0.97}, {"language": "pt", "name": "portuguese", "probability": 0.02}],
             "speech": true, "heard_duration": 4.8, "model": "whisper-base"})"),
           .errors = {422, 503}}};
}

}  // namespace rapport::api
