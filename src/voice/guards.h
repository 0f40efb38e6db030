#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "voice/speech_window.h"
#include "voice/whisper_decoder.h"

namespace rapport::voice {

/// What a model writes where nobody speaks is found by its structure, in any language, without lists of phrases.
///
/// Source    openai/whisper, transcribe.py: the first three. docs/voice.md says what each one catches.
inline constexpr double kMaxCompressionRatio = 2.4;  ///< above it a text repeats itself: it is decoded again
inline constexpr double kMinAvgLogprob = -1;         ///< below it a text is decoded again
inline constexpr double kMaxNoSpeechProb = 0.6;      ///< above it, with a low log-probability, nobody speaks
/// Text as improbable as this after all temperatures is none: a token in seven or less (ours).
inline constexpr double kHopelessAvgLogprob = -2;
/// A run of tokens is a loop from three times on, and from 12 tokens: people do say "no, no, no" (ours).
inline constexpr std::size_t kLoopTimes = 3;
inline constexpr std::size_t kLoopTokens = 12;
/// Nobody speaks faster: auctioneers reach 20. Times of under half a second are too coarse to tell.
inline constexpr double kMaxCharsPerSecond = 25;
inline constexpr Seconds kShortestMeasured{0.5};
/// A segment that lies outside of the speech, as where the model goes on behind the end of the audio.
inline constexpr double kMinSpeechShare = 0.2;

/// Tokens of a text that say again what stands before them.
struct Loop {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first loop of a text without times: all of its rounds but one.
std::optional<Loop> find_loop(std::span<const TokenId> tokens);

/// Nobody speaks, by the model's own account. The reference's rule.
bool says_silence(const WindowText& text);

/// The text is not good enough: another temperature may give a better one. `words`: its tokens without times.
bool wants_another_try(const WindowText& text, std::span<const TokenId> words);

/// More text than anybody speaks in the time.
bool is_too_fast(std::string_view text, Seconds time);

}  // namespace rapport::voice
