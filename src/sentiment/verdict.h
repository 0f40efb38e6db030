#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rows.h"

/// What follows from a text's probabilities: the class, the valence, the risk.
namespace rapport::sentiment {

/// The contract's seven, in alphabetical order.
enum class Emotion : std::uint8_t { kAnger, kDisgust, kFear, kJoy, kNeutral, kSadness, kSurprise };
constexpr std::size_t kSentiments = 3;
constexpr std::size_t kEmotions = 7;

/// By the value of `Sentiment` (negative, neutral, positive) and of `Emotion`; each sums to 1.
using SentimentProbs = std::array<double, kSentiments>;
using EmotionProbs = std::array<double, kEmotions>;

/// Must somebody act?
enum class Risk : std::uint8_t { kLow, kMedium, kHigh };

std::string_view to_string(Emotion emotion);  ///< "anger", ...
std::string_view to_string(Risk risk);        ///< "low", "medium", "high"

/// The most probable class; the first of equals.
Sentiment likeliest(const SentimentProbs& probs);
Emotion likeliest(const EmotionProbs& probs);

/// 0 negative .. 1 positive: P(positive) + P(neutral) / 2.
double valence(const SentimentProbs& probs);

/// High: negative from 0.7, or anger or disgust from 0.6. Medium: any other negative, fear or sadness from 0.5, or a
/// neutral text that asks something. Low: the rest. A threshold belongs to the level above it: 0.70 is high (the design
/// says "above" where it lists them and "belong to the lower bound" where it speaks of thresholds; the latter decides).
/// Without emotions the sentiment alone decides.
Risk risk_of(const SentimentProbs& sentiment, const EmotionProbs* emotions, bool asks);

/// Where a model's labels stand among our classes: element i is the position of class i in the model's output. Names
/// match whatever their case; sentiment also knows "neg", "neu", "pos" and the LABEL_0, LABEL_1, LABEL_2 of models that
/// name nothing (negative, neutral, positive: the order of the Cardiff models). nullopt when the labels are not exactly
/// these classes.
std::optional<std::array<std::size_t, kSentiments>> sentiment_positions(std::span<const std::string> labels);
std::optional<std::array<std::size_t, kEmotions>> emotion_positions(std::span<const std::string> labels);

}  // namespace rapport::sentiment
