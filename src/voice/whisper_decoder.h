#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nn/models/whisper.h"
#include "nn/tensor.h"
#include "voice/transcriber.h"
#include "voice/whisper_search.h"
#include "voice/whisper_vocabulary.h"
#include "voice/word_timing.h"

namespace rapport::voice {

/// How the text of one window is decoded. The defaults are those that suit voice notes: no times, no prompt.
struct WindowOptions {
  std::string language = "en";  ///< English-only models take no other
  Task task = Task::kTranscribe;
  bool timestamps = false;
  SearchOptions search = {};
  std::vector<TokenId> prompt = {};  ///< what was said before; its end counts where it is too long
  std::vector<TokenId> prefix = {};  ///< what the text begins with
  bool suppress_blank = true;
  /// Tokens that are never written; absent: WhisperVocabulary::not_spoken().
  std::optional<std::vector<TokenId>> suppressed = std::nullopt;
  std::optional<std::size_t> max_initial_timestamp = 50;  ///< in steps of 20 ms
};

/// What a window says.
struct WindowText {
  std::string text;                   ///< of the words; without white space around it
  std::vector<TokenId> tokens;        ///< times included
  std::vector<float> token_logprobs;  ///< of each of `tokens`
  double avg_logprob = 0;             ///< of the tokens and the end of text, as the reference counts
  double no_speech_prob = 0;
  double compression_ratio = 0;  ///< bytes of the text over its bytes under zlib: high where it repeats itself
  double temperature = 0;
};

/// How well zlib compresses a text: its bytes over its compressed bytes; 0 for none.
double compression_ratio(std::string_view text);

/// Writes what is said in one window of at most 30 s, as the reference does.
///
/// Threads   const is shared; each request has a state of its own.
/// Source    openai/whisper, decoding.py (DecodingTask); its tokens in f32 at temperature 0.
class WhisperDecoder {
 public:
  /// Windows in flight. Memory stays from one batch to the next.
  struct State {
    explicit State(const nn::Whisper& whisper) : model(whisper) {}

    nn::Whisper::State model;
    std::vector<nn::Whisper::Source> windows;
    nn::Matrix logits;
    nn::Matrix picked;
  };

  /// Requires  both outlive it.
  WhisperDecoder(const nn::Whisper& model, const WhisperVocabulary& vocabulary)
      : model_(model), vocabulary_(vocabulary) {}

  /// Encodes windows at once, without padding; `decode` and the others then name them by their order.
  ///
  /// Shapes    mels: each [M, F]; F = 3000 is what the reference hears, fewer are as many as there are.
  void encode(std::span<const nn::ConstMatrixView> mels, State& state) const;

  /// How probable each language is, the most probable first.
  ///
  /// `allowed` empty: all. `prior`, where it is not empty, is multiplied in; languages that it does not name keep the
  /// smallest weight of those that it does. Probabilities sum to 1 over the allowed.
  /// Throws    kInvalid "unknown_language" for one that the model does not know.
  std::vector<LanguageProb> detect_language(std::size_t window, std::span<const std::string> allowed,
                                            std::span<const LanguageProb> prior, State& state) const;

  /// Throws    kInvalid "unknown_language"; kTimeout "cancelled"; kUnavailable "model_damaged" when the model's results
  ///           are no numbers.
  WindowText decode(std::size_t window, const WindowOptions& options, State& state) const;

  /// When each word of a window's text is spoken.
  ///
  /// Requires  `words`: tokens of words only, written in the language and task of `options`; `frames` of 10 ms that
  ///           hold sound, 1 to those encoded.
  /// Throws    as `decode`.
  std::vector<TimedWord> align(std::size_t window, std::span<const TokenId> words, const WindowOptions& options,
                               std::size_t frames, State& state) const;

  const nn::Whisper& model() const { return model_; }
  const WhisperVocabulary& vocabulary() const { return vocabulary_; }

 private:
  /// Start of transcript, language, task.
  std::vector<TokenId> start_of(const WindowOptions& options) const;
  std::vector<TokenId> opening(const WindowOptions& options) const;

  const nn::Whisper& model_;
  const WhisperVocabulary& vocabulary_;
};

}  // namespace rapport::voice
