#include <string>
#include <vector>

#include "store/store_fixture.h"

namespace rapport::store {
namespace {

class AnalysesStore : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    Contact ana = contact("a");
    ana.language = "es-ES";
    write_rows(*store, tenant, {ana, contact("b")});
  }

  static Message inbound(const std::string& id, const std::string& of, std::int64_t seconds, const std::string& text) {
    Message row = message(id, of, seconds);
    row.direction = Direction::kInbound;
    row.text = PrivateText(text);
    return row;
  }

  std::vector<std::string> waiting(ToAnalyze which = ToAnalyze::kMissing) {
    std::vector<std::string> ids;
    for (const MessageWords& row : store->messages_to_analyze(tenant, which, {}, 100)) {
      ids.push_back(row.position.message.text());
    }
    EXPECT_EQ(store->count_to_analyze(tenant, which), static_cast<std::int64_t>(ids.size()));
    return ids;
  }

  std::int64_t analyze(const std::string& id, std::string_view words, const std::optional<Analysis>& analysis,
                       const std::string& language = "") {
    const std::vector<MessageAnalysis> all = {{MessageId(id), words, language, analysis, "some-model"}};
    return store->write_analyses(tenant, all);
  }

  Message stored(const std::string& contact, std::size_t index = 0) {
    return store->history(tenant, ContactId(contact))->messages.at(index);
  }

  const Analysis happy_{Sentiment::kPositive, 0.875, "joy", 0.75};
};
RAPPORT_STORE_SUITE(AnalysesStore);

using Ids = std::vector<std::string>;

TEST_P(AnalysesStore, FindsWhatContactsWroteInWordsAndNobodyHasAnalyzed) {
  Message voice = inbound("m3", "a", 3, "");
  voice.transcript = PrivateText("hola");
  voice.language = "es";
  Message silent = inbound("m4", "a", 4, "");
  silent.media_type = "image";
  Message ours = inbound("m5", "a", 5, "from the business");
  ours.direction = Direction::kOutbound;
  Message analyzed = inbound("m6", "a", 6, "fine");
  analyzed.analysis = happy_;
  write_rows(*store, tenant,
             {inbound("m1", "b", 1, "first"), inbound("m2", "a", 9, "last of a"), voice, silent, ours, analyzed});

  const std::vector<MessageWords> found = store->messages_to_analyze(tenant, ToAnalyze::kMissing, {}, 100);

  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(waiting(), (Ids{"m3", "m2", "m1"})) << "by contact, time and id";
  EXPECT_EQ(found[0].words.reveal(), "hola");
  EXPECT_EQ(found[0].language, "es");
  EXPECT_EQ(found[0].contact_language, "es-ES");
  EXPECT_EQ(found[1].words.reveal(), "last of a");
  EXPECT_EQ(found[2].contact_language, "");
  EXPECT_TRUE(store->messages_to_analyze(other_tenant, ToAnalyze::kMissing, {}, 100).empty());
}

TEST_P(AnalysesStore, GoesOnBehindAnyMessage) {
  write_rows(*store, tenant,
             {inbound("m1", "a", 1, "x"), inbound("m2", "a", 1, "x"), inbound("m3", "a", 2, "x"),
              inbound("m4", "b", 0, "x"), inbound("m5", "b", -7, "x")});

  std::vector<std::string> ids;
  std::optional<MessagePosition> after;
  for (;;) {
    const auto batch = store->messages_to_analyze(tenant, ToAnalyze::kMissing, after, 2);
    EXPECT_LE(batch.size(), 2U);
    if (batch.empty()) break;
    for (const MessageWords& row : batch) ids.push_back(row.position.message.text());
    after = batch.back().position;
  }

  EXPECT_EQ(ids, (Ids{"m1", "m2", "m3", "m5", "m4"}));
}

TEST_P(AnalysesStore, GivesLongMessagesInSmallerPortions) {
  std::vector<Row> rows;
  for (int i = 0; i < 20; ++i)
    rows.emplace_back(inbound("m" + std::to_string(10 + i), "a", i, std::string(1'000'000, 'x')));
  write_rows(*store, tenant, rows);

  const auto first = store->messages_to_analyze(tenant, ToAnalyze::kMissing, {}, 100);
  ASSERT_FALSE(first.empty());
  EXPECT_LT(first.size(), 20U);
  const auto rest = store->messages_to_analyze(tenant, ToAnalyze::kMissing, first.back().position, 100);
  EXPECT_EQ(first.size() + rest.size(), 20U);
}

TEST_P(AnalysesStore, KeepsAnAnalysisAndTheLanguageWhereNoneWasKnown) {
  Message known = inbound("m2", "a", 2, "oi");
  known.language = "pt";
  write_rows(*store, tenant, {inbound("m1", "a", 1, "hola"), known});

  EXPECT_EQ(analyze("m1", "hola", happy_, "es"), 1);
  EXPECT_EQ(analyze("m2", "oi", Analysis{Sentiment::kNeutral, 0.5, "", {}}, "es"), 1);

  const Message first = stored("a", 0);
  ASSERT_TRUE(first.analysis);
  EXPECT_EQ(first.analysis->sentiment, Sentiment::kPositive);
  EXPECT_EQ(first.analysis->valence, 0.875);
  EXPECT_EQ(first.analysis->emotion, "joy");
  EXPECT_EQ(first.analysis->emotion_prob, 0.75);
  EXPECT_EQ(first.language, "es");
  EXPECT_EQ(stored("a", 1).language, "pt");
  EXPECT_FALSE(stored("a", 1).analysis->emotion_prob);
  EXPECT_EQ(waiting(), Ids{});
}

TEST_P(AnalysesStore, LeavesAMessageAloneWhoseWordsHaveChangedMeanwhile) {
  write_rows(*store, tenant, {inbound("m1", "a", 1, "new words")});

  EXPECT_EQ(analyze("m1", "old words", happy_), 0);
  EXPECT_EQ(analyze("nobody", "new words", happy_), 0);

  EXPECT_FALSE(stored("a").analysis);
  EXPECT_EQ(waiting(), Ids{"m1"});
}

TEST_P(AnalysesStore, DoesOverAgainWhatItMadeItselfAndNotWhatTheBusinessBrought) {
  Message own = inbound("m1", "a", 1, "theirs");
  own.analysis = happy_;
  write_rows(*store, tenant, {own, inbound("m2", "a", 2, "ours"), inbound("m3", "a", 3, "open")});
  analyze("m2", "ours", happy_);

  EXPECT_EQ(waiting(), Ids{"m3"});
  EXPECT_EQ(waiting(ToAnalyze::kOurs), (Ids{"m2", "m3"}));

  EXPECT_EQ(analyze("m2", "ours", std::nullopt), 1) << "nothing to say about it after all";
  EXPECT_FALSE(stored("a", 1).analysis);
  EXPECT_EQ(waiting(), (Ids{"m2", "m3"}));
}

TEST_P(AnalysesStore, AnImportKeepsOurAnalysisWhileTheWordsStayAndDropsItWithThem) {
  write_rows(*store, tenant, {inbound("m1", "a", 1, "hola"), inbound("m2", "a", 2, "adios")});
  analyze("m1", "hola", happy_, "es");
  analyze("m2", "adios", happy_, "es");

  write_rows(*store, tenant, {inbound("m1", "a", 1, "hola"), inbound("m2", "a", 2, "bye")});

  EXPECT_TRUE(stored("a", 0).analysis);
  EXPECT_EQ(stored("a", 0).language, "es");
  EXPECT_EQ(waiting(ToAnalyze::kOurs), (Ids{"m1", "m2"})) << "still ours";
  EXPECT_FALSE(stored("a", 1).analysis);
  EXPECT_EQ(stored("a", 1).language, "") << "of other words";

  Message theirs = inbound("m1", "a", 1, "hola");
  theirs.analysis = Analysis{Sentiment::kNegative, 0.1, "", {}};
  write_rows(*store, tenant, {theirs});
  EXPECT_EQ(waiting(ToAnalyze::kOurs), Ids{"m2"}) << "now the business's own";
}

TEST_P(AnalysesStore, ANewTranscriptIsNewWords) {
  Message voice = inbound("m1", "a", 1, "");
  voice.transcript = PrivateText("thanks a lot");
  write_rows(*store, tenant, {voice});
  EXPECT_EQ(analyze("m1", "thanks a lot", happy_), 1);

  voice.transcript = PrivateText("no thanks, not a lot");
  write_rows(*store, tenant, {voice});

  EXPECT_FALSE(stored("a").analysis);
  EXPECT_EQ(waiting(), Ids{"m1"});
}

TEST_P(AnalysesStore, WritesAllOrNone) {
  write_rows(*store, tenant, {inbound("m1", "a", 1, "x"), inbound("m2", "a", 2, "x")});
  const std::vector<MessageAnalysis> all = {
      {MessageId("m1"), "x", "", happy_, "some-model"},
      {MessageId("m2"), "x", "", Analysis{Sentiment::kPositive, 1.5, "joy", 0.5}, "some-model"}};

  EXPECT_ANY_THROW(store->write_analyses(tenant, all));

  EXPECT_EQ(waiting(), (Ids{"m1", "m2"}));
}

}  // namespace
}  // namespace rapport::store
