#include <string>
#include <vector>

#include "store/store_fixture.h"

namespace rapport::store {
namespace {

class TranscriptsStore : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    Contact ana = contact("a");
    ana.language = "es-ES";
    Message note = message("m1", "a", 1);
    note.direction = Direction::kInbound;
    note.text = PrivateText("");
    note.media_type = "audio";
    write_rows(*store, tenant, {ana, note});
  }

  bool write(const std::string& transcript, const std::string& language = "", const std::string& id = "m1") {
    return store->write_transcript(tenant, MessageId(id), transcript, language);
  }
  Message stored() { return store->history(tenant, ContactId("a"))->messages.at(0); }
  void analyze(const std::string& words) {
    const std::vector<MessageAnalysis> all = {{MessageId("m1"), words, "", happy_, "some-model"}};
    ASSERT_EQ(store->write_analyses(tenant, all), 1);
  }

  const Analysis happy_{Sentiment::kPositive, 0.875, "joy", 0.75};
};
RAPPORT_STORE_SUITE(TranscriptsStore);

TEST_P(TranscriptsStore, SaysWhatIsKnownOfAMessage) {
  const auto found = store->voice_message(tenant, MessageId("m1"));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->direction, Direction::kInbound);
  EXPECT_FALSE(found->has_text);
  EXPECT_EQ(found->language, "");
  EXPECT_EQ(found->contact_language, "es-ES");
  EXPECT_FALSE(store->voice_message(tenant, MessageId("m2")));
  EXPECT_FALSE(store->voice_message(other_tenant, MessageId("m1")));
}

TEST_P(TranscriptsStore, KeepsWhatARecordingSays) {
  EXPECT_TRUE(write("hola, ¿qué tal?", "es"));

  EXPECT_EQ(stored().transcript.reveal(), "hola, ¿qué tal?");
  EXPECT_EQ(stored().language, "es");
  const auto words = store->messages_to_analyze(tenant, ToAnalyze::kMissing, {}, 10);
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].words.reveal(), "hola, ¿qué tal?");

  EXPECT_TRUE(write("hello", "en"));
  EXPECT_EQ(stored().transcript.reveal(), "hello");
  EXPECT_EQ(stored().language, "es") << "the first one stays";
}

TEST_P(TranscriptsStore, AnotherTranscriptTakesItsAnalysisAway) {
  write("thanks a lot");
  analyze("thanks a lot");

  write("thanks a lot");
  EXPECT_TRUE(stored().analysis) << "the same words";

  write("no thanks");
  EXPECT_FALSE(stored().analysis);
  EXPECT_EQ(stored().transcript.reveal(), "no thanks");
}

TEST_P(TranscriptsStore, SilenceTakesTheWordsAway) {
  write("phantom");
  analyze("phantom");

  EXPECT_TRUE(write(""));

  EXPECT_EQ(stored().transcript.reveal(), "");
  EXPECT_FALSE(stored().analysis);
  EXPECT_TRUE(store->messages_to_analyze(tenant, ToAnalyze::kMissing, {}, 10).empty());
}

TEST_P(TranscriptsStore, LeavesAnAnalysisThatItsWordsDidNotMake) {
  Message captioned = message("m1", "a", 1);
  captioned.direction = Direction::kInbound;
  captioned.text = PrivateText("look at this");
  write_rows(*store, tenant, {captioned});
  EXPECT_TRUE(store->voice_message(tenant, MessageId("m1"))->has_text);
  analyze("look at this");
  write("it is broken");
  EXPECT_TRUE(stored().analysis) << "of the text that stands beside the recording";

  Message theirs = message("m2", "a", 0);
  theirs.direction = Direction::kInbound;
  theirs.text = PrivateText("");
  theirs.analysis = happy_;
  write_rows(*store, tenant, {theirs});
  EXPECT_TRUE(write("hola", "es", "m2"));
  EXPECT_TRUE(stored().analysis) << "the business's own";
}

TEST_P(TranscriptsStore, KnowsNobodyElsesMessages) {
  EXPECT_FALSE(store->write_transcript(other_tenant, MessageId("m1"), "hola", "es"));
  EXPECT_FALSE(write("hola", "es", "m2"));

  EXPECT_TRUE(stored().transcript.empty());
}

TEST_P(TranscriptsStore, RefusesWhatIsNoText) {
  EXPECT_EQ(error_of([&] { write("\xff"); }), "invalid_row transcript");
  EXPECT_EQ(error_of([&] { write(std::string((1 << 20) + 1, 'x')); }), "invalid_row transcript");
}

}  // namespace
}  // namespace rapport::store
