#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voice/transcriber.h"

namespace rapport::voice {

struct LanguageChoice {
  std::string code;
  double prob = 0;       ///< by the model and the prior
  bool assumed = false;  ///< too little was heard: the prior's most probable
};

/// Below this probability, with less than so much speech, what is heard tells less than what is known of the speaker.
inline constexpr double kUnsureLanguageProb = 0.5;
inline constexpr Seconds kTooShortForLanguage{3};

/// Requires  `detected`: not empty, the most probable first.
LanguageChoice choose_language(std::span<const LanguageProb> detected, Seconds speech,
                               const TranscribeOptions& options);

/// The options as the model can follow them: a prior is a hint, and what it says of languages that are not among
/// `known` is left out.
///
/// Throws    kInvalid "unknown_language" when the language, or one of those that are allowed, is not among `known`.
TranscribeOptions for_languages(std::span<const std::string_view> known, TranscribeOptions options);

}  // namespace rapport::voice
