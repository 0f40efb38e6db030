#include "sentiment/verdict.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "domain/names.h"

namespace rapport::sentiment {
namespace {

constexpr double kHighNegativeProb = 0.7;
constexpr double kHighAngerProb = 0.6;
constexpr double kMediumFearProb = 0.5;

constexpr std::array<std::string_view, kEmotions> kEmotionNames = {"anger",   "disgust", "fear",    "joy",
                                                                   "neutral", "sadness", "surprise"};

template <class Class, std::size_t N>
double prob_of(const std::array<double, N>& probs, Class value) {
  return probs[static_cast<std::size_t>(value)];
}

template <std::size_t N>
std::size_t largest(const std::array<double, N>& probs) {
  return static_cast<std::size_t>(std::max_element(probs.begin(), probs.end()) - probs.begin());
}

std::string lower(std::string_view label) {
  std::string out(label);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// The position of each class whose names are given, when every class has exactly one label and none is left over.
template <std::size_t N>
std::optional<std::array<std::size_t, N>> positions(std::span<const std::string> labels,
                                                    const std::array<std::vector<std::string_view>, N>& names) {
  if (labels.size() != N) return std::nullopt;
  std::array<std::size_t, N> found{};
  for (std::size_t i = 0; i < N; ++i) {
    const auto matches = [&](const std::string& label) {
      return std::find(names[i].begin(), names[i].end(), lower(label)) != names[i].end();
    };
    const auto label = std::find_if(labels.begin(), labels.end(), matches);
    if (label == labels.end()) return std::nullopt;
    found[i] = static_cast<std::size_t>(label - labels.begin());
  }
  return found;
}

}  // namespace

std::string_view to_string(Emotion emotion) {
  return kEmotionNames[static_cast<std::size_t>(emotion)];
}

std::string_view to_string(Risk risk) {
  switch (risk) {
    case Risk::kLow:
      return "low";
    case Risk::kMedium:
      return "medium";
    case Risk::kHigh:
      return "high";
  }
  return {};
}

Sentiment likeliest(const SentimentProbs& probs) {
  return static_cast<Sentiment>(largest(probs));
}

Emotion likeliest(const EmotionProbs& probs) {
  return static_cast<Emotion>(largest(probs));
}

double valence(const SentimentProbs& probs) {
  return std::clamp(prob_of(probs, Sentiment::kPositive) + prob_of(probs, Sentiment::kNeutral) / 2, 0.0, 1.0);
}

Risk risk_of(const SentimentProbs& sentiment, const EmotionProbs* emotions, bool asks) {
  const auto feels = [&](Emotion emotion, double from) {
    return emotions != nullptr && prob_of(*emotions, emotion) >= from;
  };
  const Sentiment mood = likeliest(sentiment);
  if (prob_of(sentiment, Sentiment::kNegative) >= kHighNegativeProb || feels(Emotion::kAnger, kHighAngerProb) ||
      feels(Emotion::kDisgust, kHighAngerProb)) {
    return Risk::kHigh;
  }
  const bool afraid_or_sad = feels(Emotion::kFear, kMediumFearProb) || feels(Emotion::kSadness, kMediumFearProb);
  const bool waits_for_an_answer = mood == Sentiment::kNeutral && asks;
  return mood == Sentiment::kNegative || afraid_or_sad || waits_for_an_answer ? Risk::kMedium : Risk::kLow;
}

std::optional<std::array<std::size_t, kSentiments>> sentiment_positions(std::span<const std::string> labels) {
  static const std::array<std::vector<std::string_view>, kSentiments> names = {
      {{"negative", "neg", "label_0"}, {"neutral", "neu", "label_1"}, {"positive", "pos", "label_2"}}};
  return positions(labels, names);
}

std::optional<std::array<std::size_t, kEmotions>> emotion_positions(std::span<const std::string> labels) {
  std::array<std::vector<std::string_view>, kEmotions> names;
  for (std::size_t i = 0; i < kEmotions; ++i) names[i] = {kEmotionNames[i]};
  return positions(labels, names);
}

}  // namespace rapport::sentiment
