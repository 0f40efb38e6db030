#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "translation/glossary.h"

namespace rapport::translation {

/// What a part of a message is that must come through a translation as it is.
enum class SpanKind : std::uint8_t {
  kUrl,  ///< https://..., www..., shop.example.com/x, mailto:...
  kEmail,
  kPlaceholder,  ///< {{1}}, {name}, ${name}, %s, %1$s, $name$
  kTag,          ///< <b>, </b>, <Media omitted>
  kMarkup,       ///< one half of *bold*, _italic_, ~struck~, `code`, ```code```; the > of a quoted line
  kPhone,
  kAmount,     ///< a number with its currency, unit or percent sign
  kCode,       ///< order numbers, coupons
  kMention,    ///< @ana
  kHashtag,    ///< #sale
  kShortcode,  ///< :smile:
  kEmoji,      ///< a whole sequence; emoticons
  kTerm,       ///< of the glossary
  kNumber,     ///< every other number, date and time of day: protected, but no placeholder
};

struct Span {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  std::size_t begin = 0;  ///< bytes of the text
  std::size_t end = 0;
  SpanKind kind = SpanKind::kNumber;
  std::size_t partner = kNone;  ///< kMarkup: the index of the other half; kNone for the mark of a quote
  std::size_t term = kNone;     ///< kTerm: which one

  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

/// Finds what must survive, in the order of the text, without overlaps. Where several kinds fit at a place, the longest
/// wins. Halves of markup stand in pairs that are properly nested.
///
/// Threads   pure.
/// Cost      linear for any bytes.
/// Source    shared/spec/conventions.md, E14.
std::vector<Span> protected_spans(std::string_view text, const Glossary& glossary = {});

/// How many of them count as placeholders in an answer: a pair of marks is one, a plain number none.
std::size_t placeholder_count(const std::vector<Span>& spans);

/// What stands for a span in the translation.
std::string_view replacement(const Span& span, std::string_view text, const Glossary& glossary);

}  // namespace rapport::translation
