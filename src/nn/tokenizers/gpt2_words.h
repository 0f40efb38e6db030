#pragma once

#include <cstddef>
#include <string_view>

namespace rapport::nn {

/// Where the word that starts at byte `at` ends: the pieces into which byte-level BPE cuts a text before it merges,
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Requires  `text` is valid UTF-8, at < text.size(), `at` is 0 or an end that this function gave.
/// Cost      linear in the word (and in a run of white space).
/// Source    Radford et al. 2019, encoder.py of GPT-2.
std::size_t gpt2_word_end(std::string_view text, std::size_t at);

}  // namespace rapport::nn
