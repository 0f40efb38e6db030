#pragma once

#include <memory>
#include <string>

#include "server/api/endpoint.h"
#include "server/api/form_fields.h"
#include "server/http/router.h"
#include "voice/transcriber.h"

/// What the endpoints share that speak as OpenAI's audio API does, for clients that were written for it.
namespace rapport::api {

/// The name under which every such client asks for the voice model, whichever it is.
constexpr const char* kWhisper1 = "whisper-1";

/// {"error":{"message","type","param","code"}}, and 400 where ours is 422.
void shape_as_openai(http::Response& response);

enum class AudioFormat { kJson, kText, kSrt, kVtt, kVerboseJson };

/// How a transcript is wanted.
struct AudioAnswer {
  AudioFormat format = AudioFormat::kJson;
  bool segments = false;
  bool words = false;
  bool stream = false;
};

/// Reads "response_format". What is not in this list is a mistake.
AudioFormat read_audio_format(FormFields& form);

/// Reads "prompt" and "temperature": 0, and none, let the model try higher ones where it must.
void read_audio_options(FormFields& form, voice::TranscribeOptions& options);

/// Whether `model` is the one in use, or its stand-in name. Throws kNotFound "model_not_found", kUnavailable
/// "model_not_installed".
void check_audio_model(const Context& context, const std::string& model);

/// Sends every piece of the text as an event, as soon as the model has written it.
void send_text(const Context& context, const std::shared_ptr<http::EventStream>& events,
               voice::TranscribeOptions& options);

/// The last event of such an answer: the whole text. What is returned is counted, not sent.
Scored send_transcript(const Context& context, const voice::Transcript& transcript, http::EventStream& events);

/// The answer in the wanted form.
Scored openai_transcript(const Context& context, const voice::Transcript& transcript, voice::Task task,
                         const AudioAnswer& wanted);

namespace schema {

Json openai_error();
Json audio_format();
/// Of "json", and of "verbose_json" with its further fields.
Json openai_transcript();

}  // namespace schema
}  // namespace rapport::api
