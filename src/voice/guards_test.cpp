#include "voice/guards.h"

#include <gtest/gtest.h>

#include <string>

namespace rapport::voice {
namespace {

using Tokens = std::vector<TokenId>;

Tokens repeated(const Tokens& phrase, std::size_t times) {
  Tokens tokens;
  for (std::size_t i = 0; i < times; ++i) tokens.insert(tokens.end(), phrase.begin(), phrase.end());
  return tokens;
}

TEST(Guards, FindsAPhraseThatGoesRoundAndRound) {
  Tokens tokens = {7, 8, 9};
  const Tokens loop = repeated({1, 2, 3, 4}, 4);
  tokens.insert(tokens.end(), loop.begin(), loop.end());
  tokens.push_back(5);

  const auto found = find_loop(tokens);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 7U);  // the first round stays
  EXPECT_EQ(found->end, 19U);
}

TEST(Guards, TakesTheRestOfARoundIntoTheLoop) {
  Tokens tokens = repeated({1, 2, 3, 4, 5}, 3);
  tokens.insert(tokens.end(), {1, 2});

  EXPECT_EQ(find_loop(tokens)->end, 17U);
}

TEST(Guards, LeavesWhatPeopleSayTwiceOrInShort) {
  EXPECT_FALSE(find_loop(repeated({1, 2, 3, 4, 5, 6, 7}, 2)));
  EXPECT_FALSE(find_loop(repeated({1, 2}, 5)));  // "no, no, no, no, no"
  EXPECT_FALSE(find_loop(repeated({1}, 11)));
}

TEST(Guards, FindsASyllableThatNeverEnds) {
  EXPECT_TRUE(find_loop(repeated({1}, 12)));
}

TEST(Guards, CallSilenceWhatTheModelDoubtsTwice) {
  WindowText text;
  text.no_speech_prob = 0.7;
  text.avg_logprob = -1.2;
  EXPECT_TRUE(says_silence(text));
  text.avg_logprob = -0.5;
  EXPECT_FALSE(says_silence(text));
  text = {};
  text.no_speech_prob = 0.5;
  text.avg_logprob = -1.2;
  EXPECT_FALSE(says_silence(text));
}

TEST(Guards, MeasureSpeedInCharactersNotBytes) {
  std::string cyrillic;
  for (int i = 0; i < 40; ++i) cyrillic += "д";

  EXPECT_FALSE(is_too_fast(cyrillic, Seconds(2)));
  EXPECT_TRUE(is_too_fast(std::string(60, 'x'), Seconds(2)));
}

TEST(Guards, DoNotMeasureTheSpeedOfABlink) {
  EXPECT_FALSE(is_too_fast("Okay, yes.", Seconds(0.1)));
}

}  // namespace
}  // namespace rapport::voice
