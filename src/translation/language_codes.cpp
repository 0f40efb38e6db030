#include "translation/language_codes.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "base/words.h"
#include "language/identify.h"

namespace rapport::translation {
namespace {

constexpr std::size_t kMaxCodeBytes = 32;

using Alias = std::pair<std::string_view, std::string_view>;

// Older codes of ISO 639-1, those that services use in place of the standard's, and 639-2/3 of frequent languages.
constexpr std::array kAliases = {
    Alias{"ara", "ar"}, Alias{"ben", "bn"},  Alias{"chi", "zh"}, Alias{"cmn", "zh"}, Alias{"deu", "de"},
    Alias{"dut", "nl"}, Alias{"eng", "en"},  Alias{"fas", "fa"}, Alias{"fil", "tl"}, Alias{"fra", "fr"},
    Alias{"fre", "fr"}, Alias{"ger", "de"},  Alias{"hin", "hi"}, Alias{"in", "id"},  Alias{"ind", "id"},
    Alias{"ita", "it"}, Alias{"iw", "he"},   Alias{"ji", "yi"},  Alias{"jpn", "ja"}, Alias{"jw", "jv"},
    Alias{"kor", "ko"}, Alias{"mo", "ro"},   Alias{"nb", "no"},  Alias{"nld", "nl"}, Alias{"pol", "pl"},
    Alias{"por", "pt"}, Alias{"rus", "ru"},  Alias{"sh", "sr"},  Alias{"spa", "es"}, Alias{"swa", "sw"},
    Alias{"tgl", "tl"}, Alias{"tur", "tr"},  Alias{"ukr", "uk"}, Alias{"urd", "ur"}, Alias{"vie", "vi"},
    Alias{"zho", "zh"}, Alias{"zt", "zh-TW"}};

bool has_subtag(std::string_view tag, std::string_view wanted) {
  return has_word(tag, '-', wanted);
}

bool is_traditional_chinese(std::string_view subtags) {
  if (has_subtag(subtags, "hant")) return true;
  if (has_subtag(subtags, "hans")) return false;
  return has_subtag(subtags, "tw") || has_subtag(subtags, "hk") || has_subtag(subtags, "mo");
}

}  // namespace

std::string normal_code(std::string_view code) {
  if (code.empty() || code.size() > kMaxCodeBytes) return "";
  std::string tag(code);
  std::transform(tag.begin(), tag.end(), tag.begin(), [](char c) {
    return c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  const std::size_t dash = std::min(tag.find('-'), tag.size());
  std::string language = tag.substr(0, dash);
  const std::string_view subtags = std::string_view(tag).substr(std::min(dash + 1, tag.size()));
  const auto* const alias =
      std::find_if(kAliases.begin(), kAliases.end(), [&](const Alias& known) { return known.first == language; });
  if (alias != kAliases.end()) language = alias->second;
  if (language == "zh" && is_traditional_chinese(subtags)) return "zh-TW";
  if (language == "hi" && has_subtag(subtags, "latn")) return "hi-Latn";
  return language == "und" || language::english_name(language).empty() ? "" : language;
}

}  // namespace rapport::translation
