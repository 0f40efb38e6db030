#include "voice/language_choice.h"

#include <algorithm>

#include "base/error.h"

namespace rapport::voice {
namespace {

bool knows(std::span<const std::string_view> known, const std::string& code) {
  return std::find(known.begin(), known.end(), code) != known.end();
}

void check(std::span<const std::string_view> known, const std::string& code) {
  if (knows(known, code)) return;
  throw Error(
      ErrorKind::kInvalid, "unknown_language",
      known.size() == 1 ? "This voice model knows English only." : "The voice model does not know this language.");
}

}  // namespace

LanguageChoice choose_language(std::span<const LanguageProb> detected, Seconds speech,
                               const TranscribeOptions& options) {
  LanguageChoice choice{.code = detected.front().code, .prob = detected.front().prob};
  if (choice.prob >= kUnsureLanguageProb || speech >= kTooShortForLanguage) return choice;
  // The prior's most probable language among those that were permitted.
  const LanguageProb* likely = nullptr;
  for (const LanguageProb& prior : options.language_prior) {
    const auto heard = std::find_if(detected.begin(), detected.end(),
                                    [&](const LanguageProb& found) { return found.code == prior.code; });
    if (heard == detected.end() || (likely != nullptr && prior.prob <= likely->prob)) continue;
    likely = &prior;
    choice = {.code = prior.code, .prob = heard->prob, .assumed = true};
  }
  return choice;
}

TranscribeOptions for_languages(std::span<const std::string_view> known, TranscribeOptions options) {
  if (!options.language.empty()) check(known, options.language);
  for (const std::string& allowed : options.allowed_languages) check(known, allowed);
  std::erase_if(options.language_prior, [&](const LanguageProb& prior) { return !knows(known, prior.code); });
  return options;
}

}  // namespace rapport::voice
