#include "translation/emoji.h"

#include <algorithm>
#include <iterator>

#include "text/unicode.h"

namespace rapport::translation {
namespace {

constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kEmojiPresentation = 0xFE0F;
constexpr char32_t kTextPresentation = 0xFE0E;
constexpr char32_t kKeycap = 0x20E3;
constexpr char32_t kEndOfTags = 0xE007F;

struct Range {
  char32_t first;
  char32_t last;
};

// Characters that are pictures by themselves or nearly always meant so in a chat.
constexpr Range kPictures[] = {{0x231A, 0x231B},   {0x2328, 0x2328},   {0x23CF, 0x23CF},   {0x23E9, 0x23F3},
                               {0x23F8, 0x23FA},   {0x25FB, 0x25FE},   {0x2600, 0x27BF},   {0x2934, 0x2935},
                               {0x2B05, 0x2B07},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},
                               {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F170, 0x1F19A}, {0x1F200, 0x1F265},
                               {0x1F300, 0x1F5FF}, {0x1F600, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F774, 0x1F77F},
                               {0x1F7D5, 0x1F7FF}, {0x1F90C, 0x1F9FF}, {0x1FA70, 0x1FAFF}};
// Marks of writing that become pictures with a presentation mark behind them.
constexpr Range kMarks[] = {{0xA9, 0xA9},     {0xAE, 0xAE},     {0x203C, 0x203C}, {0x2049, 0x2049}, {0x2122, 0x2122},
                            {0x2139, 0x2139}, {0x2194, 0x21AA}, {0x24C2, 0x24C2}, {0x25AA, 0x25AB}, {0x25B6, 0x25B6},
                            {0x25C0, 0x25C0}, {0x3030, 0x3030}, {0x303D, 0x303D}, {0x3297, 0x3297}, {0x3299, 0x3299}};

bool is_in(const Range* begin, const Range* end, char32_t c) {
  const Range* range = std::upper_bound(begin, end, c, [](char32_t value, const Range& r) { return value < r.first; });
  return range != begin && c <= std::prev(range)->last;
}

bool is_picture(char32_t c) {
  return is_in(std::begin(kPictures), std::end(kPictures), c);
}
bool is_mark(char32_t c) {
  return is_in(std::begin(kMarks), std::end(kMarks), c);
}
bool is_flag_letter(char32_t c) {
  return c >= 0x1F1E6 && c <= 0x1F1FF;
}
bool is_skin_tone(char32_t c) {
  return c >= 0x1F3FB && c <= 0x1F3FF;
}
bool is_tag(char32_t c) {
  return c >= 0xE0020 && c <= kEndOfTags;
}
bool is_keycap_base(char32_t c) {
  return (c >= '0' && c <= '9') || c == '#' || c == '*';
}

text::CodePoint at(std::string_view text, std::size_t place) {
  return place < text.size() ? text::decode(text, place) : text::CodePoint{0, 0};
}

/// One picture without what is joined to it; 0 when there is none.
std::size_t element_bytes(std::string_view text, std::size_t start) {
  const text::CodePoint first = at(text, start);
  if (first.bytes == 0) return 0;
  std::size_t place = start + first.bytes;
  text::CodePoint next = at(text, place);
  if (is_flag_letter(first.value)) {
    return is_flag_letter(next.value) ? place + next.bytes - start : first.bytes;
  }
  if (is_keycap_base(first.value)) {
    if (next.value == kEmojiPresentation) {
      place += next.bytes;
      next = at(text, place);
    }
    return next.value == kKeycap ? place + next.bytes - start : 0;
  }
  if (is_mark(first.value)) return next.value == kEmojiPresentation ? place + next.bytes - start : 0;
  if (!is_picture(first.value)) return 0;
  while (next.value == kEmojiPresentation || next.value == kTextPresentation || is_skin_tone(next.value) ||
         next.value == kKeycap || is_tag(next.value)) {
    place += next.bytes;
    next = at(text, place);
  }
  return place - start;
}

}  // namespace

std::size_t emoji_bytes(std::string_view text) {
  std::size_t size = element_bytes(text, 0);
  while (size > 0) {
    const text::CodePoint joiner = at(text, size);
    if (joiner.value != kJoiner) break;
    const std::size_t joined = element_bytes(text, size + joiner.bytes);
    if (joined == 0) break;
    size += joiner.bytes + joined;
  }
  return size;
}

}  // namespace rapport::translation
