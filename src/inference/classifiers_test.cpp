#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <thread>

#include "base/error.h"
#include "base/rng.h"
#include "inference/cached_classifier.h"
#include "inference/gated_model_for_tests.h"
#include "inference/transformer_classifier.h"

namespace rapport::inference {
namespace {

using Texts = std::vector<std::string_view>;

/// One token for each byte, between 1 and 2.
class ByteTokenizer : public nn::Tokenizer {
 public:
  ByteTokenizer() {
    before_ = {1};
    after_ = {2};
  }
  void encode(std::string_view text, std::vector<nn::TokenId>& ids, nn::SpecialNames) const override {
    for (const char c : text) ids.push_back(static_cast<unsigned char>(c));
  }
  std::string decode(std::span<const nn::TokenId>) const override { return {}; }
  std::optional<nn::TokenId> id_of(std::string_view) const override { return std::nullopt; }
  std::size_t vocabulary_size() const override { return 256; }
};

/// Logits: how many "a" and how many "b" there are.
class CountingModel : public BatchModel {
 public:
  std::size_t outputs() const override { return 2; }
  void run(std::span<const std::span<const nn::TokenId>> sequences, nn::MatrixView out) override {
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      out.row(i)[0] = static_cast<float>(std::count(sequences[i].begin(), sequences[i].end(), 'a'));
      out.row(i)[1] = static_cast<float>(std::count(sequences[i].begin(), sequences[i].end(), 'b'));
    }
  }
};

struct Rig {
  std::unique_ptr<TransformerClassifier> classifier(std::unique_ptr<BatchModel> model, std::string name = "m") {
    return std::make_unique<TransformerClassifier>(
        TransformerClassifier::Spec{.name = name, .labels = {"a", "b"}, .max_tokens = 12},
        std::make_unique<ByteTokenizer>(), batcher.add(name, std::move(model)), metrics);
  }
  bool shows(const std::string& line) const { return metrics.text().find(line + "\n") != std::string::npos; }

  Metrics metrics;
  Gate gate;
  DynamicBatcher batcher{BatchLimits{}, metrics};
};

float sigmoid(float x) {
  return 1 / (1 + std::exp(-x));
}

TEST(TransformerClassifier, GivesTheSoftmaxOfTheLogits) {
  Rig rig;
  const auto classifier = rig.classifier(std::make_unique<CountingModel>());

  const Classified result = classifier->classify(Texts{"aab", "", "b"}, "");

  ASSERT_EQ(result.texts.size(), 3U);
  EXPECT_FLOAT_EQ(result.texts[0].probs[0], sigmoid(1));
  EXPECT_FLOAT_EQ(result.texts[0].probs[1], sigmoid(-1));
  EXPECT_FLOAT_EQ(result.texts[1].probs[0], 0.5F);
  EXPECT_FLOAT_EQ(result.texts[2].probs[1], sigmoid(1));
  EXPECT_EQ(result.texts[0].windows, 1U);
}

TEST(TransformerClassifier, PutsSpecialTokensAroundEachText) {
  Rig rig;
  const auto classifier = rig.classifier(std::make_unique<GatedModel>(rig.gate));

  classifier->classify(Texts{"a"}, "");

  EXPECT_EQ(rig.gate.batches()[0][0], (Sequence{1, 'a', 2}));
}

TEST(TransformerClassifier, ReadsLongTextsInWindowsAndCutsNothing) {
  Rig rig;
  const auto classifier = rig.classifier(std::make_unique<CountingModel>());

  // 16 tokens, at most 10 in a window, 5 shared or more.
  const Classified result = classifier->classify(Texts{"aaaaaaaaaaaaabbb"}, "");

  // Three windows of 9: all "a"; then [3, 12): all "a"; then [7, 16): six "a" and three "b".
  EXPECT_EQ(result.texts[0].windows, 3U);
  EXPECT_FLOAT_EQ(result.texts[0].probs[0], (2 * sigmoid(9) + sigmoid(3)) / 3);
  EXPECT_FLOAT_EQ(result.texts[0].probs[0] + result.texts[0].probs[1], 1);
}

TEST(TransformerClassifier, GivesTwitterModelsWhatTheyWereTrainedOn) {
  Rig rig;
  const auto classifier = rig.classifier(std::make_unique<GatedModel>(rig.gate), "twitter-m");

  classifier->classify(Texts{"@bob"}, "");

  EXPECT_EQ(rig.gate.batches()[0][0], (Sequence{1, '@', 'u', 's', 'e', 'r', 2}));
}

TEST(TransformerClassifier, RefusesBeforeAnyWorkWhenTheQueueIsFull) {
  Metrics metrics;
  Gate gate;
  DynamicBatcher batcher({.max_queued_tokens = 4}, metrics);
  const TransformerClassifier classifier({.name = "m", .labels = {"a", "b"}, .max_tokens = 12},
                                         std::make_unique<ByteTokenizer>(),
                                         batcher.add("m", std::make_unique<GatedModel>(gate)), metrics);
  gate.close();
  const Texts text = {"a"};
  auto running = classifier.start(text, "");
  gate.await_batches(1);
  std::vector<std::future<Classified>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(classifier.start(text, ""));

  EXPECT_THROW(static_cast<void>(classifier.start(text, "")), Error);

  gate.open();
  for (auto& future : waiting) future.get();
  EXPECT_EQ(gate.batches().size(), 2U);
}

TEST(TransformerClassifier, SaysWhereTheTimeWent) {
  Rig rig;
  const auto classifier = rig.classifier(std::make_unique<GatedModel>(rig.gate));
  rig.gate.close();
  const Texts text = {"a"};
  auto future = classifier->start(text, "");
  rig.gate.await_batches(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  rig.gate.open();

  EXPECT_GE(future.get().times.compute_ms, 15);
  EXPECT_TRUE(rig.shows("rapport_inference_duration_seconds_count{model=\"m\",stage=\"tokenize\"} 1"));
  EXPECT_TRUE(rig.shows("rapport_inference_duration_seconds_count{model=\"m\",stage=\"compute\"} 1"));
}

TEST(CachedClassifier, AsksTheModelOnceForATextOfAScope) {
  Rig rig;
  const CachedClassifier cached(rig.classifier(std::make_unique<GatedModel>(rig.gate)), 1 << 20, rig.metrics);

  const Classified first = cached.classify(Texts{"ab", "c", "ab"}, "acme");
  const Classified second = cached.classify(Texts{"c", "ab"}, "acme");

  ASSERT_EQ(rig.gate.batches().size(), 1U);
  EXPECT_EQ(rig.gate.batches()[0].size(), 2U) << "a text that stands twice is computed once";
  EXPECT_EQ(first.texts[0].probs, second.texts[1].probs);
  EXPECT_EQ(first.texts[2].probs, second.texts[1].probs);
  EXPECT_EQ(first.texts[1].probs, second.texts[0].probs);
  EXPECT_TRUE(rig.shows("rapport_cache_requests_total{cache=\"m\",result=\"hit\"} 2"));
  EXPECT_TRUE(rig.shows("rapport_cache_requests_total{cache=\"m\",result=\"miss\"} 3"));
}

TEST(CachedClassifier, AnotherScopeFindsNothing) {
  Rig rig;
  const CachedClassifier cached(rig.classifier(std::make_unique<GatedModel>(rig.gate)), 1 << 20, rig.metrics);

  cached.classify(Texts{"ab"}, "acme");
  cached.classify(Texts{"ab"}, "globex");
  cached.classify(Texts{"eab"}, "acm");

  EXPECT_EQ(rig.gate.batches().size(), 3U);
}

TEST(CachedClassifier, ForgetsTheLeastRecentlyUsedAndStaysWithinItsBytes) {
  Rig rig;
  constexpr std::size_t kRoom = 16 * 1024;  // about 100 answers
  const CachedClassifier cached(rig.classifier(std::make_unique<CountingModel>()), kRoom, rig.metrics);
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back("text " + std::to_string(i));

  for (const std::string& text : texts) {
    cached.classify(Texts{text}, "");
    cached.classify(Texts{texts[0]}, "");
  }
  EXPECT_TRUE(rig.shows("rapport_cache_requests_total{cache=\"m\",result=\"hit\"} 1000")) << "text 0 stays";
  for (const std::string& text : texts) cached.classify(Texts{text}, "");

  const std::string metrics = rig.metrics.text();
  const std::string line = "rapport_cache_requests_total{cache=\"m\",result=\"hit\"} ";
  const int hits = std::stoi(metrics.substr(metrics.find(line) + line.size())) - 1000;
  EXPECT_GE(hits, 1);
  EXPECT_LE(hits, 110);
}

TEST(CachedClassifier, WhatTheModelRefusesIsNotRemembered) {
  Rig rig;
  const CachedClassifier cached(rig.classifier(std::make_unique<GatedModel>(rig.gate)), 1 << 20, rig.metrics);
  rig.gate.close();
  const Texts text = {"ab"};
  auto dropped = std::optional(cached.start(text, ""));
  rig.gate.await_batches(1);
  dropped.reset();
  rig.gate.open();

  EXPECT_EQ(cached.classify(text, "").texts.size(), 1U);
  EXPECT_EQ(rig.gate.batches().size(), 2U);
}

TEST(CachedClassifier, ManyThreadsGetWhatTheModelWouldSay) {
  Rig rig;
  const CachedClassifier cached(rig.classifier(std::make_unique<CountingModel>()), 4096, rig.metrics);
  std::vector<std::thread> threads;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    threads.emplace_back([&, seed] {
      Rng rng(seed);
      for (int i = 0; i < 300; ++i) {
        const auto a = static_cast<std::size_t>(rng.integer(0, 5));
        const auto b = static_cast<std::size_t>(rng.integer(0, 4));
        const std::string text = std::string(a, 'a') + std::string(b, 'b');
        const Classified result = cached.classify(Texts{text, text}, "");
        ASSERT_FLOAT_EQ(result.texts[0].probs[0], sigmoid(static_cast<float>(a) - static_cast<float>(b)));
        ASSERT_EQ(result.texts[0].probs, result.texts[1].probs);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace rapport::inference
