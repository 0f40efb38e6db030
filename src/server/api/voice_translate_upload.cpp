#include <utility>

#include "flows/transcribe_voice_note.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/schema.h"
#include "server/api/voice_transcripts.h"

namespace rapport::api {
namespace {

Scored answer(const Context& context, const http::Request& request) {
  FormFields form(request);
  Recording recording = read_recording(form, request);
  voice::TranscribeOptions& options = recording.options;
  options.task = voice::Task::kTranslateToEnglish;
  options.language = read_spoken_language(form, context);
  options.timestamps = form.boolean_or("timestamps", false);
  options.prompt = form.text("prompt").value_or("");
  options.temperature = form.number("temperature", 0, 1);
  form.finish();

  const flows::VoiceNotes& voice = context.services.voice;
  const voice::Transcript transcript = flows::transcribe_recording(voice, *recording.file, std::move(options));
  JsonText out = open_success();
  out.open_object();
  write_transcript(out, transcript, voice.transcriber->model(), {});
  out.close_object();
  return transcribed(context, transcript, std::move(out));
}

}  // namespace

Endpoint voice_translate_upload(const ContextPointer& context) {
  return {recording_route(context, "/api/v1/ml/voice/translate-upload", answer),
          {.id = "translateVoice",
           .tag = "Voice",
           .summary = "What does this voice note say, in English?",
           .description = "The text is English whatever is spoken; language names what is spoken. Needs a model that "
                          "knows other languages than English.",
           .request = schema::request_object(
               {{"file", schema::recording()},
                {"language", schema::spoken_language(), false},
                {"timestamps", schema::boolean("Segments as the model times them."), false},
                {"prompt", schema::text("English names and words that the translation may hold."), false},
                {"temperature", schema::number(0, 1, "Instead of 0 and, where that fails, higher ones."), false}}),
           .request_media_type = "multipart/form-data",
           .response = schema::transcript(true),
           .response_example = example(R"({"text": "I want to buy your product", "language": "es",
             "language_probability": 0.98, "language_assumed": false, "confidence": 0.9, "duration": 4.8, "speech": true, "speech_duration": 4.1,
             "segments": [{"start": 0.0, "end": 4.8, "text": "I want to buy your product", "confidence": 0.9}],
             "suppressed": [], "model": "whisper-base"})"),
           .errors = {422, 503}}};
}

}  // namespace rapport::api
