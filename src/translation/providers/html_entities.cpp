#include "translation/providers/html_entities.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace rapport::translation {
namespace {

constexpr std::size_t kMaxEntityBytes = 10;  // "&#x10FFFF;"

std::string utf8(std::uint32_t c) {
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  }
  return {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
          static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
}

/// What a reference's name stands for; empty for what is none.
std::string character_of(std::string_view name) {
  using Named = std::pair<std::string_view, std::string_view>;
  constexpr std::array kNamed = {Named{"amp", "&"},   Named{"lt", "<"},   Named{"gt", ">"},
                                 Named{"quot", "\""}, Named{"apos", "'"}, Named{"nbsp", "\xC2\xA0"}};
  for (const auto& [known, character] : kNamed) {
    if (name == known) return std::string(character);
  }
  if (!name.starts_with('#')) return "";
  const bool hexadecimal = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
  const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
  std::uint32_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
  const bool whole = code == std::errc() && end == digits.data() + digits.size() && !digits.empty();
  const bool scalar = value > 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  return whole && scalar ? utf8(value) : "";
}

/// The bytes of a reference at the start of `text`, and what it stands for; 0 when there is none.
std::size_t read_entity(std::string_view text, std::string& character) {
  const std::size_t end = text.substr(0, kMaxEntityBytes).find(';');
  if (end == std::string_view::npos) return 0;
  character = character_of(text.substr(1, end - 1));
  return character.empty() ? 0 : end + 1;
}

}  // namespace

bool has_html_entities(std::string_view text) {
  std::string character;
  for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    if (read_entity(text.substr(at), character) > 0) return true;
  }
  return false;
}

std::string without_html_entities(std::string_view text) {
  std::string out;
  std::string character;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = text[at] == '&' ? read_entity(text.substr(at), character) : 0;
    if (size > 0) {
      out += character;
    } else {
      out += text[at];
    }
    at += size > 0 ? size : 1;
  }
  return out;
}

}  // namespace rapport::translation
