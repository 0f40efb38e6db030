#include "language/letters.h"

#include <algorithm>
#include <cctype>

#include "text/unicode.h"

namespace rapport::language {
namespace {

using text::CharClass;

struct Range {
  char32_t first;
  char32_t last;
  Script script;
};

// Blocks of Unicode that hold letters, in order.
constexpr Range kRanges[] = {
    {0x0041, 0x024F, Script::kLatin},    {0x0250, 0x02AF, Script::kLatin},     {0x0300, 0x036F, Script::kLatin},
    {0x0370, 0x03FF, Script::kGreek},    {0x0400, 0x052F, Script::kCyrillic},  {0x0531, 0x058F, Script::kArmenian},
    {0x0591, 0x05F4, Script::kHebrew},   {0x0600, 0x06FF, Script::kArabic},    {0x0750, 0x077F, Script::kArabic},
    {0x0780, 0x07BF, Script::kThaana},   {0x08A0, 0x08FF, Script::kArabic},    {0x0900, 0x097F, Script::kDevanagari},
    {0x0980, 0x09FF, Script::kBengali},  {0x0A00, 0x0A7F, Script::kGurmukhi},  {0x0A80, 0x0AFF, Script::kGujarati},
    {0x0B00, 0x0B7F, Script::kOdia},     {0x0B80, 0x0BFF, Script::kTamil},     {0x0C00, 0x0C7F, Script::kTelugu},
    {0x0C80, 0x0CFF, Script::kKannada},  {0x0D00, 0x0D7F, Script::kMalayalam}, {0x0D80, 0x0DFF, Script::kSinhala},
    {0x0E00, 0x0E7F, Script::kThai},     {0x0E80, 0x0EFF, Script::kLao},       {0x0F00, 0x0FFF, Script::kTibetan},
    {0x1000, 0x109F, Script::kMyanmar},  {0x10A0, 0x10FF, Script::kGeorgian},  {0x1100, 0x11FF, Script::kHangul},
    {0x1200, 0x139F, Script::kEthiopic}, {0x13A0, 0x13FF, Script::kCherokee},  {0x1400, 0x167F, Script::kInuktitut},
    {0x1780, 0x17FF, Script::kKhmer},    {0x1C80, 0x1C8F, Script::kCyrillic},  {0x1C90, 0x1CBF, Script::kGeorgian},
    {0x1E00, 0x1EFF, Script::kLatin},    {0x1F00, 0x1FFF, Script::kGreek},     {0x2C60, 0x2C7F, Script::kLatin},
    {0x2D30, 0x2D7F, Script::kTifinagh}, {0x2D80, 0x2DDF, Script::kEthiopic},  {0x3041, 0x30FF, Script::kKana},
    {0x3130, 0x318F, Script::kHangul},   {0x31F0, 0x31FF, Script::kKana},      {0x3400, 0x4DBF, Script::kHan},
    {0x4E00, 0x9FFF, Script::kHan},      {0xA000, 0xA4CF, Script::kYi},        {0xAB70, 0xABBF, Script::kCherokee},
    {0xAC00, 0xD7FF, Script::kHangul},   {0xF900, 0xFAFF, Script::kHan},       {0xFB50, 0xFDFF, Script::kArabic},
    {0xFE70, 0xFEFE, Script::kArabic},   {0xFF66, 0xFF9F, Script::kKana},      {0x20000, 0x3FFFF, Script::kHan},
};

const Range* range_of(char32_t c) {
  const Range* found = std::lower_bound(std::begin(kRanges), std::end(kRanges), c,
                                        [](const Range& range, char32_t value) { return range.last < value; });
  return found != std::end(kRanges) && c >= found->first ? found : nullptr;
}

bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

// A link, an e-mail address or a @name: what stands up to the next blank is no language.
bool is_address(std::string_view part) {
  if (part.size() > 1 && part[0] == '@') return true;
  return part.find("://") != std::string_view::npos || part.starts_with("www.") ||
         (part.find('@') != std::string_view::npos && part.find('.') != std::string_view::npos);
}

class LetterReader {
 public:
  void read_part(std::string_view part) {
    for (std::size_t at = 0; at < part.size() && out_.words.size() < kMaxLetterBytes;) {
      const text::CodePoint c = text::decode(part, at);
      at += c.bytes;
      read(c.value);
    }
    end_word();
  }
  Letters take() { return std::move(out_); }

 private:
  void read(char32_t c) {
    const CharClass kind = text::classify(c);
    if (kind == CharClass::kApostrophe && in_word_) {
      apostrophe_ = true;
    } else if (kind == CharClass::kLetter || kind == CharClass::kIdeograph) {
      add(c);
    } else if (kind != CharClass::kIgnorable) {
      end_word();
    }
  }

  void add(char32_t c) {
    const Range* range = range_of(c);
    if (range == nullptr) return end_word();
    if (!in_word_ && !out_.words.empty()) out_.words.push_back(' ');
    if (apostrophe_) out_.words.push_back('\'');
    apostrophe_ = false;
    in_word_ = true;
    append(text::lower(c));
    ++out_.count[static_cast<std::size_t>(range->script)];
  }

  void append(char32_t c) {
    const auto put = [&](char32_t byte) { out_.words.push_back(static_cast<char>(byte)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
      put(0xC0 | c >> 6);
    } else {
      if (c < 0x10000) {
        put(0xE0 | c >> 12);
      } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
      }
      put(0x80 | (c >> 6 & 0x3F));
    }
    put(0x80 | (c & 0x3F));
  }

  void end_word() {
    in_word_ = false;
    apostrophe_ = false;
  }

  Letters out_;
  bool in_word_ = false;
  bool apostrophe_ = false;
};

}  // namespace

Letters read_letters(std::string_view text) {
  LetterReader reader;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && is_blank(text[at])) ++at;
    std::size_t end = at;
    while (end < text.size() && !is_blank(text[end])) ++end;
    const std::string_view part = text.substr(at, end - at);
    if (!is_address(part)) reader.read_part(part);
    at = end;
  }
  return reader.take();
}

bool main_script(const Letters& letters, Script& script) {
  constexpr std::uint32_t kHanWeight = 3;
  std::uint32_t most = 0;
  for (std::size_t i = 0; i < kScripts; ++i) {
    const auto candidate = static_cast<Script>(i);
    const std::uint32_t n = letters.count[i] * (candidate == Script::kHan ? kHanWeight : 1);
    if (n <= most) continue;
    most = n;
    script = candidate;
  }
  return most > 0;
}

}  // namespace rapport::language
