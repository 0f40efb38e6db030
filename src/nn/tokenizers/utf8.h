#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Code points of texts that are known to be UTF-8.
namespace rapport::nn {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
};

/// The code point at byte `at`.
///
/// Requires  `text` is valid UTF-8 and a code point starts at `at`.
CodePoint code_point(std::string_view text, std::size_t at);

/// The Unicode property White_Space.
bool is_white_space(char32_t value);

void append_utf8(char32_t value, std::string& out);

/// `bytes` when they are valid UTF-8; else a copy in `storage` with U+FFFD for every maximal part that is not, as
/// Python's bytes.decode(errors="replace") writes it.
///
/// Source    Unicode 15, section 3.9, "U+FFFD Substitution of Maximal Subparts".
std::string_view valid_utf8(std::string_view bytes, std::string& storage);

}  // namespace rapport::nn
