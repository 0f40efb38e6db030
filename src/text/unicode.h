#pragma once

#include <array>
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

CodePoint decode_beyond_ascii(std::string_view text, std::size_t at);

/// The code point that starts at byte `at`.
///
/// Requires  at < text.size().
inline CodePoint decode(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  return first < 0x80 ? CodePoint{first, 1} : decode_beyond_ascii(text, at);
}

bool is_valid_utf8(std::string_view text);

/// Characters as a reader counts them (grapheme clusters): an accented letter, a Devanagari syllable, a flag and a
/// family emoji are one each.
std::size_t character_count(std::string_view text);

/// What a code point does in a chat message.
enum class CharClass : std::uint8_t {
  kSpace,
  kNewline,
  kLetter,     ///< with combining marks: what a word consists of
  kIdeograph,  ///< Han: a word by itself
  kDigit,
  kApostrophe,  ///< inside a word: "what's"
  kQuestion,    ///< "?" of any script, the inverted one too
  kExclamation,
  kSentenceEnd,  ///< full stop, danda, ellipsis
  kClauseEnd,    ///< comma, colon, semicolon, bracket, dash
  kEmoji,
  kIgnorable,  ///< joiners, variation selectors, direction marks, skin tones
  kOther,
};

namespace detail {

constexpr CharClass classify_ascii(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharClass::kLetter;
  if (c >= '0' && c <= '9') return CharClass::kDigit;
  switch (c) {
    case ' ':
    case '\t':
      return CharClass::kSpace;
    case '\n':
    case '\r':
    case '\v':
    case '\f':
      return CharClass::kNewline;
    case '\'':
    case '`':
      return CharClass::kApostrophe;
    case '?':
      return CharClass::kQuestion;
    case '!':
      return CharClass::kExclamation;
    case '.':
      return CharClass::kSentenceEnd;
    case ',':
    case ';':
    case ':':
    case '(':
    case ')':
    case '"':
      return CharClass::kClauseEnd;
    default:
      return CharClass::kOther;
  }
}

inline constexpr auto kAsciiClasses = [] {
  std::array<CharClass, 128> classes{};
  for (std::size_t c = 0; c < classes.size(); ++c) classes[c] = classify_ascii(static_cast<char>(c));
  return classes;
}();

}  // namespace detail

CharClass classify_beyond_ascii(char32_t code_point);

inline CharClass classify(char32_t code_point) {
  return code_point < 0x80 ? detail::kAsciiClasses[code_point] : classify_beyond_ascii(code_point);
}

bool is_upper(char32_t code_point);

/// The small letter of a capital; anything else as it is.
char32_t lower(char32_t code_point);

/// Writes the form under which words are compared: lower case, compatibility forms plain (fullwidth and "mathematical
/// bold" letters), without accents (Latin, Greek, Cyrillic), nukta and Arabic vowel points; candrabindu reads as
/// anusvara. Vowel signs of Indic scripts stay: they are the word. Returns the bytes written, 0 to kMaxFoldedBytes.
constexpr std::size_t kMaxFoldedBytes = 16;
std::size_t fold_into(char32_t code_point, char* out);

std::string fold(std::string_view text);

}  // namespace rapport::text
