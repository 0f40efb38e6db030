#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "voice/whisper_vocabulary.h"

namespace rapport::voice {

/// Which tokens a transcript may go on with, as the reference decides it: what is never written, what no text begins
/// with, and how times come in pairs that never go back.
///
/// Threads   const is safe.
/// Source    openai/whisper, decoding.py: SuppressBlank, SuppressTokens, ApplyTimestampRules.
class WhisperRules {
 public:
  struct Options {
    bool timestamps = false;
    bool suppress_blank = true;
    std::span<const TokenId> suppressed = {};  ///< outlives the rules
    /// The latest first time, in steps of 20 ms; absent: any.
    std::optional<std::size_t> max_initial_timestamp = 50;
  };

  WhisperRules(const WhisperVocabulary& vocabulary, Options options) : vocabulary_(vocabulary), options_(options) {}

  /// Sets the logits of what may not follow `sampled` to -infinity. `sampled` is what was decoded so far, without the
  /// prompt and prefix.
  ///
  /// Shapes    logits [vocabulary.size()].
  void apply(std::span<float> logits, std::span<const TokenId> sampled) const;

 private:
  void keep_times_in_order(std::span<float> logits, std::span<const TokenId> sampled) const;
  void prefer_probable_times(std::span<float> logits) const;

  const WhisperVocabulary& vocabulary_;
  Options options_;
};

}  // namespace rapport::voice
