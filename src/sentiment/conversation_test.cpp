#include "sentiment/conversation.h"

#include <gtest/gtest.h>

namespace rapport::sentiment {
namespace {

/// A message of this valence; NaN-free shorthand for a whole verdict.
Outcome feels(double valence, Risk risk = Risk::kLow) {
  Verdict verdict;
  const double distance = valence - 0.5;
  const double side = 2 * (distance < 0 ? -distance : distance);
  verdict.probs = {distance < 0 ? side : 0, 1 - side, distance > 0 ? side : 0};
  verdict.sentiment = likeliest(verdict.probs);
  verdict.valence = valence;
  verdict.risk = risk;
  return {verdict, {}};
}

Outcome nothing(NotAnalyzed reason = NotAnalyzed::kLinks) {
  return {std::nullopt, reason};
}

ConversationMood mood(std::vector<Outcome> messages) {
  return mood_of(messages);
}

ConversationMood mood(std::initializer_list<double> valences) {
  std::vector<Outcome> messages;
  for (const double valence : valences) messages.push_back(feels(valence));
  return mood_of(messages);
}

TEST(Conversation, CountsItsMessagesBySentiment) {
  const ConversationMood found = mood({0.9, 0.5, 0.5, 0.1});

  EXPECT_EQ(found.distribution, (std::array<std::size_t, 3>{1, 2, 1}));
  EXPECT_EQ(found.analyzed, 4U);
  EXPECT_EQ(found.overall, Sentiment::kNeutral);
  EXPECT_DOUBLE_EQ(found.average.value(), 0.5);
}

TEST(Conversation, OfEquallyFrequentSentimentsTheMoreProbableIsTheWhole) {
  EXPECT_EQ(mood({0.95, 0.2}).overall, Sentiment::kPositive);
  EXPECT_EQ(mood({0.8, 0.05}).overall, Sentiment::kNegative);
  EXPECT_EQ(mood({0.1, 0.9, 0.9}).overall, Sentiment::kPositive);
}

TEST(Conversation, TrendComparesTheLaterHalfWithTheEarlier) {
  EXPECT_EQ(mood({0.2, 0.2, 0.8, 0.8}).trend, Trend::kImproving);
  EXPECT_EQ(mood({0.6, 0.6, 0.9, 0.1}).trend, Trend::kDeclining);
  EXPECT_EQ(mood({0.6, 0.4, 0.5, 0.5}).trend, Trend::kStable);
  EXPECT_EQ(mood({0.3, 0.6}).trend, Trend::kImproving);
}

TEST(Conversation, TrendsThresholdBelongsToTheChange) {
  EXPECT_EQ(mood({0.5, 0.6}).trend, Trend::kImproving);
  EXPECT_EQ(mood({0.6, 0.5}).trend, Trend::kDeclining);
  EXPECT_EQ(mood({0.5, 0.599}).trend, Trend::kStable);
  EXPECT_EQ(mood({0.5, 0.401}).trend, Trend::kStable);
}

TEST(Conversation, TheMiddleOfAnOddNumberBelongsToNeitherHalf) {
  EXPECT_EQ(mood({0.5, 0.0, 0.5}).trend, Trend::kStable);
  EXPECT_EQ(mood({0.5, 0.9, 0.7}).trend, Trend::kImproving);
  EXPECT_EQ(mood({0.9, 0.9, 0.0, 0.1, 0.1}).trend, Trend::kDeclining);
}

TEST(Conversation, OneMessageIsStableAndDoesNotTurn) {
  const ConversationMood found = mood({0.9});

  EXPECT_EQ(found.trend, Trend::kStable);
  EXPECT_FALSE(found.turning_point);
  EXPECT_DOUBLE_EQ(found.average.value(), 0.9);
}

TEST(Conversation, SaysNothingWhereThereIsNothingToSay) {
  for (const ConversationMood& found : {mood(std::vector<Outcome>{}), mood({nothing(), nothing()})}) {
    EXPECT_EQ(found.analyzed, 0U);
    EXPECT_FALSE(found.overall || found.average || found.trend || found.turning_point || found.risk);
  }
}

TEST(Conversation, MessagesWithoutAVerdictDoNotCountButKeepTheirPlace) {
  const ConversationMood found = mood({feels(0.6), nothing(), feels(0.6), nothing(NotAnalyzed::kOutbound), feels(0.1)});

  EXPECT_EQ(found.analyzed, 3U);
  ASSERT_TRUE(found.turning_point);
  EXPECT_EQ(found.turning_point->message, 4U);
  EXPECT_EQ(found.turning_point->driver, 4U);
}

TEST(Conversation, FindsWhereTheMoodTurned) {
  const ConversationMood worse = mood({0.7, 0.6, 0.7, 0.3, 0.1, 0.2});
  ASSERT_TRUE(worse.turning_point);
  EXPECT_EQ(worse.turning_point->message, 3U);
  EXPECT_NEAR(worse.turning_point->change, 0.2 - 2.0 / 3, 1e-12);
  EXPECT_EQ(worse.turning_point->driver, 4U) << "the angriest of those after it";

  const ConversationMood better = mood({0.1, 0.2, 0.6, 0.95, 0.95});
  ASSERT_TRUE(better.turning_point);
  EXPECT_EQ(better.turning_point->message, 2U);
  EXPECT_EQ(better.turning_point->driver, 3U) << "the first of equals";
}

TEST(Conversation, OneOutlierAtTheEndOfALongCalmIsTheTurnButOneInItsMiddleIsNot) {
  EXPECT_EQ(mood({0.6, 0.6, 0.6, 0.6, 0.0}).turning_point.value().message, 4U);
  EXPECT_FALSE(mood({0.6, 0.6, 0.6, 0.0, 0.6, 0.6, 0.6}).turning_point) << "it came back";
}

TEST(Conversation, WaveringIsNoTurn) {
  EXPECT_FALSE(mood({0.5, 0.5, 0.5}).turning_point);
  EXPECT_FALSE(mood({0.45, 0.6}).turning_point);
  EXPECT_TRUE(mood({0.4, 0.6}).turning_point) << "0.2 is a turn";
}

TEST(Conversation, RiskIsTheHighestOfItsMessages) {
  EXPECT_EQ(mood({feels(0.5), feels(0.5, Risk::kMedium), feels(0.5)}).risk, Risk::kMedium);
  EXPECT_EQ(mood({feels(0.8), feels(0.1, Risk::kHigh)}).risk, Risk::kHigh);
  EXPECT_EQ(mood({feels(0.8), feels(0.7)}).risk, Risk::kLow);
}

TEST(Conversation, WhatWasMendedIsNoRisk) {
  EXPECT_EQ(mood({feels(0.1, Risk::kHigh), feels(0.1, Risk::kHigh), feels(0.9), feels(0.9)}).risk, Risk::kLow);
  EXPECT_EQ(mood({feels(0.9), feels(0.9), feels(0.1, Risk::kHigh), feels(0.2, Risk::kMedium)}).risk, Risk::kHigh);
}

}  // namespace
}  // namespace rapport::sentiment
