// With the fixture's model of chat, whose answers are known: who waits, who is refused and who gets which answer.
#include "inference/sequence_translator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/error.h"
#include "inference/raw_translations.h"
#include "support/shared_fixtures.h"

namespace rapport::inference {
namespace {

using Order = SequenceTranslator::Order;

SequenceTranslator::Options options(std::size_t max_queued_tokens = 32768) {
  return {.name = "micro", .precision = nn::Precision::kF32, .beams = 1, .max_queued_tokens = max_queued_tokens};
}

const std::vector<std::string> kEnglish = {"Hello, how are you?"};
const std::string kSpanish = "Hola, ¿cómo estás?";

TEST(SequenceTranslator, TranslatesSentencesInTheirOrder) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  Metrics metrics;
  const SequenceTranslator translator(path, options(), metrics);

  const auto answers = translator.start({{"Hello, how are you?", "", "Hello, how are you?"}, "en", "es"}).get();

  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].text, kSpanish);
  EXPECT_EQ(answers[1].text, "");
  EXPECT_EQ(answers[2].text, kSpanish);
  EXPECT_GT(answers[0].confidence, 0.9);
  EXPECT_LE(answers[0].confidence, 1);
}

TEST(SequenceTranslator, KnowsItsLanguagesFromItsFiles) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  Metrics metrics;
  const SequenceTranslator translator(path, options(), metrics);

  EXPECT_TRUE(translator.supports("en", "es"));
  EXPECT_FALSE(translator.supports("es", "en"));
  EXPECT_EQ(translator.languages(), (std::vector<std::string>{"en", "es"}));
  try {
    (void)translator.start({kEnglish, "en", "hi"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "unsupported_language");
  }
}

TEST(SequenceTranslator, GivesManyCallersTheirOwnAnswers) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  Metrics metrics;
  const SequenceTranslator translator(path, options(), metrics);
  const TranslatorFolder alone(path, nn::Precision::kF32);
  const std::vector<std::string> texts = {"Hello, how are you?", "Thank you", "Where is my order?", "price"};
  std::vector<RawTranslationOrder> orders;
  for (const std::string& text : texts) orders.push_back({.text = text, .beams = 2});
  const auto expected = raw_translations(alone, orders);

  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        const auto answers = translator.start({{texts[i], texts[i]}, "en", "es", 2}).get();
        for (const DecodedSentence& answer : answers) wrong += answer.text == expected[i].text ? 0 : 1;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();

  EXPECT_EQ(wrong, 0);
}

/// A translator whose thread waits until it is let go.
class HeldTranslator {
 public:
  HeldTranslator(const std::filesystem::path& path, std::size_t max_queued_tokens)
      : translator_(path, held(max_queued_tokens), metrics_) {}
  ~HeldTranslator() { release(); }

  const SequenceTranslator& operator*() const { return translator_; }
  void release() {
    if (!released_.exchange(true)) go_.set_value();
  }
  std::string metrics() const { return metrics_.text(); }

 private:
  SequenceTranslator::Options held(std::size_t max_queued_tokens) {
    auto held = options(max_queued_tokens);
    held.on_thread = [wait = go_.get_future().share()] { wait.wait(); };
    return held;
  }

  Metrics metrics_;
  std::promise<void> go_;
  std::atomic<bool> released_{false};
  SequenceTranslator translator_;
};

TEST(SequenceTranslator, RefusesWhatDoesNotFitBeforeAnyWork) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  HeldTranslator held(path, 40);
  auto first = (*held).start({kEnglish, "en", "es"});  // 11 tokens, counted as 10 at most
  auto second = (*held).start({kEnglish, "en", "es"});
  auto third = (*held).start({kEnglish, "en", "es"});
  auto fourth = (*held).start({kEnglish, "en", "es"});

  try {
    (void)(*held).start({kEnglish, "en", "es"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOverloaded);
    EXPECT_GE(error.retry_after_s().value_or(0), 1);
  }

  held.release();
  EXPECT_EQ(first.get().front().text, kSpanish);
  EXPECT_EQ(fourth.get().front().text, kSpanish);
  EXPECT_NE(held.metrics().find("rapport_queue_rejected_total{model=\"micro\",reason=\"full\"} 1"), std::string::npos);
}

TEST(SequenceTranslator, TakesBackWhatNobodyWaitsFor) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  HeldTranslator held(path, 40);
  std::vector<std::future<std::vector<DecodedSentence>>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back((*held).start({kEnglish, "en", "es"}));

  waiting.erase(waiting.begin());
  auto last = (*held).start({kEnglish, "en", "es"});  // there is room again

  held.release();
  EXPECT_EQ(last.get().front().text, kSpanish);
  EXPECT_NE(held.metrics().find("reason=\"cancelled\"} 1"), std::string::npos);
}

TEST(SequenceTranslator, TakesBackACallThatIsCancelledWhileItsCallerWaits) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  HeldTranslator held(path, 40);
  std::atomic<bool> cancelled = false;
  auto left = (*held).start({.sentences = kEnglish, .source = "en", .target = "es", .cancelled = &cancelled});
  auto stays = (*held).start({kEnglish, "en", "es"});

  std::thread leaves([&] { cancelled = true; });
  try {
    (void)left.get();
    ADD_FAILURE() << "it is held";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "cancelled");
  }
  leaves.join();

  held.release();
  EXPECT_EQ(stays.get().front().text, kSpanish);
  EXPECT_NE(held.metrics().find("reason=\"cancelled\"} 1"), std::string::npos);
  EXPECT_NE(held.metrics().find("rapport_queue_depth{model=\"micro\"} 0"), std::string::npos);
}

TEST(SequenceTranslator, FailsWhatWaitsWhenItEnds) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  std::future<std::vector<DecodedSentence>> waiting;
  {
    Metrics metrics;
    std::promise<void> go;
    auto held = options();
    held.on_thread = [wait = go.get_future().share()] { wait.wait_for(std::chrono::milliseconds(200)); };
    const SequenceTranslator translator(path, held, metrics);
    waiting = translator.start({kEnglish, "en", "es"});
  }
  try {
    (void)waiting.get();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "shutting_down");
  }
}

TEST(SequenceTranslator, RefusesASentenceThatIsTooLongForTheModel) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  Metrics metrics;
  const SequenceTranslator translator(path, options(), metrics);
  std::string text;
  for (int i = 0; i < 600; ++i) text += "hello ";
  try {
    (void)translator.start({{text}, "en", "es"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "sentence_too_long");
  }
}

TEST(TranslatorFolder, LoadsAModelThatTheProgramCarries) {
  RAPPORT_SHARED_OR_SKIP(path, "fixtures/micro-marian-en-es");
  std::map<std::string, std::string> files;
  nn::ModelFiles::Carried carried;
  for (const char* name : {"config.json", "generation_config.json", "model.safetensors", "source.spm", "target.spm",
                           "vocab.json", "tokenizer_config.json", "special_tokens_map.json"}) {
    files[name] = nn::ModelFiles(path).text(name);
    carried[name] = std::as_bytes(std::span(files[name]));
  }
  const TranslatorFolder folder(nn::ModelFiles("carried", carried), nn::Precision::kInt8);

  const auto answers = raw_translations(folder, std::vector<RawTranslationOrder>{{.text = kEnglish.front()}});

  EXPECT_EQ(answers.front().text, kSpanish);
}

}  // namespace
}  // namespace rapport::inference
