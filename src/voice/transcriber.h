#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audio/audio_reader.h"
#include "base/cancellation.h"
#include "base/progress.h"

namespace rapport::voice {

using Seconds = std::chrono::duration<double>;

enum class Task : std::uint8_t { kTranscribe, kTranslateToEnglish };

struct LanguageProb {
  std::string code;  ///< as Whisper names it: "en", "pt", "yue"
  double prob = 0;
};

struct TranscribeOptions {
  Task task = Task::kTranscribe;
  std::string language;                        ///< empty: detect
  std::vector<std::string> allowed_languages;  ///< of detection; empty: all that the model knows
  std::vector<LanguageProb> language_prior;    ///< of detection, multiplied in; empty: none
  bool timestamps = false;            ///< segments as the model times them; else one for each stretch of speech
  bool words = false;                 ///< times of words, by alignment
  std::string prompt;                 ///< text that the recording continues, or names that it holds
  std::optional<double> temperature;  ///< one of 0..1 instead of the fallback from 0 to 1
  std::size_t beams = 1;
  Cancelled cancelled = nullptr;  ///< work stops with kTimeout "cancelled"
  Progress progress;              ///< in milliseconds of audio
  /// Called with each piece of the text as soon as it is sure, on the caller's thread; together they are the text. What
  /// it throws ends the work.
  std::function<void(std::string_view)> on_text;
};

struct Word {
  std::string text;
  Seconds start{};
  Seconds end{};
  double confidence = 0;  ///< 0..1
};

struct Segment {
  Seconds start{};
  Seconds end{};
  std::string text;
  double confidence = 0;  ///< 0..1: exp(avg_logprob)
  std::vector<std::int32_t> tokens;
  double temperature = 0;
  double avg_logprob = 0;
  double compression_ratio = 0;
  double no_speech_prob = 0;
  std::vector<Word> words;  ///< where asked for
};

/// Text that the model wrote and a guard took back, and why.
struct Suppressed {
  std::string reason;  ///< "silence" | "repetition" | "low_logprob" | "too_fast" | "speech_share"
  Seconds start{};
  Seconds end{};
};

struct Transcript {
  std::string text;  ///< empty when nobody speaks
  bool speech = false;
  std::string language;                 ///< "und" when nobody speaks and none was given
  std::optional<double> language_prob;  ///< of a detected language
  bool language_assumed = false;        ///< too little was heard to tell: the prior's most probable language
  std::optional<double> confidence;     ///< exp(mean log-probability of the text's tokens); absent without text
  Seconds duration{};                   ///< of the recording
  Seconds speech_duration{};
  std::vector<Segment> segments;
  std::vector<Suppressed> suppressed;
  double decode_audio_ms = 0;
  double queue_ms = 0;
  double compute_ms = 0;
};

struct DetectedLanguage {
  std::string language;  ///< "und" when nobody speaks
  double prob = 0;
  bool assumed = false;           ///< too little was heard to tell: the prior's most probable language
  std::vector<LanguageProb> all;  ///< the most probable first
  bool speech = false;
  Seconds heard{};  ///< of the recording: read until there was a window of speech, or to its end
};

/// Voice notes to text. Finds speech, packs it into windows of at most 29 s, lets a Whisper model write each, and maps
/// the times back. Windows of many callers take turns, so that a short note never waits for the end of a long file.
///
/// Threads   safe: one copy serves all.
/// Throws    what the reader throws; kOverloaded "overloaded" before any work when too many wait; kTimeout "cancelled";
///           kInvalid "unknown_language" for one that the model does not know.
class Transcriber {
 public:
  virtual ~Transcriber() = default;

  virtual const std::string& model() const = 0;  ///< how answers name it: "whisper-base"
  virtual bool multilingual() const = 0;
  virtual std::vector<std::string_view> languages() const = 0;  ///< codes, in the model's order

  virtual Transcript transcribe(audio::AudioReader& audio, const TranscribeOptions& options) const = 0;
  virtual DetectedLanguage detect_language(audio::AudioReader& audio, const TranscribeOptions& options) const = 0;
};

}  // namespace rapport::voice
