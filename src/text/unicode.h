#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Characters as people write them in chats. Nothing here throws on hostile bytes, and everything is linear: a byte
/// that is not UTF-8 reads as U+FFFD and the next byte is tried afresh.
namespace rapport::text {

struct CodePoint {
  char32_t value = 0;
  std::uint8_t bytes = 1;
};

/// The code point that starts at byte `at`.
///
/// Requires  at < text.size().
CodePoint decode(std::string_view text, std::size_t at);

bool is_valid_utf8(std::string_view text);

/// Characters as a reader counts them (grapheme clusters): an accented letter, a Devanagari syllable, a flag and a
/// family emoji are one each.
std::size_t character_count(std::string_view text);

/// What a code point does in a chat message.
enum class CharClass : std::uint8_t {
  kSpace,
  kNewline,
  kLetter,       ///< with combining marks: what a word consists of
  kIdeograph,    ///< Han: a word by itself
  kDigit,
  kApostrophe,   ///< inside a word: "what's"
  kQuestion,     ///< "?" of any script, the inverted one too
  kExclamation,
  kSentenceEnd,  ///< full stop, danda, ellipsis
  kClauseEnd,    ///< comma, colon, semicolon, bracket, dash
  kEmoji,
  kIgnorable,    ///< joiners, variation selectors, direction marks, skin tones
  kOther,
};

CharClass classify(char32_t code_point);
bool is_upper(char32_t code_point);

/// Writes the form under which words are compared: lower case, compatibility forms plain (fullwidth and "mathematical
/// bold" letters), without accents (Latin, Greek, Cyrillic), nukta and Arabic vowel points; candrabindu reads as
/// anusvara. Vowel signs of Indic scripts stay: they are the word. Returns the bytes written, 0 to kMaxFoldedBytes.
constexpr std::size_t kMaxFoldedBytes = 16;
std::size_t fold_into(char32_t code_point, char* out);

std::string fold(std::string_view text);

}  // namespace rapport::text
