#include "sentiment/verdict.h"

#include <gtest/gtest.h>

namespace rapport::sentiment {
namespace {

/// Negative, neutral and what is left for positive.
SentimentProbs moods(double negative, double neutral) {
  return {negative, neutral, 1 - negative - neutral};
}

/// One emotion with its probability, the rest on neutral.
EmotionProbs feels(Emotion emotion, double prob) {
  EmotionProbs probs{};
  probs[static_cast<std::size_t>(Emotion::kNeutral)] = 1 - prob;
  probs[static_cast<std::size_t>(emotion)] += prob;
  return probs;
}

const EmotionProbs kCalm = feels(Emotion::kNeutral, 0);

TEST(Risk, IsHighForStrongNegativesAngerAndDisgust) {
  EXPECT_EQ(risk_of(moods(0.92, 0.05), &kCalm, false), Risk::kHigh);
  EXPECT_EQ(risk_of(moods(0.71, 0.2), nullptr, false), Risk::kHigh);
  for (const Emotion emotion : {Emotion::kAnger, Emotion::kDisgust}) {
    const EmotionProbs strong = feels(emotion, 0.61);
    EXPECT_EQ(risk_of(moods(0.4, 0.35), &strong, false), Risk::kHigh);
    EXPECT_EQ(risk_of(moods(0.1, 0.8), &strong, false), Risk::kHigh) << "whatever the sentiment";
    EXPECT_EQ(risk_of(moods(0.1, 0.1), &strong, false), Risk::kHigh);
  }
}

TEST(Risk, IsMediumForAnyOtherNegativeForFearSadnessAndOpenQuestions) {
  EXPECT_EQ(risk_of(moods(0.5, 0.3), &kCalm, false), Risk::kMedium);
  EXPECT_EQ(risk_of(moods(0.69, 0.3), nullptr, false), Risk::kMedium);
  for (const Emotion emotion : {Emotion::kFear, Emotion::kSadness}) {
    const EmotionProbs strong = feels(emotion, 0.51);
    EXPECT_EQ(risk_of(moods(0.1, 0.1), &strong, false), Risk::kMedium);
    const EmotionProbs certain = feels(emotion, 1);
    EXPECT_EQ(risk_of(moods(0.1, 0.1), &certain, false), Risk::kMedium) << "never high by itself";
  }
  EXPECT_EQ(risk_of(moods(0.1, 0.78), &kCalm, true), Risk::kMedium) << "When will my order arrive?";
  const EmotionProbs annoyed = feels(Emotion::kAnger, 0.59);
  EXPECT_EQ(risk_of(moods(0.45, 0.3), &annoyed, false), Risk::kMedium);
}

TEST(Risk, IsLowForTheRest) {
  EXPECT_EQ(risk_of(moods(0.02, 0.03), &kCalm, false), Risk::kLow);
  EXPECT_EQ(risk_of(moods(0.02, 0.03), &kCalm, true), Risk::kLow) << "a happy question";
  EXPECT_EQ(risk_of(moods(0.1, 0.8), &kCalm, false), Risk::kLow) << "a neutral statement";
  const EmotionProbs joy = feels(Emotion::kJoy, 0.9);
  const EmotionProbs surprise = feels(Emotion::kSurprise, 0.9);
  const EmotionProbs little_fear = feels(Emotion::kFear, 0.49);
  EXPECT_EQ(risk_of(moods(0.1, 0.1), &joy, false), Risk::kLow);
  EXPECT_EQ(risk_of(moods(0.1, 0.1), &surprise, false), Risk::kLow);
  EXPECT_EQ(risk_of(moods(0.1, 0.1), &little_fear, false), Risk::kLow);
}

TEST(Risk, ThresholdsBelongToTheLevelAboveThem) {
  EXPECT_EQ(risk_of({0.7, 0.2, 0.1}, nullptr, false), Risk::kHigh);
  EmotionProbs anger{};
  anger[static_cast<std::size_t>(Emotion::kAnger)] = 0.6;
  EXPECT_EQ(risk_of({0.1, 0.1, 0.8}, &anger, false), Risk::kHigh);
  EmotionProbs fear{};
  fear[static_cast<std::size_t>(Emotion::kFear)] = 0.5;
  EXPECT_EQ(risk_of({0.1, 0.1, 0.8}, &fear, false), Risk::kMedium);
}

TEST(Valence, IsHalfForNeutralAndReachesBothEnds) {
  EXPECT_DOUBLE_EQ(valence({0, 1, 0}), 0.5);
  EXPECT_DOUBLE_EQ(valence({1, 0, 0}), 0);
  EXPECT_DOUBLE_EQ(valence({0, 0, 1}), 1);
  EXPECT_DOUBLE_EQ(valence({0.5, 0, 0.5}), 0.5);
  EXPECT_DOUBLE_EQ(valence({0.2, 0.3, 0.5}), 0.65);
}

TEST(Likeliest, TakesTheFirstOfEquals) {
  EXPECT_EQ(likeliest(SentimentProbs{0.4, 0.4, 0.2}), Sentiment::kNegative);
  EXPECT_EQ(likeliest(SentimentProbs{0.2, 0.3, 0.5}), Sentiment::kPositive);
  EXPECT_EQ(likeliest(feels(Emotion::kSadness, 0.8)), Emotion::kSadness);
}

TEST(Labels, AreFoundInAnyOrderAndCase) {
  const std::vector<std::string> mixed = {"Positive", "NEGATIVE", "neutral"};
  const std::vector<std::string> numbered = {"LABEL_0", "LABEL_1", "LABEL_2"};
  const std::vector<std::string> shortened = {"NEG", "NEU", "POS"};
  EXPECT_EQ(sentiment_positions(mixed), (std::array<std::size_t, 3>{1, 2, 0}));
  EXPECT_EQ(sentiment_positions(numbered), (std::array<std::size_t, 3>{0, 1, 2}));
  EXPECT_EQ(sentiment_positions(shortened), (std::array<std::size_t, 3>{0, 1, 2}));
  const std::vector<std::string> emotions = {"joy", "anger", "neutral", "fear", "Sadness", "surprise", "disgust"};
  EXPECT_EQ(emotion_positions(emotions), (std::array<std::size_t, 7>{1, 6, 3, 0, 2, 4, 5}));
}

TEST(Labels, AreRefusedWhenTheyAreNotExactlyTheClasses) {
  const std::vector<std::string> two = {"NEGATIVE", "POSITIVE"};
  const std::vector<std::string> stars = {"1 star", "2 stars", "3 stars"};
  const std::vector<std::string> twice = {"positive", "pos", "neutral"};
  const std::vector<std::string> six = {"sadness", "joy", "love", "anger", "fear", "surprise"};
  const std::vector<std::string> unnamed = {"LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3",
                                            "LABEL_4", "LABEL_5", "LABEL_6"};
  EXPECT_FALSE(sentiment_positions(two));
  EXPECT_FALSE(sentiment_positions(stars));
  EXPECT_FALSE(sentiment_positions(twice));
  EXPECT_FALSE(sentiment_positions({}));
  EXPECT_FALSE(emotion_positions(six));
  EXPECT_FALSE(emotion_positions(unnamed)) << "nobody has said which is which";
}

}  // namespace
}  // namespace rapport::sentiment
