#include "flows/translate_campaign.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "base/error.h"
#include "flows/translate_text.h"
#include "flows/translation_memory.h"
#include "support/temporary_folder.h"

namespace rapport::flows {
namespace {

using translation::Translated;

/// From English to Spanish, Hindi and Portuguese: "Hello" is "[es] Hello".
class FakeTranslator : public translation::Translator {
 public:
  const std::string& name() const override { return name_; }
  std::vector<std::string> languages() const override { return {"en", "es", "hi", "pt"}; }
  bool supports(std::string_view source, std::string_view target) const override {
    return source == "en" && (target == "es" || target == "hi" || target == "pt");
  }
  bool wants_sentences() const override { return false; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view, std::string_view target,
                                    Cancelled) const override {
    std::vector<Translated> answers;
    for (const std::string_view text : texts) {
      ++texts_seen;
      answers.push_back({"[" + std::string(target) + "] " + std::string(text), 0.75});
    }
    return answers;
  }

  mutable std::atomic<int> texts_seen = 0;

 private:
  std::string name_ = "fake";
};

class Campaigns : public ::testing::Test {
 protected:
  void write(const std::vector<Row>& rows) {
    const auto writer = store_->bulk_writer(tenant_);
    for (const Row& row : rows) writer->write(row);
    writer->commit();
  }

  static Contact contact(const std::string& id, const std::string& language = "") {
    Contact row;
    row.id = ContactId(id);
    row.language = language;
    return row;
  }

  Message said(const std::string& contact, const std::string& language, Direction direction = Direction::kInbound) {
    Message row;
    row.id = MessageId("m" + std::to_string(++last_));
    row.contact = ContactId(contact);
    row.direction = direction;
    row.sent_at = from_epoch_ms(1'700'000'000'000 + last_);
    row.text = PrivateText("x");
    row.language = language;
    return row;
  }

  PreferenceEvent preference(const std::string& contact, PreferenceEventType type) {
    ++last_;
    return {RowId("p" + std::to_string(last_)), ContactId(contact), type, from_epoch_ms(1'700'000'000'000 + last_)};
  }

  TranslatedCampaign campaign(const CampaignOrder& order = {.text = "Your order {{1}} is here", .source = "en"}) {
    return translate_campaign({*store_, models_, clock_}, *translator_, tenant_, order);
  }

  /// "es 2, hi 1"
  static std::string counts(const TranslatedCampaign& campaign) {
    std::string text;
    for (const CampaignLanguage& each : campaign.languages) {
      text += (text.empty() ? "" : ", ") + each.language + " " + std::to_string(each.contacts);
    }
    return text;
  }

  rapport::testing::TemporaryFolder folder_;
  ManualClock clock_{from_epoch_ms(1'763'892'000'000)};
  std::unique_ptr<store::Store> store_ = store::Store::open("sqlite:" + (folder_ / "rapport.db"), clock_);
  Metrics metrics_;
  inference::ModelRegistry models_{*store_, clock_, metrics_};
  TenantId tenant_{"shop"};
  std::shared_ptr<FakeTranslator> fake_ = std::make_shared<FakeTranslator>();
  TranslationMemory memory_{*store_, clock_, metrics_, {}};
  std::unique_ptr<translation::MessageTranslator> translator_ = std::make_unique<translation::MessageTranslator>(
      translation::MessageTranslatorParts{.translators = {fake_},
                                          .routing = {.order = {"fake"}, .pairs = {}},
                                          .cache = &memory_,
                                          .identify = language::identify,
                                          .remedy = {}},
      metrics_);
  std::int64_t last_ = 0;
};

TEST_F(Campaigns, WriteToEachContactInItsLanguageAndTranslateEachLanguageOnce) {
  write({contact("a", "es"), contact("b", "hi"), contact("c", "es-MX"), contact("d", "en"), contact("e", "pt-BR")});

  const TranslatedCampaign found = campaign();

  EXPECT_EQ(counts(found), "es 2, en 1, hi 1, pt 1");
  EXPECT_EQ(found.contacts, 5U);
  ASSERT_EQ(found.audience.size(), 5U);
  EXPECT_EQ(found.audience[2].first.text(), "c");
  EXPECT_EQ(found.languages[found.audience[2].second].language, "es");
  EXPECT_EQ(found.languages[0].message.text, "[es] Your order {{1}} is here");
  EXPECT_EQ(found.languages[0].message.placeholders.in, 1U);
  EXPECT_TRUE(found.languages[0].message.placeholders.ok);
  EXPECT_TRUE(found.languages[1].message.unchanged);
  EXPECT_EQ(found.languages[1].message.text, "Your order {{1}} is here");
  EXPECT_EQ(fake_->texts_seen, 3) << "Spanish once, Hindi, Portuguese; English not at all";
}

TEST_F(Campaigns, KnowAContactsLanguageFromItsMessages) {
  write({contact("row", "hi"), contact("wrote"), contact("silent")});
  write({said("row", "es"), said("wrote", "pt"), said("wrote", "es"), said("wrote", "es"), said("wrote", ""),
         said("wrote", "und"), said("silent", "pt", Direction::kOutbound)});

  const TranslatedCampaign found = campaign();

  EXPECT_EQ(counts(found), "en 1, es 1, hi 1");
  EXPECT_EQ(found.found.at(LanguageFrom::kContact), 1U);
  EXPECT_EQ(found.found.at(LanguageFrom::kMessages), 1U);
  EXPECT_EQ(found.found.at(LanguageFrom::kFallback), 1U) << "what we wrote says nothing about the contact";
}

TEST_F(Campaigns, OfEquallyFrequentLanguagesTheLaterOneCounts) {
  write({contact("a"), said("a", "pt"), said("a", "es")});

  EXPECT_EQ(counts(campaign()), "es 1");
}

TEST_F(Campaigns, WriteHindiToWhoWritesItInLatinLetters) {
  write({contact("a", "hi-Latn"), contact("b", "hi")});

  EXPECT_EQ(counts(campaign()), "hi 2");
}

TEST_F(Campaigns, UseTheFallbackThatTheyAreGiven) {
  write({contact("a")});

  EXPECT_EQ(counts(campaign({.text = "Hello my friend", .source = "en", .fallback = "pt"})), "pt 1");
}

TEST_F(Campaigns, LeaveOutWhoOptedOutUntilTheyComeBack) {
  write({contact("out", "es"), contact("back", "es"), contact("clicked", "es"), contact("stays", "es")});
  rapport::Campaign spring;
  spring.id = CampaignId("spring");
  write({spring, preference("out", PreferenceEventType::kOptOut), preference("back", PreferenceEventType::kOptOut),
         preference("back", PreferenceEventType::kOptIn), preference("stays", PreferenceEventType::kChange),
         CampaignEvent{RowId("e1"), ContactId("clicked"), CampaignId("spring"), MessageId(),
                       CampaignEventType::kUnsubscribe, from_epoch_ms(1'700'000'000'000)}});

  const TranslatedCampaign found = campaign();

  EXPECT_EQ(found.opted_out, 2U);
  EXPECT_EQ(counts(found), "es 2");
}

TEST_F(Campaigns, ALanguageThatNobodyTranslatesHasItsErrorAndTheOthersStand) {
  write({contact("a", "es"), contact("b", "ja")});

  const TranslatedCampaign found = campaign();

  ASSERT_EQ(found.languages.size(), 2U);
  EXPECT_FALSE(found.languages[0].message.error);
  ASSERT_TRUE(found.languages[1].message.error);
  EXPECT_EQ(found.languages[1].message.error->code(), "no_translator");
}

TEST_F(Campaigns, FailAsAWholeWhereTheMessageTellsNoLanguage) {
  write({contact("a", "es")});

  try {
    campaign({.text = "ok"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "language_unknown");
  }
}

TEST_F(Campaigns, HaveNoLanguagesWithoutContacts) {
  const TranslatedCampaign found = campaign();

  EXPECT_TRUE(found.languages.empty());
  EXPECT_EQ(found.contacts, 0U);
}

TEST_F(Campaigns, SeeTheirTenantsContactsAlone) {
  write({contact("a", "es")});
  tenant_ = TenantId("other");

  EXPECT_EQ(campaign().contacts, 0U);
}

TEST_F(Campaigns, TakeWhatIsRemembered) {
  write({contact("a", "es")});
  campaign();
  campaign();

  EXPECT_EQ(fake_->texts_seen, 1);
}

TEST_F(Campaigns, TranslatingTextsThrowsOnlyWhenAllFail) {
  const std::vector<std::string_view> texts = {"Hello my friend", "7"};
  const std::vector<std::string> targets = {"es", "ja"};
  const std::vector<std::string> nowhere = {"ja", "ko"};

  EXPECT_FALSE(translate_texts(*translator_, texts, "es", {tenant_, "en"})[0].error);
  EXPECT_TRUE(translate_into(*translator_, texts[0], targets, {tenant_, "en"})[1].error);
  EXPECT_THROW(translate_into(*translator_, texts[0], nowhere, {tenant_, "en"}), Error);
}

}  // namespace
}  // namespace rapport::flows
