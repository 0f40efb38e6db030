#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nn/tensor.h"
#include "voice/transcriber.h"
#include "voice/whisper_vocabulary.h"

// When words are spoken, by what the decoder listened to while it wrote them. Source: openai/whisper, timing.py.

namespace rapport::voice {

/// A word, and how many of the text's tokens it is.
struct TimedWord {
  Word word;  ///< its times count from the start of the window; its text has the white space before it
  std::size_t tokens = 0;
};

/// A piece of text, and how many tokens it is.
struct TokenWord {
  std::string text;
  std::size_t tokens = 0;
};

/// Tokens to words: at white space and punctuation; at whole characters in languages without spaces between words.
///
/// Requires  `tokens`: words only. `text_of` decodes tokens, with U+FFFD for cut characters.
std::vector<TokenWord> split_words(std::span<const TokenId> tokens, std::string_view language,
                                   const std::function<std::string(std::span<const TokenId>)>& text_of);

/// The cheapest monotonic path through `cost` from its first to its last corner: (row, column) pairs, each a step down,
/// right or both from the one before (dynamic time warping).
///
/// Shapes    cost [N, M], N and M of 1 at least.
/// Cost      O(N M).
std::vector<std::pair<std::size_t, std::size_t>> cheapest_path(nn::ConstMatrixView cost);

/// Each value becomes the median of `width` around it (odd); rows continue mirrored at their ends.
void median_filter_rows(nn::MatrixView x, std::size_t width);

/// How well each token fits each position of the audio, over all heads: each head's attention over the first
/// `positions`, normalised over the tokens, smoothed, averaged.
///
/// Shapes    heads: each [T, S]; result [T, positions], positions <= S.
nn::Matrix alignment_matrix(std::span<const nn::Matrix> heads, std::size_t positions);

/// Words with their times, of 20 ms a position; punctuation goes with its word, and a word that lasts suspiciously long
/// beside the end of a sentence is shortened.
///
/// Shapes    matrix [tokens + 1, positions]: the row before each token, and the last token's; token_probs [tokens].
/// Requires  `words` of `token_probs.size()` tokens together.
std::vector<TimedWord> time_words(std::vector<TokenWord> words, nn::ConstMatrixView matrix,
                                  std::span<const double> token_probs);

}  // namespace rapport::voice
