#include "nn/tokenizers/gpt2_words.h"

#include <utf8proc.h>

#include <array>
#include <cstdint>

#include "nn/tokenizers/utf8.h"

namespace rapport::nn {
namespace {

enum class Kind : std::uint8_t { kLetter, kNumber, kSpace, kOther };

Kind kind_beyond_ascii(char32_t c) {
  if (is_white_space(c)) return Kind::kSpace;
  switch (static_cast<int>(utf8proc_category(static_cast<utf8proc_int32_t>(c)))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return Kind::kLetter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return Kind::kNumber;
    default:
      return Kind::kOther;
  }
}

constexpr auto kAsciiKinds = [] {
  std::array<Kind, 128> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    kinds[c] = letter ? Kind::kLetter : c >= '0' && c <= '9' ? Kind::kNumber : space ? Kind::kSpace : Kind::kOther;
  }
  return kinds;
}();

struct Character {
  Kind kind = Kind::kOther;
  std::size_t bytes = 1;
};

Character character(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {kAsciiKinds[first], 1};
  const CodePoint c = code_point(text, at);
  return {kind_beyond_ascii(c.value), c.bytes};
}

// The end of the run of characters of `kind` from `at`.
std::size_t run_end(std::string_view text, std::size_t at, Kind kind) {
  while (at < text.size()) {
    const Character next = character(text, at);
    if (next.kind != kind) break;
    at += next.bytes;
  }
  return at;
}

// How many bytes the contraction at the apostrophe `at` has; 0 when there is none.
std::size_t contraction(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 1, 2);
  if (rest.empty()) return 0;
  if (rest[0] == 's' || rest[0] == 't' || rest[0] == 'm' || rest[0] == 'd') return 2;
  return rest == "re" || rest == "ve" || rest == "ll" ? 3 : 0;
}

// White space: all of it at the end of the text, else all but its last character, which may open the next word.
std::size_t space_end(std::string_view text, std::size_t at) {
  std::size_t last = at;
  std::size_t end = at;
  while (end < text.size()) {
    const Character next = character(text, end);
    if (next.kind != Kind::kSpace) break;
    last = end;
    end += next.bytes;
  }
  return end == text.size() || last == at ? end : last;
}

}  // namespace

std::size_t gpt2_word_end(std::string_view text, std::size_t at) {
  if (text[at] == '\'') {
    if (const std::size_t bytes = contraction(text, at); bytes > 0) return at + bytes;
  }
  const std::size_t word = text[at] == ' ' && at + 1 < text.size() ? at + 1 : at;
  const Kind kind = character(text, word).kind;
  if (kind == Kind::kSpace) return space_end(text, at);
  return run_end(text, word, kind);
}

}  // namespace rapport::nn
