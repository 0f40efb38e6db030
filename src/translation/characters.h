#pragma once

#include <cstddef>
#include <string_view>

#include "text/unicode.h"

/// How the characters around a place in a message join on to it.
namespace rapport::translation {

/// Scripts that write words without spaces between them: a link or number may stand right beside their letters.
inline bool is_written_without_spaces(char32_t c) {
  return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF) ||
         (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7AF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFF66 && c <= 0xFF9D) || (c >= 0x20000 && c <= 0x3FFFF);
}

inline bool is_letter(char32_t c) {
  const text::CharClass kind = text::classify(c);
  return kind == text::CharClass::kLetter || kind == text::CharClass::kIdeograph;
}

inline bool is_digit(char32_t c) {
  return text::classify(c) == text::CharClass::kDigit;
}

inline bool is_space(char32_t c) {
  const text::CharClass kind = text::classify(c);
  return kind == text::CharClass::kSpace || kind == text::CharClass::kNewline;
}

/// A letter or digit that makes one word with its neighbour.
inline bool joins(char32_t c) {
  return is_digit(c) || (is_letter(c) && !is_written_without_spaces(c));
}

/// The code point at byte `at`; 0 at the end.
inline char32_t character_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text::decode(text, at).value : 0;
}

/// The code point that ends before byte `at`, the start of another one.
///
/// Requires  at > 0.
inline text::CodePoint decode_before(std::string_view text, std::size_t at) {
  const auto is_continuation = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
  std::size_t back = 1;
  while (back < 4 && back < at && is_continuation(at - back)) ++back;
  const text::CodePoint c = text::decode(text, at - back);
  return c.bytes == back ? c : text::CodePoint{0xFFFD, 1};
}

/// Its value; 0 at the start.
inline char32_t character_before(std::string_view text, std::size_t at) {
  return at == 0 ? 0 : decode_before(text, at).value;
}

inline bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_ascii_alnum(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c);
}

}  // namespace rapport::translation
