#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "audio/audio_reader.h"
#include "base/unnamed_file.h"
#include "flows/services.h"
#include "sentiment/analyzer.h"
#include "voice/transcriber.h"

namespace rapport::flows {

/// The voice model in use, and what it is given.
///
/// Threads   as the transcriber: safe.
struct VoiceNotes {
  const voice::Transcriber* transcriber = nullptr;  ///< null: no model is installed
  audio::AudioLimits limits = {};
  std::vector<std::string> languages = {};  ///< that detection may answer; empty: all that the model knows
  std::size_t beams = 1;
};

/// The model. Throws kUnavailable "model_not_installed" with the command that installs one.
const voice::Transcriber& transcriber_of(const VoiceNotes& voice);

/// What a recording says. Throws what the model and the reader throw; kUnavailable "model_not_multilingual" for a
/// translation by a model that knows English alone.
voice::Transcript transcribe_recording(const VoiceNotes& voice, const UnnamedFile& file,
                                       voice::TranscribeOptions options);

/// Which language is spoken. Throws as above.
voice::DetectedLanguage detect_spoken_language(const VoiceNotes& voice, const UnnamedFile& file,
                                               voice::TranscribeOptions options);

/// A stored message, its recording, and how that is to be heard.
struct VoiceNote {
  MessageId message;
  const UnnamedFile& file;
  voice::TranscribeOptions options = {};
};

struct TranscribedNote {
  voice::Transcript transcript;
  std::optional<sentiment::Verdict> verdict;  ///< nullopt: no words, or the business spoke
};

/// Puts down what a stored message's recording says, in which language, and, where the contact sent it, how the contact
/// feels: from then on the features, the analyses and everything else that reads words see them. A language that is
/// given, or that the message has, is taken as it is; the contact's is a hint.
///
/// Throws    kNotFound "unknown_message" before any work; what transcribe_recording and the analyzer throw. When the
///           analyzer throws, the transcript stands already, and `rapport analyze` finds the message.
TranscribedNote transcribe_voice_note(const Services& services, const VoiceNotes& voice,
                                      const sentiment::Analyzer& analyzer, const TenantId& tenant, VoiceNote note);

}  // namespace rapport::flows
