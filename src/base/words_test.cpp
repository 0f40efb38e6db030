#include "base/words.h"

#include <gtest/gtest.h>

namespace rapport {
namespace {

using Words = std::vector<std::string>;

TEST(Words, AreSplitWithoutTheSpacesAroundThem) {
  EXPECT_EQ(split_words("en, pt-BR ,hi", ','), (Words{"en", "pt-BR", "hi"}));
  EXPECT_EQ(split_words(",, a,", ','), (Words{"a"}));
  EXPECT_EQ(split_words("a  b", ' '), (Words{"a", "b"}));
  EXPECT_EQ(split_words("", ','), Words{});
  EXPECT_EQ(split_words(" ", ','), Words{});
}

TEST(Words, AreFoundWhole) {
  EXPECT_TRUE(has_word("sqlite|postgresql", '|', "postgresql"));
  EXPECT_TRUE(has_word("a", '|', "a"));
  EXPECT_FALSE(has_word("sqlite|postgresql", '|', "sql"));
  EXPECT_FALSE(has_word("", '|', ""));
}

}  // namespace
}  // namespace rapport
