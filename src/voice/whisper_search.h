#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/cancellation.h"
#include "nn/tensor.h"
#include "voice/whisper_rules.h"

namespace rapport::voice {

/// How a window's text is searched for.
struct SearchOptions {
  double temperature = 0;   ///< 0: the most probable; above, tokens are drawn by chance
  std::size_t beams = 1;    ///< at temperature 0: texts kept side by side; 1 is greedy
  double patience = 1;      ///< the search ends with round(beams * patience) whole texts
  std::size_t best_of = 1;  ///< above temperature 0: texts drawn, of which the best is taken
  std::optional<double> length_penalty = std::nullopt;  ///< Google's, of 0..1; absent: the mean of the tokens
  std::size_t max_tokens = 224;
  std::uint64_t seed = 0;
  Cancelled cancelled = nullptr;
};

/// A text that the search found.
struct FoundText {
  std::vector<TokenId> tokens;  ///< times included, the end of text not
  std::vector<float> logprobs;  ///< of each token after the rules, and of the end of text where it was reached
  float sum_logprob = 0;        ///< of all of `logprobs`
};

/// The texts that are being written, as the model sees them.
class TextModel {
 public:
  struct Extension {
    std::size_t parent = 0;  ///< which of the present texts it continues
    TokenId token = 0;
  };

  virtual ~TextModel() = default;
  /// The present texts become these; the logits of what may follow each.
  ///
  /// Shapes    result [extensions, V], good until the next call, and the caller's to change.
  virtual nn::MatrixView extend(std::span<const Extension> extensions) = 0;
};

/// The best text by `rules`: greedy, by beam search, or drawn by chance.
///
/// Shapes    first [1, V]: the logits behind the prompt; changed.
/// Requires  max_tokens >= 1, beams >= 1, best_of >= 1.
/// Throws    kTimeout "cancelled" between two steps; kUnavailable "model_damaged" when logits are no numbers.
/// Source    openai/whisper, decoding.py: GreedyDecoder, BeamSearchDecoder, MaximumLikelihoodRanker; tokens equal to
///           the reference's at temperature 0.
FoundText search_text(TextModel& model, nn::MatrixView first, const WhisperRules& rules, TokenId end_of_text,
                      const SearchOptions& options);

}  // namespace rapport::voice
