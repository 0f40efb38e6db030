#include "voice/language_choice.h"

#include <gtest/gtest.h>

#include <array>

#include "base/error.h"

namespace rapport::voice {
namespace {

const std::vector<LanguageProb> kUnsure = {{"es", 0.4}, {"pt", 0.35}, {"en", 0.25}};
constexpr std::array<std::string_view, 3> kKnown = {"en", "es", "pt"};

TEST(LanguageChoice, IsWhatIsMostProbable) {
  const LanguageChoice choice = choose_language({{{"pt", 0.9}, {"es", 0.1}}}, Seconds(1), {});

  EXPECT_EQ(choice.code, "pt");
  EXPECT_EQ(choice.prob, 0.9);
  EXPECT_FALSE(choice.assumed);
}

TEST(LanguageChoice, TrustsThePriorWhereLittleIsHeardAndNothingIsSure) {
  TranscribeOptions options;
  options.language_prior = {{"en", 0.1}, {"pt", 0.9}};

  const LanguageChoice choice = choose_language(kUnsure, Seconds(2), options);

  EXPECT_EQ(choice.code, "pt");
  EXPECT_TRUE(choice.assumed);
}

TEST(LanguageChoice, TrustsWhatItHearsOfALongerRecording) {
  TranscribeOptions options;
  options.language_prior = {{"pt", 1}};

  EXPECT_EQ(choose_language(kUnsure, Seconds(3), options).code, "es");
}

TEST(LanguageChoice, AssumesNoLanguageThatWasNotAllowed) {
  TranscribeOptions options;
  options.language_prior = {{"de", 0.9}, {"en", 0.1}};

  EXPECT_EQ(choose_language(kUnsure, Seconds(1), options).code, "en");
}

TEST(LanguageChoice, GuessesWithoutAPrior) {
  EXPECT_EQ(choose_language(kUnsure, Seconds(1), {}).code, "es");
  EXPECT_FALSE(choose_language(kUnsure, Seconds(1), {}).assumed);
}

TEST(LanguageChoice, RefusesLanguagesThatTheModelDoesNotKnow) {
  TranscribeOptions given;
  given.language = "xx";
  TranscribeOptions allowed;
  allowed.allowed_languages = {"en", "tlh"};

  EXPECT_THROW(for_languages(kKnown, given), Error);
  EXPECT_THROW(for_languages(kKnown, allowed), Error);
}

TEST(LanguageChoice, ForgetsAPriorOfLanguagesThatTheModelDoesNotKnow) {
  TranscribeOptions options;
  options.language_prior = {{"tlh", 0.9}, {"es", 0.1}};

  const TranscribeOptions kept = for_languages(kKnown, options);

  ASSERT_EQ(kept.language_prior.size(), 1U);
  EXPECT_EQ(kept.language_prior[0].code, "es");
}

}  // namespace
}  // namespace rapport::voice
