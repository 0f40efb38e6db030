#include "sentiment/analyzer.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "sentiment/fake_classifier.h"

namespace rapport::sentiment {
namespace {

using testing::fake_emotion;
using testing::fake_sentiment;
using testing::FakeClassifier;
using testing::has;

/// Words of the test's own make: "hola" is Spanish, "ok" does not tell.
language::Identified identify(std::string_view text) {
  if (has(text, "hola")) return {"es", 0.9, {}};
  if (has(text, "namaste")) return {"hi-Latn", 0.8, {}};
  if (has(text, "hmm")) return {"en", 0.3, {}};
  if (has(text, "ok")) return {};
  return {"en", 0.97, {}};
}

class AnalyzerTest : public ::testing::Test {
 protected:
  static Outcome one(const Analyzer& analyzer, Text text, AnalyzeOptions options = {}) {
    return analyzer.analyze(std::vector<Text>{text}, options).texts.at(0);
  }
  static std::string model_for(const Analyzer& analyzer, Text text) {
    return std::string(one(analyzer, text).verdict.value().model);
  }
  static std::string emotion_model_for(const Analyzer& analyzer, Text text) {
    const std::optional<EmotionVerdict> emotion = one(analyzer, text).verdict.value().emotion;
    return emotion ? std::string(emotion->model) : "none";
  }

  FakeClassifier builtin_sentiment_ = fake_sentiment("builtin-sentiment");
  FakeClassifier builtin_emotion_ = fake_emotion("builtin-emotion");
  FakeClassifier english_sentiment_ = fake_sentiment("english-sentiment");
  FakeClassifier english_emotion_ = fake_emotion("english-emotion");
  FakeClassifier multilingual_ = fake_sentiment("multilingual");
  Models builtin_ = {.builtin_sentiment = &builtin_sentiment_,
                     .builtin_emotion = &builtin_emotion_,
                     .builtin_emotion_languages = {"en"}};
};

TEST_F(AnalyzerTest, ReadsTheModelsLabelsByName) {
  const Analyzer analyzer(builtin_, identify);

  const Verdict verdict = one(analyzer, {"I love this!"}).verdict.value();

  EXPECT_EQ(verdict.sentiment, Sentiment::kPositive);
  EXPECT_FLOAT_EQ(static_cast<float>(verdict.prob), 0.95F);
  EXPECT_NEAR(verdict.valence, 0.97, 1e-6);
  ASSERT_TRUE(verdict.emotion);
  EXPECT_EQ(verdict.emotion->emotion, Emotion::kJoy);
  EXPECT_FLOAT_EQ(static_cast<float>(verdict.emotion->prob), 0.85F);
  EXPECT_EQ(verdict.risk, Risk::kLow);
  EXPECT_EQ(verdict.language, "en");
}

TEST_F(AnalyzerTest, TellsTheContractsThreeExamplesApart) {
  const Analyzer analyzer(builtin_, identify);
  const std::vector<Text> texts = {{"I love this!"}, {"This is terrible service"}, {"When will my order arrive?"}};

  const Analyses analyses = analyzer.analyze(texts, {.scope = "shop"});

  EXPECT_EQ(analyses.texts[0].verdict.value().risk, Risk::kLow);
  EXPECT_EQ(analyses.texts[1].verdict.value().risk, Risk::kHigh);
  EXPECT_EQ(analyses.texts[1].verdict.value().emotion.value().emotion, Emotion::kAnger);
  EXPECT_EQ(analyses.texts[2].verdict.value().risk, Risk::kMedium) << "a neutral question";
  EXPECT_EQ(builtin_sentiment_.scopes, std::vector<std::string>{"shop"}) << "one call for all texts";
  EXPECT_DOUBLE_EQ(analyses.times.compute_ms, 2);
}

TEST_F(AnalyzerTest, RunsNoEmotionModelWhenNoneIsAskedFor) {
  const Analyzer analyzer(builtin_, identify);

  const Verdict verdict = one(analyzer, {"This is terrible service"}, {.emotions = false}).verdict.value();

  EXPECT_FALSE(verdict.emotion);
  EXPECT_EQ(verdict.risk, Risk::kHigh);
  EXPECT_TRUE(builtin_emotion_.asked.empty());
}

TEST_F(AnalyzerTest, BuiltInModelsAnswerWhenNothingIsInstalled) {
  const Analyzer analyzer(builtin_, identify);

  for (const char* text : {"hello", "hola", "ok", "👍"}) {
    EXPECT_EQ(model_for(analyzer, {text}), "builtin-sentiment") << text;
  }
}

TEST_F(AnalyzerTest, TheModelOfTheTextsLanguageAnswers) {
  Models models = builtin_;
  models.english_sentiment = &english_sentiment_;
  models.english_emotion = &english_emotion_;
  const Analyzer english(models, identify);
  EXPECT_EQ(model_for(english, {"hello"}), "english-sentiment");
  EXPECT_EQ(model_for(english, {"hola"}), "builtin-sentiment");
  EXPECT_EQ(model_for(english, {"ok"}), "builtin-sentiment") << "may be any language";
  EXPECT_EQ(model_for(english, {"hmm"}), "builtin-sentiment") << "too unsure to call it English";
  EXPECT_EQ(model_for(english, {"👍👍"}), "english-sentiment") << "emoji are everybody's";
  EXPECT_EQ(emotion_model_for(english, {"hello"}), "english-emotion");
  EXPECT_EQ(emotion_model_for(english, {"ok"}), "builtin-emotion");

  models.multilingual_sentiment = &multilingual_;
  const Analyzer all(models, identify);
  EXPECT_EQ(model_for(all, {"hello"}), "english-sentiment");
  EXPECT_EQ(model_for(all, {"hola"}), "multilingual");
  EXPECT_EQ(model_for(all, {"namaste"}), "multilingual");
  EXPECT_EQ(model_for(all, {"ok"}), "multilingual");
  EXPECT_EQ(model_for(all, {"???"}), "multilingual");

  models.english_sentiment = nullptr;
  EXPECT_EQ(model_for(Analyzer(models, identify), {"hello"}), "multilingual");
}

TEST_F(AnalyzerTest, GivesNoEmotionInALanguageThatNoModelKnows) {
  const Analyzer analyzer(builtin_, identify);

  EXPECT_EQ(emotion_model_for(analyzer, {"hello"}), "builtin-emotion");
  EXPECT_EQ(emotion_model_for(analyzer, {"ok"}), "builtin-emotion");
  EXPECT_EQ(emotion_model_for(analyzer, {"😡"}), "builtin-emotion");
  EXPECT_EQ(emotion_model_for(analyzer, {"hola"}), "none");
  EXPECT_EQ(one(analyzer, {"hola, terrible"}).verdict.value().risk, Risk::kHigh) << "of the sentiment alone";
}

TEST_F(AnalyzerTest, TakesAKnownLanguageAndALikelyOneWhenTheTextDoesNotTell) {
  Models models = builtin_;
  models.english_sentiment = &english_sentiment_;
  models.multilingual_sentiment = &multilingual_;
  models.builtin_emotion_languages = {"en", "hi"};
  const Analyzer analyzer(models, identify);

  EXPECT_EQ(model_for(analyzer, {.text = "hello", .language = "es-MX"}), "multilingual") << "who knows, knows";
  EXPECT_EQ(model_for(analyzer, {.text = "ok", .likely_language = "en-GB"}), "english-sentiment");
  EXPECT_EQ(model_for(analyzer, {.text = "hola", .likely_language = "en"}), "multilingual") << "the text tells";
  EXPECT_EQ(one(analyzer, {.text = "ok", .likely_language = "pt-BR"}).verdict.value().language, "pt-BR");
  EXPECT_EQ(emotion_model_for(analyzer, {.text = "ok", .language = "hi"}), "builtin-emotion");
  EXPECT_EQ(emotion_model_for(analyzer, {.text = "namaste"}), "none") << "not in those letters";
}

TEST_F(AnalyzerTest, ReadsTheSendersOwnWords) {
  const Analyzer analyzer(builtin_, identify);

  const Outcome outcome = one(analyzer, {"> This is terrible service\nI *love* it"});

  EXPECT_EQ(outcome.verdict.value().sentiment, Sentiment::kPositive);
  EXPECT_EQ(builtin_sentiment_.asked, std::vector<std::string>{"I love it"});
}

TEST_F(AnalyzerTest, AsksNoModelAboutMessagesWithoutWords) {
  const Analyzer analyzer(builtin_, identify);
  const std::vector<Text> texts = {{""}, {"https://example.com"}, {"I love this!"}, {"> terrible"}};

  const Analyses analyses = analyzer.analyze(texts, {});

  EXPECT_EQ(analyses.texts[0].reason, NotAnalyzed::kBlank);
  EXPECT_EQ(analyses.texts[1].reason, NotAnalyzed::kLinks);
  EXPECT_TRUE(analyses.texts[2].verdict);
  EXPECT_EQ(analyses.texts[3].reason, NotAnalyzed::kQuote);
  EXPECT_FALSE(analyses.texts[0].verdict || analyses.texts[1].verdict || analyses.texts[3].verdict);
  EXPECT_EQ(builtin_sentiment_.asked.size(), 1U);
}

TEST_F(AnalyzerTest, KeepsTheOrderOfManyTextsAmongSeveralModels) {
  Models models = builtin_;
  models.english_sentiment = &english_sentiment_;
  const Analyzer analyzer(models, identify);
  std::vector<Text> texts;
  for (int i = 0; i < 1000; ++i) {
    texts.push_back({i % 3 == 0 ? "I love it" : i % 3 == 1 ? "hola, terrible" : "https://example.com"});
  }

  const Analyses analyses = analyzer.analyze(texts, {});

  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i % 3 == 2) {
      EXPECT_FALSE(analyses.texts[i].verdict) << i;
    } else {
      ASSERT_TRUE(analyses.texts[i].verdict) << i;
      EXPECT_EQ(analyses.texts[i].verdict->sentiment, i % 3 == 0 ? Sentiment::kPositive : Sentiment::kNegative) << i;
    }
  }
}

TEST_F(AnalyzerTest, RefusesAModelWithOtherClasses) {
  const FakeClassifier stars("stars", {"1 star", "2 stars", "3 stars"}, {});
  Models models = builtin_;
  models.english_sentiment = &stars;

  try {
    const Analyzer analyzer(models, identify);
    FAIL() << "it took them";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "model_labels_unknown");
    EXPECT_NE(error.message().find("stars"), std::string::npos);
  }
}

}  // namespace
}  // namespace rapport::sentiment
