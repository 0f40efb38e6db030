#include "nn/tokenizers/utf8.h"

#include <cstdint>

namespace rapport::nn {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool is_continuation(std::uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

// How many bytes a sequence with this first byte has; 0 when no sequence starts so.
std::size_t length_by_first(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// Whether `second` may follow `first`: rules out overlong forms, surrogates and what lies beyond U+10FFFF.
bool may_follow(std::uint8_t first, std::uint8_t second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return is_continuation(second);
  }
}

struct Sequence {
  std::size_t bytes = 1;
  bool valid = false;
};

// The sequence at `at`, or the maximal part of one, at least one byte long.
Sequence sequence_at(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  const std::size_t length = length_by_first(first);
  if (length <= 1) return {1, length == 1};
  std::size_t have = 1;
  while (have < length && at + have < text.size()) {
    const std::uint8_t next = byte_at(text, at + have);
    if (have == 1 ? !may_follow(first, next) : !is_continuation(next)) break;
    ++have;
  }
  return {have, have == length};
}

}  // namespace

CodePoint code_point(std::string_view text, std::size_t at) {
  const char32_t first = byte_at(text, at);
  const auto low = [&](std::size_t i) { return static_cast<char32_t>(byte_at(text, at + i) & 0x3F); };
  if (first < 0x80) return {first, 1};
  if (first < 0xE0) return {(first & 0x1F) << 6 | low(1), 2};
  if (first < 0xF0) return {(first & 0x0F) << 12 | low(1) << 6 | low(2), 3};
  return {(first & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4};
}

bool is_white_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

void append_utf8(char32_t value, std::string& out) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6);
    put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12);
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | value >> 18);
    put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  }
}

std::string_view valid_utf8(std::string_view bytes, std::string& storage) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Sequence next = sequence_at(bytes, at);
    if (!next.valid) break;
    at += next.bytes;
  }
  if (at == bytes.size()) return bytes;

  storage.assign(bytes.substr(0, at));
  while (at < bytes.size()) {
    const Sequence next = sequence_at(bytes, at);
    storage += next.valid ? bytes.substr(at, next.bytes) : kReplacement;
    at += next.bytes;
  }
  return storage;
}

}  // namespace rapport::nn
