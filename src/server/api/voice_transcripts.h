#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "server/api/endpoint.h"
#include "server/api/form_fields.h"
#include "server/api/json_text.h"
#include "server/http/router.h"
#include "voice/transcriber.h"

/// What the voice endpoints share: recordings as forms bring them, transcripts as the contract writes them.
namespace rapport::api {

/// A recording and how it is to be heard. Its file is the request's; where it is null, form.finish() throws.
struct Recording {
  const UnnamedFile* file = nullptr;
  voice::TranscribeOptions options;
};

/// Reads "file", and work on it stops when the client goes.
Recording read_recording(FormFields& form, const http::Request& request);

/// The model's code of a language as people write it; empty where the voice model, or without one every voice model,
/// does not know it.
std::string known_language(const Context& context, std::string_view language);

/// Reads "language" as people write it: "pt-BR", "portuguese". Absent or "auto": to be found out. A mistake where it is
/// not known.
std::string read_spoken_language(FormFields& form, const Context& context);

/// Writes the members of a transcript into an object that the caller has opened and closes.
struct TranscriptParts {
  bool segments = true;
  bool words = false;
};
void write_transcript(JsonText& out, const voice::Transcript& transcript, const std::string& model,
                      const TranscriptParts& parts);

/// Says where the time went, in a Server-Timing header.
void say_times(http::Response& response, const voice::Transcript& transcript);

/// The answer with one transcript, in the contract's form.
Scored transcribed(const Context& context, const voice::Transcript& transcript, JsonText text);

/// A route that takes a recording in a form. Handlers wait for the voice model; when their client goes, they stop.
http::Route recording_route(const ContextPointer& context, std::string pattern,
                            std::function<Scored(const Context&, const http::Request&)> handler);

namespace schema {

Json recording();
Json spoken_language();
/// Of an answer; `segments` false: without them.
Json transcript(bool segments);

}  // namespace schema
}  // namespace rapport::api
