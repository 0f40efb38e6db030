#include "voice/languages.h"

#include <gtest/gtest.h>

#include <set>

namespace rapport::voice {
namespace {

TEST(VoiceLanguages, AreTheNinetyNineEachOnce) {
  std::set<std::string_view> codes;
  std::set<std::string_view> names;
  for (const Language& language : whisper_languages()) {
    codes.insert(language.code);
    names.insert(language.name);
  }

  EXPECT_EQ(codes.size(), 99U);
  EXPECT_EQ(names.size(), 99U);
  EXPECT_EQ(whisper_languages().front().code, "en");
  for (const char* code : {"en", "es", "hi", "pt", "zh"}) EXPECT_TRUE(codes.contains(code)) << code;
}

TEST(VoiceLanguages, HaveWhispersNames) {
  EXPECT_EQ(language_name("pt"), "portuguese");
  EXPECT_EQ(language_name("yue"), "cantonese");
  EXPECT_EQ(language_name("nn"), "nynorsk");
  EXPECT_EQ(language_name("und"), "");
}

TEST(VoiceLanguages, AreKnownByTheNamesThatOthersGiveThem) {
  for (const Language& language : whisper_languages()) {
    EXPECT_EQ(whisper_code(language.code), language.code);
    EXPECT_EQ(whisper_code(language.name), language.code);
  }
  EXPECT_EQ(whisper_code("pt-BR"), "pt");
  EXPECT_EQ(whisper_code("PT_br"), "pt");
  EXPECT_EQ(whisper_code("English"), "en");
  EXPECT_EQ(whisper_code("jv"), "jw");
  EXPECT_EQ(whisper_code("nb-NO"), "no");
  EXPECT_EQ(whisper_code("Haitian Creole"), "ht");
  EXPECT_EQ(whisper_code("yue"), "yue");
  for (const char* other : {"", "-", "xx", "klingon", "e", "engl", "und", "auto"}) EXPECT_EQ(whisper_code(other), "");
}

}  // namespace
}  // namespace rapport::voice
