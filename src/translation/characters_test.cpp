#include "translation/characters.h"

#include <gtest/gtest.h>

#include <string>

namespace rapport::translation {
namespace {

TEST(Characters, TheOneBeforeAPlaceIsReadWholeOrNotAtAll) {
  for (const char* character : {"a", "\u00e9", "\uFF01", "\U0001F600"}) {
    const std::string text = std::string("x") + character;
    EXPECT_EQ(decode_before(text, text.size()).bytes, text.size() - 1);
    EXPECT_EQ(decode_before(text, text.size()).value, text::decode(text, 1).value);
  }
  EXPECT_EQ(character_before("\x80\x80", 2), 0xFFFDU);
  EXPECT_EQ(character_before("x\x80", 2), 0xFFFDU);
}

}  // namespace
}  // namespace rapport::translation
