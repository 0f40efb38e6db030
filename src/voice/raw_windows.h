#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "audio/audio_reader.h"
#include "nn/precision.h"
#include "voice/transcriber.h"
#include "voice/whisper_decoder.h"

namespace rapport::voice {

/// One recording's order to `RawWindows`.
struct RawOrder {
  std::string language;  ///< empty: detect
  Task task = Task::kTranscribe;
  bool timestamps = false;
  std::size_t beams = 1;
  std::optional<std::size_t> max_tokens = std::nullopt;  ///< absent: half of the model's text positions
};

/// What the model computed, before anybody made sense of it.
struct RawWindow {
  std::vector<TokenId> tokens;
  std::string text;
  std::string language;
  double avg_logprob = 0;
};

/// A Whisper model's answers as the reference's `decode` gives them: the first 30 s of a recording, silence behind a
/// shorter one, nothing guarded. For comparison, not for answers.
///
/// Threads   one at a time.
class RawWindows {
 public:
  /// Whether Whisper's files lie at `path`: a .pt file, a folder with one, or a Hugging Face folder of that model_type.
  static bool holds_whisper(const std::filesystem::path& path);

  /// Throws  as Whisper::load and WhisperVocabulary::load.
  RawWindows(const std::filesystem::path& path, nn::Precision precision);

  /// Throws  as AudioReader and WhisperDecoder.
  RawWindow run(audio::AudioReader& audio, const RawOrder& order);

 private:
  nn::WhisperFiles files_;
  nn::Whisper model_;
  WhisperVocabulary vocabulary_;
  WhisperDecoder decoder_;
  WhisperDecoder::State state_;
};

}  // namespace rapport::voice
