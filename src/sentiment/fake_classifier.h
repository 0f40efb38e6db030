#pragma once

#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "inference/text_classifier.h"

/// For tests alone.
namespace rapport::sentiment::testing {

/// Answers as the test says, and remembers what it was asked.
class FakeClassifier final : public inference::TextClassifier {
 public:
  using Probs = std::vector<float>;
  FakeClassifier(std::string name, std::vector<std::string> labels, std::function<Probs(std::string_view)> say)
      : name_(std::move(name)), labels_(std::move(labels)), say_(std::move(say)) {}

  const std::string& name() const override { return name_; }
  std::span<const std::string> labels() const override { return labels_; }
  std::future<inference::Classified> start(std::span<const std::string_view> texts,
                                           std::string_view scope) const override {
    scopes.emplace_back(scope);
    inference::Classified classified;
    for (const std::string_view text : texts) {
      asked.emplace_back(text);
      classified.texts.push_back({say_(text), 1 + text.size() / 1000});
    }
    classified.times.compute_ms = 1;
    std::promise<inference::Classified> promise;
    promise.set_value(std::move(classified));
    return promise.get_future();
  }

  mutable std::vector<std::string> asked;
  mutable std::vector<std::string> scopes;

 private:
  std::string name_;
  std::vector<std::string> labels_;
  std::function<Probs(std::string_view)> say_;
};

inline bool has(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

/// Labels in another order than ours: positive, negative, neutral.
inline FakeClassifier fake_sentiment(std::string name) {
  return {std::move(name), {"POSITIVE", "NEGATIVE", "NEUTRAL"}, [](std::string_view text) {
            if (has(text, "love")) return FakeClassifier::Probs{0.95F, 0.01F, 0.04F};
            if (has(text, "terrible")) return FakeClassifier::Probs{0.02F, 0.92F, 0.06F};
            return FakeClassifier::Probs{0.12F, 0.10F, 0.78F};
          }};
}

/// Reversed: surprise, sadness, neutral, joy, fear, disgust, anger.
inline FakeClassifier fake_emotion(std::string name) {
  return {std::move(name),
          {"surprise", "sadness", "neutral", "joy", "fear", "disgust", "anger"},
          [](std::string_view text) {
            if (has(text, "love")) return FakeClassifier::Probs{0.05F, 0, 0.1F, 0.85F, 0, 0, 0};
            if (has(text, "terrible")) return FakeClassifier::Probs{0, 0.1F, 0.1F, 0, 0, 0.1F, 0.7F};
            return FakeClassifier::Probs{0.02F, 0.02F, 0.9F, 0.02F, 0.02F, 0.01F, 0.01F};
          }};
}

}  // namespace rapport::sentiment::testing
