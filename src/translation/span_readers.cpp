#include "translation/span_readers.h"

#include <algorithm>
#include <array>

#include "text/links.h"
#include "text/unicode.h"
#include "translation/characters.h"

namespace rapport::translation::readers {
namespace {

constexpr std::size_t kMaxSchemeBytes = 16;
constexpr std::size_t kMaxLocalPartBytes = 64;  // RFC 5321
constexpr std::size_t kMaxDomainBytes = 253;    // RFC 1035
constexpr std::size_t kMaxBracesBytes = 512;
constexpr std::size_t kMaxTagBytes = 256;
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxShortcodeBytes = 32;
constexpr std::size_t kMaxPhoneBytes = 32;
constexpr std::size_t kMinCodeBytes = 6;
constexpr std::size_t kMinCueWordBytes = 4;

char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : '\0';
}

bool is_name_byte(char c) {
  return is_ascii_alnum(c) || c == '_' || c == '.' || c == '-';
}

std::size_t scheme_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at <= kMaxSchemeBytes &&
         (is_ascii_alnum(text[end]) || text[end] == '+' || text[end] == '-' || text[end] == '.')) {
    ++end;
  }
  if (end == at || !is_ascii_letter(text[at])) return 0;
  if (text.substr(end, 3) == "://") return end + 3 - at;
  const std::string_view scheme = text.substr(at, end - at);
  const bool short_form = scheme == "mailto" || scheme == "tel" || scheme == "sms" || scheme == "upi";
  return short_form && byte_at(text, end) == ':' ? end + 1 - at : 0;
}

bool ends_address(char32_t c) {
  if (c < 0x80)
    return c <= ' ' || c == 0x7F || std::string_view("<>\"`|\\^").find(static_cast<char>(c)) != std::string_view::npos;
  const text::CharClass kind = text::classify(c);
  return is_written_without_spaces(c) || !(kind == text::CharClass::kLetter || kind == text::CharClass::kDigit);
}

/// Marks at the end of an address belong to the sentence; a closing bracket only where it was not opened in it.
std::size_t trim_address(std::string_view address) {
  constexpr std::string_view kBrackets = "()[]{}";
  std::array<std::size_t, kBrackets.size()> counts{};
  for (const char c : address) {
    const std::size_t bracket = kBrackets.find(c);
    if (bracket != std::string_view::npos) ++counts[bracket];
  }
  std::size_t size = address.size();
  while (size > 0) {
    const std::size_t bracket = kBrackets.find(address[size - 1]);
    if (bracket != std::string_view::npos) {
      const bool closes = bracket % 2 == 1 && counts[bracket - 1] >= counts[bracket];
      if (closes) break;
      --counts[bracket];
    } else if (std::string_view(".,;:!?'*_~").find(address[size - 1]) == std::string_view::npos) {
      break;
    }
    --size;
  }
  return size;
}

/// From `at` as far as an address goes.
std::size_t address_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size()) {
    const text::CodePoint c = text::decode(text, end);
    if (ends_address(c.value)) break;
    end += c.bytes;
  }
  return end;
}

/// A name in ASCII that begins with a letter or underscore.
std::size_t identifier_end(std::string_view text, std::size_t at) {
  if (!is_ascii_letter(byte_at(text, at)) && byte_at(text, at) != '_') return at;
  std::size_t end = at;
  while (end < text.size() && end - at < kMaxNameBytes && is_name_byte(text[end])) ++end;
  return end;
}

/// {...} with balanced braces inside, on one line.
std::size_t braces(std::string_view text, std::size_t at) {
  if (byte_at(text, at) != '{') return 0;
  std::size_t depth = 0;
  for (std::size_t end = at; end < std::min(text.size(), at + kMaxBracesBytes); ++end) {
    if (text[end] == '\n') return 0;
    if (text[end] == '{') ++depth;
    if (text[end] == '}' && --depth == 0) return end + 1 - at;
  }
  return 0;
}

/// %s, %1$s, %-5.2f, %(name)s, %{name}; not the % of "100 %discount".
std::size_t printf_directive(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (const std::size_t named = braces(text, end); named > 0) return named + 1;
  if (byte_at(text, end) == '(') {
    const std::size_t name = identifier_end(text, end + 1);
    if (name == end + 1 || byte_at(text, name) != ')') return 0;
    end = name + 1;
  }
  const std::size_t limit = std::min(text.size(), at + kMaxNameBytes);
  const auto skip = [&](std::string_view set) {
    while (end < limit && set.find(text[end]) != std::string_view::npos) ++end;
  };
  skip("0123456789$");
  skip("-+#0");
  skip("0123456789.*");
  skip("hlLzjt");
  if (std::string_view("sdifuxXoeEgGcp@").find(byte_at(text, end)) == std::string_view::npos || end >= limit) return 0;
  ++end;
  return is_letter(character_at(text, end)) ? 0 : end - at;
}

bool is_cue_of_a_code(std::string_view folded) {
  constexpr std::array<std::string_view, 20> kCues = {
      "code",  "coupon", "voucher", "promo", "promocode", "codigo",        "cupon", "cupom", "codice", "coupons",
      "codes", "kode",   "kupon",   "kod",   "gutschein", "gutscheincode", "bon",   "कोड",   "कूपन",    "रेफरल"};
  return std::find(kCues.begin(), kCues.end(), folded) != kCues.end();
}

/// Whether the word before speaks of a code: "use code: WELCOME".
bool follows_cue(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end > 0 && at - end < 8 && std::string_view(" :*_\"'").find(text[end - 1]) != std::string_view::npos) --end;
  if (end == at) return false;
  std::size_t begin = end;
  while (begin > 0 && end - begin < kMaxNameBytes) {
    const auto byte = static_cast<unsigned char>(text[begin - 1]);
    if (byte < 0x80 && !is_ascii_letter(text[begin - 1])) break;
    --begin;
  }
  return is_cue_of_a_code(text::fold(text.substr(begin, end - begin)));
}

}  // namespace

std::size_t url(std::string_view text, std::size_t at, std::size_t& no_host_before) {
  std::size_t start = scheme_bytes(text, at);
  if (start == 0 && text.substr(at, 4) == "www." && is_ascii_alnum(byte_at(text, at + 4))) start = 4;
  if (start == 0) {
    if (at < no_host_before || !is_ascii_alnum(byte_at(text, at))) return 0;
    std::size_t scanned = 0;
    if (!text::starts_with_host(text.substr(at), scanned)) {
      no_host_before = at + std::max<std::size_t>(scanned, 1);
      return 0;
    }
    const char next = byte_at(text, at + scanned);
    if (next != '/' && next != '?' && next != '#' && next != ':') return scanned;
    start = scanned;
  }
  const std::size_t end = address_end(text, at + start);
  const std::size_t size = trim_address(text.substr(at, end - at));
  return size > start || (size == start && byte_at(text, at + size - 1) != '/') ? size : 0;
}

std::size_t email(std::string_view text, std::size_t at) {
  if (!is_ascii_alnum(byte_at(text, at))) return 0;
  std::size_t end = at;
  while (end < text.size() && end - at <= kMaxLocalPartBytes && (is_name_byte(text[end]) || text[end] == '+')) ++end;
  if (byte_at(text, end) != '@') return 0;
  const std::size_t domain = ++end;
  std::size_t dots = 0;
  while (end < text.size() && end - domain < kMaxDomainBytes &&
         (is_ascii_alnum(text[end]) || text[end] == '-' || text[end] == '.')) {
    if (text[end] == '.') ++dots;
    ++end;
  }
  while (end > domain && !is_ascii_alnum(text[end - 1])) {
    if (text[end - 1] == '.') --dots;
    --end;
  }
  return dots > 0 && end > domain ? end - at : 0;
}

std::size_t placeholder(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '{':
      return braces(text, at);
    case '%':
      return printf_directive(text, at);
    case '$': {
      if (const std::size_t named = braces(text, at + 1); named > 0) return named + 1;
      const std::size_t end = identifier_end(text, at + 1);
      return end > at + 1 && byte_at(text, end) == '$' ? end + 1 - at : 0;
    }
    default:
      return 0;
  }
}

std::size_t tag(std::string_view text, std::size_t at) {
  if (byte_at(text, at) != '<') return 0;
  const std::size_t name = byte_at(text, at + 1) == '/' ? at + 2 : at + 1;
  const char32_t first = character_at(text, name);
  if (!is_letter(first) && first != '!') return 0;
  const std::size_t end = text.substr(0, std::min(text.size(), at + kMaxTagBytes)).find_first_of("<>\n", name);
  return end != std::string_view::npos && text[end] == '>' ? end + 1 - at : 0;
}

std::size_t mention(std::string_view text, std::size_t at) {
  if (byte_at(text, at) != '@') return 0;
  std::size_t end = at + 1;
  while (end < text.size()) {
    const text::CodePoint c = text::decode(text, end);
    if (!joins(c.value) && c.value != '_' && c.value != '.') break;
    end += c.bytes;
  }
  while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '_')) --end;
  return end > at + 1 ? end - at : 0;
}

std::size_t hashtag(std::string_view text, std::size_t at) {
  if (byte_at(text, at) != '#') return 0;
  std::size_t end = at + 1;
  while (end < text.size()) {
    const text::CodePoint c = text::decode(text, end);
    const bool inner = c.value == '-' && is_ascii_alnum(byte_at(text, end + 1));  // "#A-1029"
    if (!is_letter(c.value) && !is_digit(c.value) && c.value != '_' && !inner) break;
    end += c.bytes;
  }
  while (end > at + 1 && text[end - 1] == '_') --end;
  return end > at + 1 ? end - at : 0;
}

std::size_t shortcode(std::string_view text, std::size_t at) {
  if (byte_at(text, at) != ':') return 0;
  std::size_t end = at + 1;
  bool letter = false;
  while (end < text.size() && end - at <= kMaxShortcodeBytes &&
         (is_ascii_alnum(text[end]) || text[end] == '_' || text[end] == '+' || text[end] == '-')) {
    letter = letter || is_ascii_letter(text[end]);
    ++end;
  }
  const bool plus_one = text.substr(at, 4) == ":+1:" || text.substr(at, 4) == ":-1:";
  const bool closed = byte_at(text, end) == ':' && !joins(character_at(text, end + 1));
  return closed && (plus_one || (letter && end > at + 2)) ? end + 1 - at : 0;
}

std::size_t emoticon(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 22> kEmoticons = {":'-(", ":-)", ":-(", ":-D", ":-P", ":-/", ":-*", ";-)",
                                                           ":'(",  ":')", "</3", ":)",  ":(",  ":D",  ":P",  ":*",
                                                           ";)",   "<3",  "xD",  "XD",  ":/",  "^^"};
  for (const std::string_view face : kEmoticons) {
    if (text.substr(at, face.size()) != face) continue;
    const char32_t next = character_at(text, at + face.size());
    const bool alone = next == 0 || is_space(next) || next == '.' || next == '!' || next == ',' ||
                       next == static_cast<unsigned char>(face.back());
    if (alone) return face.size();
  }
  return 0;
}

std::size_t phone(std::string_view text, std::size_t at) {
  const bool international = byte_at(text, at) == '+';
  std::size_t digits = 0;
  std::size_t separators = 0;
  std::size_t end = at;
  for (std::size_t place = at + (international ? 1 : 0); place < std::min(text.size(), at + kMaxPhoneBytes);) {
    if (is_ascii_digit(text[place])) {
      ++digits;
      end = ++place;
      continue;
    }
    // One mark between two groups, or the closing bracket and a space.
    std::size_t marks = place;
    while (marks < text.size() && marks - place < 3 &&
           std::string_view(" -.()").find(text[marks]) != std::string_view::npos)
      ++marks;
    if (marks == place || !is_ascii_digit(byte_at(text, marks))) break;
    if (text[place] == '.' && !international) break;
    if (digits > 0) ++separators;
    place = marks;
  }
  if (joins(character_at(text, end))) return 0;
  const bool enough = international ? digits >= 8 && digits <= 15 : separators > 0 && digits >= 9 && digits <= 13;
  return enough ? end - at : 0;
}

Run code(std::string_view text, std::size_t at) {
  Run run;
  std::size_t digits = 0;
  std::size_t lower = 0;
  std::size_t end = at;
  while (end < text.size() && (is_ascii_alnum(text[end]) || (text[end] == '-' && end > at))) {
    if (is_ascii_digit(text[end])) ++digits;
    if (text[end] >= 'a' && text[end] <= 'z') ++lower;
    ++end;
  }
  run.bytes = end - at;
  std::size_t size = run.bytes;
  while (size > 0 && text[at + size - 1] == '-') --size;
  if (size == 0 || joins(character_at(text, end))) return run;
  // Lower case is for words, unless digits say otherwise: "1Z999aa10123456784", but not "iphone15".
  const bool looks_so = digits > 0 && size >= kMinCodeBytes && (lower == 0 || digits >= 3);
  const bool announced = lower == 0 && size >= kMinCueWordBytes && follows_cue(text, at);
  if (looks_so || announced) run = {size, true};
  return run;
}

}  // namespace rapport::translation::readers
