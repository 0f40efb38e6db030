#include "voice/queued_transcriber.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "voice/fake_window_model_for_tests.h"
#include "voice/recording_for_tests.h"

namespace rapport::voice {
namespace {

using Fake = FakeWindowModel;

constexpr std::size_t kSecond = audio::kSampleRateHz;

/// A sentence of 1.3 s, as 16-bit samples behind a WAV header.
std::vector<float> sentence() {
  const std::string file =
      read_file(std::filesystem::path(RAPPORT_SOURCE_DIR) / "tests/data/micro-whisper/clips/where_is_my_order.wav");
  std::vector<float> samples;
  for (std::size_t i = 44; i + 1 < file.size(); i += 2) {
    const auto low = static_cast<unsigned char>(file[i]);
    samples.push_back(static_cast<float>(static_cast<std::int16_t>(low | (file[i + 1] << 8))) / 32768);
  }
  return samples;
}

/// The sentence every `every` seconds.
RecordingForTests speaking(std::size_t seconds, double every) {
  const auto period = static_cast<std::size_t>(every * static_cast<double>(kSecond));
  return {seconds * kSecond,
          [said = sentence(), period](std::size_t at) { return at % period < said.size() ? said[at % period] : 0.0F; }};
}

RecordingForTests silence(std::size_t seconds) {
  return {seconds * kSecond, [](std::size_t) { return 0.0F; }};
}

/// A transcriber over a fake model.
struct Rig {
  explicit Rig(TranscriberLimits limits = {}) {
    auto owned = std::make_unique<Fake>();
    model = owned.get();
    transcriber = make_transcriber("fake", std::move(owned), limits, metrics);
  }
  bool shows(const std::string& line) const { return metrics.text().find(line) != std::string::npos; }

  Metrics metrics;
  Fake* model = nullptr;
  std::unique_ptr<Transcriber> transcriber;
};

TEST(QueuedTranscriber, AnswersSilenceWithoutAskingTheModel) {
  Rig rig;
  RecordingForTests audio = silence(5);

  const Transcript transcript = rig.transcriber->transcribe(audio, {});

  EXPECT_TRUE(rig.model->heard.empty());
  EXPECT_EQ(transcript.text, "");
  EXPECT_FALSE(transcript.speech);
  EXPECT_EQ(transcript.language, "und");
  EXPECT_FALSE(transcript.confidence);
  EXPECT_EQ(transcript.duration, Seconds(5));
  EXPECT_EQ(transcript.speech_duration, Seconds(0));
}

TEST(QueuedTranscriber, NamesTheLanguageThatWasGivenEvenOfSilence) {
  Rig rig;
  RecordingForTests audio = silence(1);
  TranscribeOptions options;
  options.language = "pt";

  EXPECT_EQ(rig.transcriber->transcribe(audio, options).language, "pt");
}

TEST(QueuedTranscriber, LeavesSilenceOutAndJoinsWhatTheWindowsSay) {
  Rig rig;
  RecordingForTests audio = speaking(60, 2.5);

  const Transcript transcript = rig.transcriber->transcribe(audio, {});

  EXPECT_GE(rig.model->heard.size(), 2U);
  for (const std::size_t samples : rig.model->heard) EXPECT_LE(samples, 29 * kSecond);
  EXPECT_EQ(transcript.text.find("w1 w2 w1 w2"), 0U);
  EXPECT_TRUE(transcript.speech);
  EXPECT_EQ(transcript.language, "es");
  EXPECT_EQ(transcript.language_prob, 0.8);
  EXPECT_NEAR(transcript.confidence.value_or(0), std::exp(-0.1), 1e-6);
  EXPECT_EQ(transcript.duration, Seconds(60));
  EXPECT_LT(transcript.speech_duration, Seconds(60));
  EXPECT_GT(transcript.speech_duration, Seconds(24));
}

TEST(QueuedTranscriber, TellsEachPieceOfTheTextAsSoonAsItIsSure) {
  Rig rig;
  rig.model->decodes = [](const WindowOptions&) { return Fake::says({1, 2}); };
  RecordingForTests audio = speaking(60, 2.5);
  std::vector<std::string> pieces;
  std::vector<std::size_t> heard_by_then;
  TranscribeOptions options;
  options.on_text = [&](std::string_view piece) {
    pieces.emplace_back(piece);
    heard_by_then.push_back(rig.model->heard.size());
  };

  const Transcript transcript = rig.transcriber->transcribe(audio, options);

  ASSERT_GE(pieces.size(), 2U);
  EXPECT_EQ(heard_by_then.front(), 1U) << "while the rest has not been heard";
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  EXPECT_EQ(text, transcript.text);
}

TEST(QueuedTranscriber, StopsWhenNobodyTakesTheText) {
  Rig rig;
  RecordingForTests audio = speaking(60, 2.5);
  TranscribeOptions options;
  options.on_text = [](std::string_view) { throw Error(ErrorKind::kTimeout, "cancelled", "Gone."); };

  EXPECT_THROW(rig.transcriber->transcribe(audio, options), Error);
  EXPECT_EQ(rig.model->heard.size(), 1U);
}

TEST(QueuedTranscriber, TakesAllTextBackAndSaysThatNobodySpoke) {
  Rig rig;
  rig.model->decodes = [](const WindowOptions&) {
    WindowText text = Fake::says({1, 2});
    text.avg_logprob = -1.5;
    text.no_speech_prob = 0.9;
    return text;
  };
  RecordingForTests audio = speaking(4, 4);

  const Transcript transcript = rig.transcriber->transcribe(audio, {});

  EXPECT_EQ(transcript.text, "");
  EXPECT_FALSE(transcript.speech);
  EXPECT_EQ(transcript.language, "und");
  EXPECT_EQ(transcript.suppressed.at(0).reason, "silence");
  EXPECT_TRUE(rig.shows("rapport_transcript_suppressed_total{model=\"fake\",reason=\"silence\"} 1"));
}

TEST(QueuedTranscriber, PutsNoSpacesBetweenTextsOfLanguagesWithoutThem) {
  Rig rig;
  TranscribeOptions options;
  options.language = "zh";
  RecordingForTests audio = speaking(4, 4);

  EXPECT_EQ(rig.transcriber->transcribe(audio, options).text, "w1 w2");
}

TEST(QueuedTranscriber, RefusesCallersBeyondItsLimit) {
  Rig rig({.max_callers = 0});
  RecordingForTests audio = silence(1);

  try {
    rig.transcriber->transcribe(audio, {});
    FAIL() << "admitted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOverloaded);
    EXPECT_TRUE(error.retry_after_s());
  }
}

TEST(QueuedTranscriber, RefusesAnUnknownLanguage) {
  Rig rig;
  RecordingForTests audio = silence(1);
  TranscribeOptions options;
  options.language = "tlh";

  EXPECT_THROW(rig.transcriber->transcribe(audio, options), Error);
}

TEST(QueuedTranscriber, StopsBetweenWindowsWhenItIsCancelled) {
  Rig rig;
  std::atomic<bool> cancelled = false;
  rig.model->decodes = [&](const WindowOptions&) {
    cancelled = true;
    return Fake::says({1});
  };
  TranscribeOptions options;
  options.cancelled = &cancelled;
  RecordingForTests audio = speaking(120, 2);

  try {
    rig.transcriber->transcribe(audio, options);
    FAIL() << "went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "cancelled");
  }
  EXPECT_EQ(rig.model->heard.size(), 1U);
}

TEST(QueuedTranscriber, DoesNotLetAShortNoteWaitForTheEndOfALongFile) {
  Rig rig;
  std::atomic<bool> long_begun = false;
  rig.model->decodes = [&](const WindowOptions&) {
    long_begun = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return Fake::says({1});
  };
  std::atomic<bool> long_done = false;
  std::thread long_caller([&] {
    RecordingForTests audio = speaking(240, 2);
    rig.transcriber->transcribe(audio, {});
    long_done = true;
  });
  while (!long_begun) std::this_thread::yield();

  RecordingForTests note = speaking(3, 3);
  rig.transcriber->transcribe(note, {});

  EXPECT_FALSE(long_done);
  long_caller.join();
}

TEST(QueuedTranscriber, DetectsALanguageWithoutWriting) {
  Rig rig;
  RecordingForTests audio = speaking(90, 2.5);

  const DetectedLanguage detected = rig.transcriber->detect_language(audio, {});

  EXPECT_EQ(detected.language, "es");
  EXPECT_TRUE(detected.speech);
  EXPECT_LT(detected.heard, Seconds(70));  // 29 s of speech, and as much silence: not all 90 s
  EXPECT_EQ(rig.model->heard.size(), 1U);
  EXPECT_TRUE(rig.model->decoded_with.empty());
}

TEST(QueuedTranscriber, DetectsNoLanguageInSilence) {
  Rig rig;
  RecordingForTests audio = silence(2);

  const DetectedLanguage detected = rig.transcriber->detect_language(audio, {});

  EXPECT_EQ(detected.language, "und");
  EXPECT_FALSE(detected.speech);
  EXPECT_EQ(detected.heard, Seconds(2));
}

TEST(QueuedTranscriber, CountsTheAudioByLanguage) {
  Rig rig;
  RecordingForTests audio = speaking(4, 4);

  rig.transcriber->transcribe(audio, {});

  EXPECT_TRUE(rig.shows("rapport_audio_seconds_total{language=\"es\",model=\"fake\"} 4"));
}

std::size_t resident_bytes() {
  const std::string status = read_file("/proc/self/status");
  return std::stoul(status.substr(status.find("VmRSS:") + 6)) * 1024;
}

TEST(QueuedTranscriber, NeedsTheMemoryOfAWindowForAFileOfTenMinutes) {
  Rig rig;
  RecordingForTests first = speaking(40, 2);
  rig.transcriber->transcribe(first, {});
  const std::size_t before = resident_bytes();

  RecordingForTests endless = speaking(600, 1.35);  // pauses too short to end a stretch
  const Transcript transcript = rig.transcriber->transcribe(endless, {});

  EXPECT_EQ(transcript.duration, Seconds(600));
  EXPECT_GT(rig.model->heard.size(), 20U);
  EXPECT_LT(resident_bytes(), before + (std::size_t{12} << 20));  // as floats the file is 38 MB
}

}  // namespace
}  // namespace rapport::voice
