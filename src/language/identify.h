#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace rapport::language {

/// One language and how probable it is.
struct LanguageProb {
  std::string_view code;  ///< ISO 639-1 where it exists ("pt"), else 639-3 ("ceb"); "hi-Latn": Hindi in Latin letters
  double prob = 0;        ///< 0..1
};

/// Which language a text is in.
struct Identified {
  std::string_view code = "und";  ///< the most probable language; "und" when the text does not tell
  double prob = 0;                ///< of `code`; 0 for "und"
  std::vector<LanguageProb> all;  ///< the most probable first; they sum to 1; empty for "und"
};

/// The language of a chat message, among those of supported(). Digits, emoji, links, and one or two letters alone do
/// not tell: "und". Any bytes will do: what is not UTF-8 counts as no letter.
///
/// Threads   safe. Deterministic: the same text has the same answer on every machine.
/// Throws    kUnavailable when the built-in model is not there.
/// Cost      linear; texts beyond 4 KB are judged by their first 4 KB of letters.
Identified identify(std::string_view text);

/// The codes that identify() can give, in alphabetical order, without "und".
std::span<const std::string_view> supported();

/// The English name in lower case, as the contract writes it: "french", "hindi (latin script)". Empty for a code that
/// is not known. Every ISO 639-1 code that a translation model or provider may use is known, not only supported() ones.
std::string_view english_name(std::string_view code);

}  // namespace rapport::language
