#include <utility>

#include "flows/transcribe_voice_note.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/request_fields.h"
#include "server/api/schema.h"
#include "server/api/sentiment_texts.h"
#include "server/api/voice_transcripts.h"

namespace rapport::api {
namespace {

/// A transcript that is put down changes the workspace's data: more than a viewer may do.
MessageId message_of(const http::Request& request, std::string id) {
  if (request.principal.value().role < auth::Role::kAnalyst) {
    throw Error(ErrorKind::kForbidden, "role_required", "A transcript is stored by the role analyst or admin alone.");
  }
  return MessageId(std::move(id));
}

void write_stored(JsonText& out, const std::string& message, const flows::TranscribedNote& note) {
  out.name("message_id").text(message).name("analysis");
  if (!note.verdict) {
    out.json(nullptr);
    return;
  }
  out.open_object();
  write_outcome(out, {.verdict = note.verdict}, {});
  out.close_object();
}

Scored answer(const Context& context, const http::Request& request) {
  FormFields form(request);
  Recording recording = read_recording(form, request);
  voice::TranscribeOptions& options = recording.options;
  options.language = read_spoken_language(form, context);
  options.words = form.boolean_or("words", false);
  options.timestamps = form.boolean_or("timestamps", false);
  options.prompt = form.text("prompt").value_or("");
  options.temperature = form.number("temperature", 0, 1);
  const std::optional<std::string> message = form.text("message_id");
  if (message && !is_id(*message)) form.fail("message_id", "must be 1 to 200 bytes without control characters");
  form.finish();

  const flows::VoiceNotes& voice = context.services.voice;
  const TranscriptParts parts{.words = options.words};
  flows::TranscribedNote note;
  if (message) {
    note = flows::transcribe_voice_note(context.services.flows, voice, context.services.analyzer, tenant_of(request),
                                        {message_of(request, *message), *recording.file, std::move(options)});
  } else {
    note.transcript = flows::transcribe_recording(voice, *recording.file, std::move(options));
  }
  JsonText out = open_success();
  out.open_object();
  write_transcript(out, note.transcript, voice.transcriber->model(), parts);
  if (message) write_stored(out, *message, note);
  out.close_object();
  return transcribed(context, note.transcript, std::move(out));
}

Json request_schema() {
  return schema::request_object(
      {{"file", schema::recording()},
       {"language", schema::spoken_language(), false},
       {"words", schema::boolean("Whether the time of every word is wanted."), false},
       {"timestamps", schema::boolean("Segments as the model times them, shorter than the stretches of speech."),
        false},
       {"prompt", schema::text("Names and words that the recording may hold, or the text that it continues."), false},
       {"temperature", schema::number(0, 1, "Instead of 0 and, where that fails, higher ones."), false},
       {"message_id",
        schema::text("A stored message whose recording this is: it gets the transcript, the language and "
                     "its sentiment. Needs the role analyst.",
                     "m000123"),
        false}});
}

Json response_schema() {
  Json answer = schema::transcript(true);
  auto& properties = answer.get_object()["properties"].get_object();
  properties["message_id"] = schema::text("The message that got the transcript, when one was named.");
  properties["analysis"] =
      boost::json::object{{"anyOf", boost::json::array{schema::text_outcome(), boost::json::object{{"type", "null"}}}},
                          {"description", "How its writer feels; null: no words, or the business spoke."}};
  return answer;
}

}  // namespace

Endpoint voice_transcribe_upload(const ContextPointer& context) {
  return {
      recording_route(context, "/api/v1/ml/voice/transcribe-upload", answer),
      {.id = "transcribeVoice",
       .tag = "Voice",
       .summary = "What does this voice note say, and in which language?",
       .description =
           "The format is found in the bytes. Silence is an answer: an empty text, speech false, and a reason. Work "
           "stops when the client closes its connection.",
       .request = request_schema(),
       .request_media_type = "multipart/form-data",
       .response = response_schema(),
       .response_example = example(R"({"text": "Hello, I would like to order your product", "language": "en",
             "language_probability": 0.99, "language_assumed": false, "confidence": 0.94, "duration": 5.2, "speech": true, "speech_duration": 4.9,
             "segments": [{"start": 0.0, "end": 5.2, "text": "Hello, I would like to order your product",
             "confidence": 0.94}], "suppressed": [], "model": "whisper-base"})"),
       .errors = {404, 422, 503}}};
}

}  // namespace rapport::api
