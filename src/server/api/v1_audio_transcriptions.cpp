#include <algorithm>
#include <utility>

#include "flows/transcribe_voice_note.h"
#include "server/api/endpoints.h"
#include "server/api/openai_audio.h"
#include "server/api/schema.h"
#include "server/api/voice_transcripts.h"

namespace rapport::api {
namespace {

/// What there is no use for is refused, unless it asks for what is done anyway.
void refuse_unsupported(FormFields& form) {
  if (!form.texts("include[]").empty()) form.fail("include[]", "must be left out: log probabilities are not given");
  if (form.text("chunking_strategy").value_or("auto") != "auto") {
    form.fail("chunking_strategy", "must be auto: speech is found in every recording");
  }
}

void read_granularities(FormFields& form, AudioAnswer& wanted) {
  const std::vector<std::string> all = form.texts("timestamp_granularities[]");
  const auto has = [&](std::string_view name) { return std::find(all.begin(), all.end(), name) != all.end(); };
  const bool verbose = wanted.format == AudioFormat::kVerboseJson;
  if (!all.empty() && !verbose) {
    form.fail("timestamp_granularities[]", "needs response_format verbose_json");
  }
  wanted.words = has("word");
  wanted.segments = verbose && (has("segment") || all.empty());
  const auto known = std::count(all.begin(), all.end(), "word") + std::count(all.begin(), all.end(), "segment");
  if (static_cast<std::size_t>(known) != all.size()) {
    form.fail("timestamp_granularities[]", "must be word or segment");
  }
}

/// Languages that may be spoken, and words that may occur.
void read_hints(FormFields& form, const Context& context, voice::TranscribeOptions& options) {
  for (const std::string& language : form.texts("languages[]")) {
    options.allowed_languages.push_back(known_language(context, language));
    if (options.allowed_languages.back().empty()) form.fail("languages[]", "must be languages such as en or pt");
  }
  for (const std::string& word : form.texts("keywords[]")) {
    options.prompt += (options.prompt.empty() ? "" : ", ") + word;
  }
}

Scored answer(const Context& context, const http::Request& request) {
  FormFields form(request);
  Recording recording = read_recording(form, request);
  voice::TranscribeOptions& options = recording.options;
  const std::string model = form.text("model").value_or("");
  if (model.empty()) form.fail("model", "is required: whisper-1, or the voice model's own name");
  options.language = read_spoken_language(form, context);
  read_audio_options(form, options);
  read_hints(form, context, options);
  AudioAnswer wanted{.format = read_audio_format(form)};
  read_granularities(form, wanted);
  wanted.stream = form.boolean_or("stream", false);
  refuse_unsupported(form);
  form.finish();
  check_audio_model(context, model);

  if (wanted.stream) send_text(context, request.events, options);
  options.words = wanted.words;
  options.timestamps = wanted.segments || wanted.format == AudioFormat::kSrt || wanted.format == AudioFormat::kVtt;
  const voice::Transcript transcript =
      flows::transcribe_recording(context.services.voice, *recording.file, std::move(options));
  if (wanted.stream) return send_transcript(context, transcript, *request.events);
  return openai_transcript(context, transcript, voice::Task::kTranscribe, wanted);
}

Json request_schema() {
  return schema::request_object(
      {{"file", schema::recording()},
       {"model", schema::text("whisper-1, or the voice model's own name.", "whisper-1")},
       {"language", schema::spoken_language(), false},
       {"languages[]", schema::text("Languages that may be spoken; may stand more than once.", "es"), false},
       {"keywords[]", schema::text("Words that may occur; may stand more than once."), false},
       {"prompt", schema::text("Names and words that the recording may hold, or the text that it continues."), false},
       {"response_format", schema::audio_format(), false},
       {"temperature", schema::number(0, 1, "0: higher ones are tried where the model fails."), false},
       {"timestamp_granularities[]",
        schema::choice({"word", "segment"}, "With verbose_json; may stand twice; segment when absent."), false},
       {"stream", schema::boolean("The answer as events: each piece of the text as soon as it is written."), false},
       {"chunking_strategy", schema::choice({"auto"}, "Speech is found in every recording."), false}});
}

}  // namespace

Endpoint v1_audio_transcriptions(const ContextPointer& context) {
  http::Route route = recording_route(context, "/v1/audio/transcriptions", answer);
  route.shape_error = shape_as_openai;
  route.sends_events = true;
  return {std::move(route),
          {.id = "createTranscription",
           .tag = "OpenAI audio",
           .summary = "Speech to text, as OpenAI's audio API has it",
           .description = "For clients that were written for that API: give them this server's address and a token of "
                          "ours. Errors have that API's form.",
           .request = request_schema(),
           .request_media_type = "multipart/form-data",
           .response = schema::openai_transcript(),
           .response_example = example(R"({"text": "Hello, I would like to order your product",
             "usage": {"type": "duration", "seconds": 6}})"),
           .enveloped = false,
           .errors = {404, 503},
           .error = schema::openai_error()}};
}

}  // namespace rapport::api
