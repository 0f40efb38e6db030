#include "flows/transcribe_voice_note.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "features/feature_set.h"
#include "flows/contact_features.h"
#include "inference/model_registry.h"
#include "sentiment/fake_classifier.h"
#include "support/recordings.h"
#include "support/temporary_folder.h"
#include "voice/fake_transcriber.h"
#include "voice/fake_window_model_for_tests.h"
#include "voice/queued_transcriber.h"

namespace rapport::flows {
namespace {

using sentiment::testing::FakeClassifier;
using voice::testing::FakeTranscriber;

UnnamedFile file_of(const std::string& bytes) {
  return UnnamedFile::in_memory(std::as_bytes(std::span(bytes)));
}

class TranscribeVoiceNote : public ::testing::Test {
 protected:
  void SetUp() override {
    Contact ana;
    ana.id = ContactId("ana");
    ana.language = "es-MX";
    const auto writer = store_->bulk_writer(tenant_);
    writer->write(ana);
    writer->write(note_row("n1"));
    writer->commit();
  }

  static Message note_row(const std::string& id) {
    Message row;
    row.id = MessageId(id);
    row.contact = ContactId("ana");
    row.sent_at = from_epoch_ms(1'700'000'000'000);
    row.media_type = "audio";
    return row;
  }

  void write(const Message& row) {
    const auto writer = store_->bulk_writer(tenant_);
    writer->write(row);
    writer->commit();
  }

  TranscribedNote transcribe(const FakeTranscriber& transcriber, voice::TranscribeOptions options = {},
                             const std::string& id = "n1") {
    const sentiment::Analyzer analyzer(
        {.builtin_sentiment = &sentiment_, .builtin_emotion = &emotion_, .builtin_emotion_languages = {"en"}},
        [](std::string_view) {
          return language::Identified{"en", 0.97, {}};
        });
    return transcribe_voice_note({*store_, models_, clock_}, {.transcriber = &transcriber}, analyzer, tenant_,
                                 {MessageId(id), recording_, std::move(options)});
  }

  Message stored(std::size_t index = 0) {
    return store_->history(tenant_, ContactId("ana")).value().messages.at(index);
  }

  const UnnamedFile recording_ = file_of(testing::wav_of(2, 440));
  testing::TemporaryFolder folder_;
  ManualClock clock_{from_epoch_ms(1'763'892'000'000)};
  std::unique_ptr<store::Store> store_ = store::Store::open("sqlite:" + (folder_ / "rapport.db"), clock_);
  Metrics metrics_;
  inference::ModelRegistry models_{*store_, clock_, metrics_};
  TenantId tenant_{"shop"};
  FakeClassifier sentiment_ = sentiment::testing::fake_sentiment("builtin-sentiment");
  FakeClassifier emotion_ = sentiment::testing::fake_emotion("builtin-emotion");
};

FakeTranscriber saying(const std::string& text, const std::string& language) {
  return FakeTranscriber([=](const auto&) { return voice::testing::sentence(text, language); });
}

TEST_F(TranscribeVoiceNote, GivesTheMessageItsWordsLanguageAndSentiment) {
  const TranscribedNote note = transcribe(saying("I love it, when can we meet?", "en"));

  EXPECT_EQ(note.transcript.text, "I love it, when can we meet?");
  EXPECT_NEAR(note.transcript.duration.count(), 2, 0.01);
  ASSERT_TRUE(note.verdict);
  EXPECT_EQ(note.verdict->sentiment, Sentiment::kPositive);
  const Message message = stored();
  EXPECT_EQ(message.transcript.reveal(), "I love it, when can we meet?");
  EXPECT_EQ(message.language, "en");
  ASSERT_TRUE(message.analysis);
  EXPECT_EQ(message.analysis->sentiment, Sentiment::kPositive);
  EXPECT_EQ(message.analysis->emotion, "joy");
  EXPECT_EQ(store_->count_to_analyze(tenant_, store::ToAnalyze::kMissing), 0);
}

TEST_F(TranscribeVoiceNote, FeaturesSeeItsWords) {
  const auto questions = [&] {
    const auto values =
        contact_features({*store_, models_, clock_}, tenant_, ModelKind::kLeadScoring, ContactId("ana"));
    return values[features::feature_index(ModelKind::kLeadScoring, "question_count").value()];
  };
  const auto before = questions();

  transcribe(saying("How much does it cost?", "en"));

  EXPECT_EQ(before, 0);
  EXPECT_EQ(questions(), 1);
}

TEST_F(TranscribeVoiceNote, TakesTheMessagesLanguageAsKnownAndTheContactsAsAHint) {
  const FakeTranscriber transcriber = saying("hola", "es");
  transcribe(transcriber);
  Message known = note_row("n1");
  known.language = "pt-BR";
  write(known);
  transcribe(transcriber);
  voice::TranscribeOptions given;
  given.language = "hi";
  transcribe(transcriber, given);
  known.language = "yue";  // which this model does not know
  write(known);
  transcribe(transcriber);

  ASSERT_EQ(transcriber.asked.size(), 4U);
  EXPECT_EQ(transcriber.asked[0].language, "");
  ASSERT_EQ(transcriber.asked[0].language_prior.size(), 1U);
  EXPECT_EQ(transcriber.asked[0].language_prior[0].code, "es");
  EXPECT_EQ(transcriber.asked[1].language, "pt");
  EXPECT_EQ(transcriber.asked[2].language, "hi");
  EXPECT_EQ(transcriber.asked[3].language, "");
}

TEST_F(TranscribeVoiceNote, SilenceIsNoSentiment) {
  const TranscribedNote note = transcribe(FakeTranscriber([](const auto&) { return voice::testing::silence(); }));

  EXPECT_FALSE(note.verdict);
  EXPECT_EQ(stored().transcript.reveal(), "");
  EXPECT_EQ(stored().language, "");
  EXPECT_FALSE(stored().analysis);
}

TEST_F(TranscribeVoiceNote, WhatTheBusinessSaysIsWrittenDownButNotJudged) {
  Message ours = note_row("n1");
  ours.direction = Direction::kOutbound;
  write(ours);

  const TranscribedNote note = transcribe(saying("I love to sell", "en"));

  EXPECT_FALSE(note.verdict);
  EXPECT_EQ(stored().transcript.reveal(), "I love to sell");
  EXPECT_FALSE(stored().analysis);
}

TEST_F(TranscribeVoiceNote, AMessageThatIsNotThereIsUnknownBeforeAnyWork) {
  const FakeTranscriber transcriber = saying("hola", "es");
  try {
    transcribe(transcriber, {}, "n2");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "unknown_message");
  }
  EXPECT_TRUE(transcriber.asked.empty());
}

TEST(TranscribeRecording, SaysWhichModelIsMissing) {
  const UnnamedFile recording = file_of(testing::wav_of(1));
  const auto code_of = [&](const VoiceNotes& voice, voice::TranscribeOptions options) -> std::string {
    try {
      transcribe_recording(voice, recording, std::move(options));
    } catch (const Error& error) {
      EXPECT_NE(error.message().find("rapport models pull whisper-base"), std::string::npos);
      return error.code();
    }
    return "";
  };
  const FakeTranscriber english([](const auto&) { return voice::testing::silence(); }, {"en"});
  voice::TranscribeOptions translate;
  translate.task = voice::Task::kTranslateToEnglish;

  EXPECT_EQ(code_of({}, {}), "model_not_installed");
  EXPECT_EQ(code_of({.transcriber = &english}, translate), "model_not_multilingual");
  EXPECT_EQ(code_of({.transcriber = &english}, {}), "");
}

TEST(TranscribeRecording, OpensNoFileBeforeThereIsAPlaceForIt) {
  Metrics metrics;
  const auto full =
      voice::make_transcriber("fake", std::make_unique<voice::FakeWindowModel>(), {.max_callers = 0}, metrics);
  const UnnamedFile no_audio = file_of("these bytes are no recording");
  const auto code_of = [](const auto& work) -> std::string {
    try {
      work();
    } catch (const Error& error) {
      return error.code();
    }
    return "";
  };

  EXPECT_EQ(code_of([&] { transcribe_recording({.transcriber = full.get()}, no_audio, {}); }), "overloaded");
  EXPECT_EQ(code_of([&] { detect_spoken_language({.transcriber = full.get()}, no_audio, {}); }), "overloaded");
}

TEST(TranscribeRecording, PassesItsRulesOn) {
  const UnnamedFile recording = file_of(testing::wav_of(1));
  const FakeTranscriber transcriber([](const auto&) { return voice::testing::silence(); });
  VoiceNotes voice{.transcriber = &transcriber, .limits = {}, .languages = {"en", "pt"}, .beams = 3};

  transcribe_recording(voice, recording, {});
  detect_spoken_language(voice, recording, {});
  voice.limits.max_bytes = recording.size() - 1;

  EXPECT_THROW(transcribe_recording(voice, recording, {}), Error);
  ASSERT_EQ(transcriber.asked.size(), 2U);
  for (const auto& options : transcriber.asked) {
    EXPECT_EQ(options.allowed_languages, (std::vector<std::string>{"en", "pt"}));
  }
  EXPECT_EQ(transcriber.asked[0].beams, 3U);
}

}  // namespace
}  // namespace rapport::flows
