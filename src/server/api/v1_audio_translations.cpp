#include <utility>

#include "flows/transcribe_voice_note.h"
#include "server/api/endpoints.h"
#include "server/api/openai_audio.h"
#include "server/api/schema.h"
#include "server/api/voice_transcripts.h"

namespace rapport::api {
namespace {

Scored answer(const Context& context, const http::Request& request) {
  FormFields form(request);
  Recording recording = read_recording(form, request);
  voice::TranscribeOptions& options = recording.options;
  const std::string model = form.text("model").value_or("");
  if (model.empty()) form.fail("model", "is required: whisper-1, or the voice model's own name");
  read_audio_options(form, options);
  AudioAnswer wanted{.format = read_audio_format(form)};
  form.finish();
  check_audio_model(context, model);

  wanted.segments = wanted.format == AudioFormat::kVerboseJson;
  options.task = voice::Task::kTranslateToEnglish;
  options.timestamps = wanted.segments || wanted.format == AudioFormat::kSrt || wanted.format == AudioFormat::kVtt;
  const voice::Transcript transcript =
      flows::transcribe_recording(context.services.voice, *recording.file, std::move(options));
  return openai_transcript(context, transcript, voice::Task::kTranslateToEnglish, wanted);
}

}  // namespace

Endpoint v1_audio_translations(const ContextPointer& context) {
  http::Route route = recording_route(context, "/v1/audio/translations", answer);
  route.shape_error = shape_as_openai;
  return {std::move(route),
          {.id = "createTranslation",
           .tag = "OpenAI audio",
           .summary = "Speech in any language to English text, as OpenAI's audio API has it",
           .description = "Needs a model that knows other languages than English.",
           .request = schema::request_object(
               {{"file", schema::recording()},
                {"model", schema::text("whisper-1, or the voice model's own name.", "whisper-1")},
                {"prompt", schema::text("English names and words that the translation may hold."), false},
                {"response_format", schema::audio_format(), false},
                {"temperature", schema::number(0, 1, "0: higher ones are tried where the model fails."), false}}),
           .request_media_type = "multipart/form-data",
           .response = schema::openai_transcript(),
           .response_example = example(R"({"text": "I want to buy your product",
             "usage": {"type": "duration", "seconds": 5}})"),
           .enveloped = false,
           .errors = {404, 503},
           .error = schema::openai_error()}};
}

}  // namespace rapport::api
