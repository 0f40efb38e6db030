#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "translation/protected_spans.h"

namespace rapport::translation {

/// A part of a message that is translated as one: bytes of the text. What lies between two of them (line breaks, white
/// space, bullets) is copied.
struct Passage {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

/// Longest sentence that a model is given at once. In 400 bytes there are at most as many tokens, and so they fit into
/// every model's window (512).
constexpr std::size_t kMaxSentenceBytes = 400;
/// Longest line that a service is given at once.
constexpr std::size_t kMaxLineBytes = 4000;

/// The sentences of a message, without the white space and bullets around them. A sentence ends at a line's end, at
/// . ! ? and their kin in other scripts (with closing marks behind them) where a new one begins, and at emoji between
/// words; not inside a span, and not at the point of an abbreviation, an initial or a number. One that is longer than
/// kMaxSentenceBytes is divided at a clause mark, else at a space, else between two characters.
///
/// Requires  `spans` are those of `text`.
/// Threads   pure.
/// Cost      linear for any bytes.
std::vector<Passage> sentences(std::string_view text, const std::vector<Span>& spans);

/// The lines of a message, likewise; one longer than kMaxLineBytes is divided at its sentences.
std::vector<Passage> lines(std::string_view text, const std::vector<Span>& spans);

}  // namespace rapport::translation
