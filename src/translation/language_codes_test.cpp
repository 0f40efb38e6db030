#include "translation/language_codes.h"

#include <gtest/gtest.h>

namespace rapport::translation {
namespace {

TEST(NormalCode, ReadsEveryUsualWritingOfALanguage) {
  EXPECT_EQ(normal_code("pt-BR"), "pt");
  EXPECT_EQ(normal_code("PT_pt"), "pt");
  EXPECT_EQ(normal_code("zh-Hans"), "zh");
  EXPECT_EQ(normal_code("zh-CN"), "zh");
  EXPECT_EQ(normal_code("zh-Hant-HK"), "zh-TW");
  EXPECT_EQ(normal_code("zh_TW"), "zh-TW");
  EXPECT_EQ(normal_code("zt"), "zh-TW");
  EXPECT_EQ(normal_code("iw"), "he");
  EXPECT_EQ(normal_code("in"), "id");
  EXPECT_EQ(normal_code("nb"), "no");
  EXPECT_EQ(normal_code("hi-latn"), "hi-Latn");
  EXPECT_EQ(normal_code("sr-Latn"), "sr");
  EXPECT_EQ(normal_code("spa"), "es");
  EXPECT_EQ(normal_code("ceb"), "ceb");
}

TEST(NormalCode, IsEmptyForWhatIsNoLanguage) {
  for (const char* code : {"", "und", "xx", "english", "-", "auto", "e n", "\xff"})
    EXPECT_EQ(normal_code(code), "") << code;
}

}  // namespace
}  // namespace rapport::translation
