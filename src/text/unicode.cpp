#include "text/unicode.h"

#include <utf8proc.h>

#include <array>
#include <cstring>

namespace rapport::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kFoldTableEnd = 0x250;  // Latin-1 and Latin Extended A and B: nearly all that is not ASCII in es, pt

bool between(char32_t value, char32_t low, char32_t high) {
  return value >= low && value <= high;
}

bool is_accent(char32_t c) {
  return between(c, 0x300, 0x36F);
}

// Vowel points, tatweel: written or left out at will.
bool is_arabic_optional(char32_t c) {
  return between(c, 0x64B, 0x652) || c == 0x640 || c == 0x670;
}

struct Folded {
  std::uint8_t size = 0;
  char bytes[kMaxFoldedBytes] = {};
};

void append(Folded& out, char32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto n = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  if (n <= 0 || out.size + static_cast<std::size_t>(n) > kMaxFoldedBytes) return;
  std::memcpy(out.bytes + out.size, bytes.data(), static_cast<std::size_t>(n));
  out.size = static_cast<std::uint8_t>(out.size + n);
}

Folded fold_by_utf8proc(char32_t c) {
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  std::array<utf8proc_int32_t, 32> parts{};
  int last_boundary = 0;
  const auto n = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), parts.data(),
                                         static_cast<utf8proc_ssize_t>(parts.size()), kOptions, &last_boundary);
  Folded out;
  for (utf8proc_ssize_t i = 0; i < n && i < static_cast<utf8proc_ssize_t>(parts.size()); ++i) {
    const auto part = static_cast<char32_t>(parts[static_cast<std::size_t>(i)]);
    if (!is_accent(part) && !is_arabic_optional(part)) append(out, part);
  }
  return out;
}

Folded fold_devanagari(char32_t c) {
  // The nukta letters U+0958..095F and the letters they are without it.
  constexpr char32_t kPlain[] = {0x915, 0x916, 0x917, 0x91C, 0x921, 0x922, 0x92B, 0x92F};
  Folded out;
  if (c == 0x93C) return out;
  if (between(c, 0x958, 0x95F)) {
    c = kPlain[c - 0x958];
  } else if (c == 0x901) {
    c = 0x902;
  }
  append(out, c);
  return out;
}

Folded fold_arabic(char32_t c) {
  Folded out;
  if (is_arabic_optional(c)) return out;
  if (c == 0x622 || c == 0x623 || c == 0x625) c = 0x627;  // alef with madda or hamza reads as alef
  append(out, c);
  return out;
}

const std::array<Folded, kFoldTableEnd>& fold_table() {
  static const auto table = [] {
    std::array<Folded, kFoldTableEnd> t{};
    for (char32_t c = 0; c < kFoldTableEnd; ++c) t[c] = fold_by_utf8proc(c);
    return t;
  }();
  return table;
}

bool is_emoji(char32_t c) {
  return between(c, 0x1F1E6, 0x1F1FF) || between(c, 0x1F300, 0x1FAFF) || between(c, 0x2600, 0x27BF) ||
         between(c, 0x2B1B, 0x2B1C) || c == 0x2B50 || c == 0x2B55 || between(c, 0x23E9, 0x23F3) ||
         between(c, 0x231A, 0x231B) || between(c, 0x1F004, 0x1F0CF) || between(c, 0x1F170, 0x1F19A);
}

bool is_ignorable(char32_t c) {
  return between(c, 0x200B, 0x200F) || between(c, 0x202A, 0x202E) || between(c, 0x2060, 0x206F) ||
         between(c, 0xFE00, 0xFE0F) || c == 0xFEFF || c == 0xAD || c == 0x20E3 || between(c, 0x1F3FB, 0x1F3FF) ||
         between(c, 0xE0000, 0xE0FFF);
}

bool is_ideograph(char32_t c) {
  return between(c, 0x4E00, 0x9FFF) || between(c, 0x3400, 0x4DBF) || between(c, 0xF900, 0xFAFF) ||
         between(c, 0x20000, 0x3FFFF);
}

// Marks of writing that a switch names best; kOther for everything else.
CharClass classify_mark(char32_t c) {
  switch (c) {
    case 0xBF:
    case 0x37E:
    case 0x55E:
    case 0x61F:
    case 0xFF1F:
    case 0x203D:
    case 0x2047:
    case 0x2048:
    case 0x2049:
    case 0x2E2E:
    case 0x2753:
    case 0x2754:
      return CharClass::kQuestion;
    case 0xA1:
    case 0x203C:
    case 0x2755:
    case 0x2757:
    case 0xFF01:
      return CharClass::kExclamation;
    case 0x964:
    case 0x965:
    case 0x6D4:
    case 0x2026:
    case 0x3002:
    case 0xFF0E:
    case 0xFF61:
      return CharClass::kSentenceEnd;
    case 0x60C:
    case 0x61B:
    case 0x2013:
    case 0x2014:
    case 0x2022:
    case 0x3001:
    case 0xFF0C:
    case 0xFF1A:
    case 0xFF1B:
      return CharClass::kClauseEnd;
    case 0x2018:
    case 0x2019:
    case 0x2BC:
      return CharClass::kApostrophe;
    case 0xA0:
    case 0x202F:
    case 0x205F:
    case 0x3000:
      return CharClass::kSpace;
    case 0x85:
    case 0x2028:
    case 0x2029:
      return CharClass::kNewline;
    default:
      return between(c, 0x2000, 0x200A) ? CharClass::kSpace : CharClass::kOther;
  }
}

CharClass classify_by_category(char32_t c) {
  switch (static_cast<int>(utf8proc_category(static_cast<utf8proc_int32_t>(c)))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return CharClass::kLetter;
    case UTF8PROC_CATEGORY_ND:
      return CharClass::kDigit;
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PD:
      return CharClass::kClauseEnd;
    default:
      return CharClass::kOther;
  }
}

}  // namespace

CodePoint decode_beyond_ascii(std::string_view text, std::size_t at) {
  utf8proc_int32_t value = 0;
  const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                  static_cast<utf8proc_ssize_t>(text.size() - at), &value);
  if (n <= 0) return {kReplacement, 1};
  return {static_cast<char32_t>(value), static_cast<std::uint8_t>(n)};
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode(text, at);
    if (c.value == kReplacement && c.bytes == 1) return false;
    at += c.bytes;
  }
  return true;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  char32_t before = 0;
  utf8proc_int32_t state = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode(text, at);
    bool breaks = true;
    if (at > 0 && (before >= 0x80 || c.value >= 0x80)) {
      breaks = utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(before),
                                                static_cast<utf8proc_int32_t>(c.value), &state);
    } else {
      breaks = !(before == '\r' && c.value == '\n');
      state = 0;
    }
    count += breaks ? 1 : 0;
    before = c.value;
    at += c.bytes;
  }
  return count;
}

CharClass classify_beyond_ascii(char32_t c) {
  if (between(c, 0xC0, 0x24F)) return c == 0xD7 || c == 0xF7 ? CharClass::kOther : CharClass::kLetter;
  if (between(c, 0x900, 0x963)) return CharClass::kLetter;
  if (is_ignorable(c)) return CharClass::kIgnorable;
  if (const CharClass mark = classify_mark(c); mark != CharClass::kOther) return mark;
  if (is_emoji(c)) return CharClass::kEmoji;
  if (is_ideograph(c)) return CharClass::kIdeograph;
  return classify_by_category(c);
}

bool is_upper(char32_t c) {
  if (c < 0x80) return between(c, 'A', 'Z');
  return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_LU;
}

char32_t lower(char32_t c) {
  if (c < 0x80) return between(c, 'A', 'Z') ? c + 0x20 : c;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

std::size_t fold_into(char32_t c, char* out) {
  Folded folded;
  if (c < kFoldTableEnd) {
    folded = fold_table()[c];
  } else if (between(c, 0x900, 0x97F)) {
    folded = fold_devanagari(c);
  } else if (between(c, 0x600, 0x6FF)) {
    folded = fold_arabic(c);
  } else {
    folded = fold_by_utf8proc(c);
  }
  std::memcpy(out, folded.bytes, folded.size);
  return folded.size;
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::array<char, kMaxFoldedBytes> bytes{};
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode(text, at);
    out.append(bytes.data(), fold_into(c.value, bytes.data()));
    at += c.bytes;
  }
  return out;
}

}  // namespace rapport::text
