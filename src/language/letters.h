#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rapport::language {

/// Scripts that are told apart. Those from kGreek on have one language each here.
enum class Script : std::uint8_t {
  kLatin,
  kCyrillic,
  kArabic,
  kDevanagari,
  kBengali,
  kEthiopic,
  kHan,
  kKana,
  kGreek,
  kHebrew,
  kArmenian,
  kGeorgian,
  kGurmukhi,
  kGujarati,
  kOdia,
  kTamil,
  kTelugu,
  kKannada,
  kMalayalam,
  kSinhala,
  kThai,
  kLao,
  kTibetan,
  kMyanmar,
  kHangul,
  kKhmer,
  kThaana,
  kCherokee,
  kInuktitut,
  kTifinagh,
  kYi,
};
constexpr std::size_t kScripts = 31;

/// A text as language identification sees it.
struct Letters {
  std::string words;  ///< small letters of all scripts, words between single spaces; apostrophes inside words
  std::array<std::uint32_t, kScripts> count{};  ///< letters of each script

  std::uint32_t of(Script script) const { return count[static_cast<std::size_t>(script)]; }
};

/// Reads at most the first kMaxLetterBytes of letters. Links, e-mail addresses, @names, digits, marks and emoji are
/// left out, and bytes that are not UTF-8.
///
/// Cost      linear, for any bytes.
constexpr std::size_t kMaxLetterBytes = 4096;
Letters read_letters(std::string_view text);

/// Where most letters are; false when there are none. A Han character counts as much as three letters.
bool main_script(const Letters& letters, Script& script);

}  // namespace rapport::language
