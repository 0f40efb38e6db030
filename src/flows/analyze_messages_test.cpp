#include "flows/analyze_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "flows/analyze_conversation.h"
#include "inference/model_registry.h"
#include "sentiment/fake_classifier.h"
#include "support/temporary_folder.h"

namespace rapport::flows {
namespace {

using sentiment::testing::FakeClassifier;

language::Identified identify(std::string_view text) {
  if (sentiment::testing::has(text, "hola")) return {"es", 0.9, {}};
  if (sentiment::testing::has(text, "ok")) return {};
  return {"en", 0.97, {}};
}

class AnalyzeMessages : public ::testing::Test {
 protected:
  void write(const TenantId& tenant, const std::vector<Row>& rows) {
    const auto writer = store_->bulk_writer(tenant);
    for (const Row& row : rows) writer->write(row);
    writer->commit();
  }

  static Contact contact(const std::string& id, const std::string& language = "") {
    Contact row;
    row.id = ContactId(id);
    row.language = language;
    return row;
  }

  static Message said(const std::string& id, const std::string& contact, const std::string& text) {
    Message row;
    row.id = MessageId(id);
    row.contact = ContactId(contact);
    row.sent_at = from_epoch_ms(1'700'000'000'000);
    row.text = PrivateText(text);
    return row;
  }

  /// `count` messages of one contact: m000, m001, ...
  void write_many(int count, const std::string& text = "I love it") {
    std::vector<Row> rows = {contact("a")};
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(1000 + i).substr(1);
      rows.emplace_back(said("m" + number, "a", text));
    }
    write(tenant_, rows);
  }

  AnalyzeMessagesReport analyze(const AnalyzeMessagesOptions& options = {}) {
    return analyze_messages({*store_, models_, clock_}, analyzer(), tenant_, options);
  }

  sentiment::Analyzer analyzer() const {
    return sentiment::Analyzer(
        {.builtin_sentiment = &sentiment_, .builtin_emotion = &emotion_, .builtin_emotion_languages = {"en"}},
        identify);
  }

  std::vector<Message> stored(const std::string& contact) {
    return store_->history(tenant_, ContactId(contact)).value().messages;
  }

  rapport::testing::TemporaryFolder folder_;
  ManualClock clock_{from_epoch_ms(1'763'892'000'000)};
  std::unique_ptr<store::Store> store_ = store::Store::open("sqlite:" + (folder_ / "rapport.db"), clock_);
  Metrics metrics_;
  inference::ModelRegistry models_{*store_, clock_, metrics_};
  TenantId tenant_{"shop"};
  FakeClassifier sentiment_ = sentiment::testing::fake_sentiment("builtin-sentiment");
  FakeClassifier emotion_ = sentiment::testing::fake_emotion("builtin-emotion");
};

TEST_F(AnalyzeMessages, GivesWhatContactsWroteItsSentimentEmotionAndLanguage) {
  Message template_text = said("m3", "a", "I love to sell");
  template_text.direction = Direction::kOutbound;
  Message known = said("m5", "a", "terrible");
  known.analysis = Analysis{Sentiment::kPositive, 1, "joy", 1};
  write(tenant_, {contact("a"), contact("b", "es-MX"), said("m1", "a", "I love it"), said("m2", "b", "hola, terrible"),
                  template_text, said("m4", "a", "https://example.com"), known, said("m6", "b", "ok")});

  const AnalyzeMessagesReport report = analyze();

  EXPECT_EQ(report.analyzed, 3U);
  EXPECT_EQ(report.by_model, (std::map<std::string, std::uint64_t>{{"builtin-sentiment", 3}}));
  EXPECT_EQ(report.without_words, (std::map<std::string_view, std::uint64_t>{{"links_only", 1}}));
  const std::vector<Message> a = stored("a");
  ASSERT_TRUE(a[0].analysis);
  EXPECT_EQ(a[0].analysis->sentiment, Sentiment::kPositive);
  EXPECT_NEAR(a[0].analysis->valence, 0.97, 1e-6);
  EXPECT_EQ(a[0].analysis->emotion, "joy");
  EXPECT_NEAR(a[0].analysis->emotion_prob.value(), 0.85, 1e-6);
  EXPECT_EQ(a[0].language, "en");
  EXPECT_FALSE(a[1].analysis) << "the business's own words";
  EXPECT_FALSE(a[2].analysis) << "a link has no mood";
  EXPECT_EQ(a[3].analysis->valence, 1) << "the business's own analysis";
  const std::vector<Message> b = stored("b");
  EXPECT_EQ(b[0].analysis->sentiment, Sentiment::kNegative);
  EXPECT_EQ(b[0].analysis->emotion, "") << "no model knows emotions in Spanish";
  EXPECT_FALSE(b[0].analysis->emotion_prob);
  EXPECT_EQ(b[0].language, "es");
  EXPECT_TRUE(b[1].analysis);
  EXPECT_EQ(b[1].language, "") << "the contact's language was only a guess";
}

TEST_F(AnalyzeMessages, DoesNothingTwice) {
  write_many(5);

  EXPECT_EQ(analyze().analyzed, 5U);
  EXPECT_EQ(analyze().analyzed, 0U);
  EXPECT_EQ(sentiment_.asked.size(), 5U);
}

TEST_F(AnalyzeMessages, SeesOneTenantAlone) {
  write_many(3);
  write(TenantId("other"), {contact("a"), said("m000", "a", "terrible")});

  EXPECT_EQ(analyze().analyzed, 3U);

  EXPECT_FALSE(store_->history(TenantId("other"), ContactId("a")).value().messages[0].analysis);
  EXPECT_EQ(sentiment_.scopes, std::vector<std::string>{"shop"});
}

/// Answers a few calls and then dies, as a program would.
class MortalClassifier final : public inference::TextClassifier {
 public:
  MortalClassifier(const FakeClassifier& inner, int calls) : inner_(inner), calls_(calls) {}
  const std::string& name() const override { return inner_.name(); }
  std::span<const std::string> labels() const override { return inner_.labels(); }
  std::future<inference::Classified> start(std::span<const std::string_view> texts,
                                           std::string_view scope) const override {
    if (calls_-- == 0) throw Error(ErrorKind::kInternal, "killed", "The program was killed.");
    return inner_.start(texts, scope);
  }

 private:
  const FakeClassifier& inner_;
  mutable int calls_;
};

TEST_F(AnalyzeMessages, GoesOnWhereACrashLeftIt) {
  write_many(25);
  const MortalClassifier mortal(sentiment_, 2);
  const sentiment::Analyzer dying({.builtin_sentiment = &mortal, .builtin_emotion = &emotion_}, identify);

  EXPECT_THROW(analyze_messages({*store_, models_, clock_}, dying, tenant_, {.batch_messages = 10}), Error);

  EXPECT_EQ(store_->count_to_analyze(tenant_, store::ToAnalyze::kMissing), 5) << "two batches are kept";
  EXPECT_EQ(analyze().analyzed, 5U);
}

TEST_F(AnalyzeMessages, DoingItAgainGoesOnToo) {
  write_many(25);
  analyze();
  sentiment_.asked.clear();
  const MortalClassifier mortal(sentiment_, 2);
  const sentiment::Analyzer dying({.builtin_sentiment = &mortal, .builtin_emotion = &emotion_}, identify);
  EXPECT_THROW(analyze_messages({*store_, models_, clock_}, dying, tenant_, {.again = true, .batch_messages = 10}),
               Error);

  EXPECT_EQ(analyze({.again = true}).analyzed, 5U);
  EXPECT_EQ(sentiment_.asked.size(), 25U);
  EXPECT_EQ(analyze({.again = true}).analyzed, 25U) << "from the beginning, once it came to its end";
}

TEST_F(AnalyzeMessages, DoingItAgainWithOtherModelsBeginsAtTheBeginning) {
  write_many(25);
  analyze();
  const MortalClassifier mortal(sentiment_, 2);
  const sentiment::Analyzer dying({.builtin_sentiment = &mortal, .builtin_emotion = &emotion_}, identify);
  EXPECT_THROW(analyze_messages({*store_, models_, clock_}, dying, tenant_, {.again = true, .batch_messages = 10}),
               Error);
  const FakeClassifier better("better", {"positive", "negative", "neutral"}, [](std::string_view) {
    return FakeClassifier::Probs{0, 1, 0};
  });
  const sentiment::Analyzer other(
      {.english_sentiment = &better, .builtin_sentiment = &sentiment_, .builtin_emotion = &emotion_}, identify);

  const AnalyzeMessagesReport report = analyze_messages({*store_, models_, clock_}, other, tenant_, {.again = true});

  EXPECT_EQ(report.by_model, (std::map<std::string, std::uint64_t>{{"better", 25}}));
  EXPECT_EQ(stored("a")[0].analysis.value().sentiment, Sentiment::kNegative);
}

TEST_F(AnalyzeMessages, TakesMessagesOfABusinessThatImportsWhileItReads) {
  write_many(4);
  const FakeClassifier slow("slow", {"positive", "negative", "neutral"}, [&](std::string_view) {
    write(tenant_, {said("m001", "a", "no, terrible")});
    return FakeClassifier::Probs{1, 0, 0};
  });
  const sentiment::Analyzer reading({.builtin_sentiment = &slow, .builtin_emotion = &emotion_}, identify);

  const AnalyzeMessagesReport report = analyze_messages({*store_, models_, clock_}, reading, tenant_, {});

  EXPECT_EQ(report.changed_meanwhile, 1U);
  EXPECT_FALSE(stored("a")[1].analysis);
  EXPECT_EQ(analyze().analyzed, 1U);
  EXPECT_EQ(stored("a")[1].analysis.value().sentiment, Sentiment::kNegative);
}

TEST_F(AnalyzeMessages, AConversationTellsTheLanguageOfItsShortMessages) {
  const std::vector<ConversationMessage> messages = {
      {"hola, I love it"}, {"How may I help?", Direction::kOutbound}, {"ok"}, {"hola, terrible"}};

  const ConversationAnalysis found = analyze_conversation(analyzer(), messages, "", {.scope = "shop"});

  EXPECT_EQ(found.messages[2].verdict.value().language, "es");
  EXPECT_FALSE(found.messages[1].verdict);
  EXPECT_EQ(found.messages[1].reason, sentiment::NotAnalyzed::kOutbound);
  EXPECT_EQ(found.mood.analyzed, 3U);
  EXPECT_EQ(found.mood.trend, sentiment::Trend::kDeclining);
  EXPECT_EQ(found.mood.turning_point.value().message, 2U);
  EXPECT_EQ(found.mood.turning_point.value().driver, 3U);
}

}  // namespace
}  // namespace rapport::flows
