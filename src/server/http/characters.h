#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rapport::http {

/// Classes of bytes in HTTP's grammar, one table for all.
enum CharClass : std::uint8_t {
  kTokenChar = 1,   ///< tchar: methods and field names
  kValueChar = 2,   ///< field values: visible, space, tab, and bytes from 0x80
  kTargetChar = 4,  ///< request targets: RFC 3986's characters, and the square brackets that clients leave bare
  kHostChar = 8,    ///< host and port
};

constexpr std::array<std::uint8_t, 256> make_char_classes() {
  std::array<std::uint8_t, 256> table{};
  const auto mark = [&table](std::string_view characters, unsigned classes) {
    for (const char c : characters) table[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(classes);
  };
  const auto mark_range = [&table](unsigned first, unsigned last, unsigned classes) {
    for (unsigned c = first; c <= last; ++c) table[c] |= static_cast<std::uint8_t>(classes);
  };
  mark_range('0', '9', kTokenChar | kTargetChar | kHostChar);
  mark_range('A', 'Z', kTokenChar | kTargetChar | kHostChar);
  mark_range('a', 'z', kTokenChar | kTargetChar | kHostChar);
  mark("!#$%&'*+-.^_`|~", kTokenChar);
  mark("-._~!$&'()*+,;=:@/?%[]", kTargetChar);
  mark("-._~!$&'()*+,;=:%[]", kHostChar);
  mark("\t", kValueChar);
  mark_range(0x20, 0x7e, kValueChar);
  mark_range(0x80, 0xff, kValueChar);
  return table;
}

inline constexpr std::array<std::uint8_t, 256> kCharClasses = make_char_classes();

constexpr bool is_char(char c, CharClass wanted) { return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0; }

/// Whether every byte of `text` is of the class; true for an empty text.
constexpr bool all_chars(std::string_view text, CharClass wanted) {
  for (const char c : text) {
    if (!is_char(c, wanted)) return false;
  }
  return true;
}

constexpr char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower_case(a[i]) != lower_case(b[i])) return false;
  }
  return true;
}

/// The value of a hexadecimal digit, -1 for any other byte.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace rapport::http
