#include "audio/voice_activity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "audio/audio_reader.h"
#include "audio/test_wav.h"
#include "base/file.h"
#include "base/rng.h"

namespace rapport::audio {
namespace {

/// "Please send the invoice today.", 2.1 s.
std::vector<float> sentence() {
  const std::string file = read_file(std::filesystem::path(RAPPORT_SOURCE_DIR) / "tests/data/audio/voice_note.opus");
  const auto reader = AudioReader::open(std::as_bytes(std::span(file)), {});
  std::vector<float> samples(40000);
  samples.resize(reader->read(samples));
  return samples;
}

std::vector<float> silence(double seconds) {
  return std::vector<float>(static_cast<std::size_t>(seconds * kSampleRateHz), 0.0F);
}

std::vector<float> noise(double seconds, float level) {
  Rng rng(5);
  std::vector<float> samples = silence(seconds);
  for (float& sample : samples) sample = level * static_cast<float>(rng.normal());
  return samples;
}

std::vector<float> joined(const std::vector<std::vector<float>>& parts) {
  std::vector<float> all;
  for (const std::vector<float>& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<float> times(std::vector<float> samples, float factor) {
  for (float& sample : samples) sample *= factor;
  return samples;
}

bool same(const std::vector<SpeechSpan>& a, const std::vector<SpeechSpan>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const SpeechSpan& x, const SpeechSpan& y) { return x.begin == y.begin && x.end == y.end; });
}

TEST(VoiceActivity, FindsASentenceBetweenSilences) {
  const std::vector<float> said = sentence();

  const std::vector<SpeechSpan> spans = detect_speech(joined({silence(2), said, silence(2)}));

  ASSERT_EQ(spans.size(), 1U);
  EXPECT_NEAR(static_cast<double>(spans[0].begin), 32000 - 3200, 3200);
  EXPECT_NEAR(static_cast<double>(spans[0].end), 32000.0 + static_cast<double>(said.size()) + 3200, 6400);
}

TEST(VoiceActivity, FindsTheSentenceHoweverQuiet) {
  const std::vector<float> recording = joined({silence(1), sentence(), silence(1)});

  for (const float factor : {1.0F, 0.1F, 0.02F, 0.005F}) {
    EXPECT_EQ(detect_speech(times(recording, factor)).size(), 1U) << factor;
  }
}

TEST(VoiceActivity, DividesAtLongPausesOnly) {
  const std::vector<float> said = sentence();

  EXPECT_EQ(detect_speech(joined({said, silence(2), said})).size(), 2U);
  EXPECT_EQ(detect_speech(joined({said, silence(2), said}), {.min_silence_ms = 4000}).size(), 1U);
}

TEST(VoiceActivity, HearsNobodyInSilenceNoiseAndTones) {
  EXPECT_TRUE(detect_speech({}).empty());
  EXPECT_TRUE(detect_speech(std::vector<float>(37, 0.5F)).empty());
  EXPECT_TRUE(detect_speech(silence(10)).empty());
  EXPECT_TRUE(detect_speech(noise(10, 0.1F)).empty());
  EXPECT_TRUE(detect_speech(noise(10, 0.001F)).empty());
  EXPECT_TRUE(detect_speech(test::tone(160000)).empty());
}

TEST(VoiceActivity, IsTheSameInPiecesOfAnySize) {
  const std::vector<float> recording =
      joined({noise(1, 0.002F), sentence(), silence(1.5), sentence(), noise(1, 0.01F)});
  const std::vector<SpeechSpan> whole = detect_speech(recording);
  ASSERT_EQ(whole.size(), 2U);

  for (const std::size_t piece : {1UL, 777UL, 16000UL}) {
    VoiceActivityDetector detector;
    std::vector<SpeechSpan> spans;
    for (std::size_t at = 0; at < recording.size(); at += piece) {
      const std::size_t count = std::min(piece, recording.size() - at);
      const std::vector<SpeechSpan> found = detector.push(std::span(recording).subspan(at, count));
      spans.insert(spans.end(), found.begin(), found.end());
    }
    const std::vector<SpeechSpan> rest = detector.finish();
    spans.insert(spans.end(), rest.begin(), rest.end());

    EXPECT_TRUE(same(spans, whole)) << piece;
  }
}

TEST(VoiceActivity, LetsGoOfNothingThatALaterSpanHolds) {
  const std::vector<float> recording = joined({silence(3), sentence(), silence(2), sentence(), silence(3)});
  VoiceActivityDetector detector;
  std::size_t settled = 0;

  for (std::size_t at = 0; at < recording.size(); at += 1000) {
    const std::size_t count = std::min<std::size_t>(1000, recording.size() - at);
    for (const SpeechSpan& span : detector.push(std::span(recording).subspan(at, count))) {
      EXPECT_GE(span.begin, settled);
    }
    EXPECT_GE(detector.settled(), settled);
    EXPECT_LE(detector.settled(), at + count);
    settled = detector.settled();
  }

  EXPECT_GT(settled, recording.size() - 32000) << "silence is let go of";
}

TEST(VoiceActivity, PadsWithinTheRecordingAndWithoutOverlap) {
  const std::vector<float> recording = joined({sentence(), silence(0.8), sentence()});

  const std::vector<SpeechSpan> spans = detect_speech(recording, {.min_silence_ms = 300, .padding_ms = 2000});

  ASSERT_FALSE(spans.empty());
  EXPECT_EQ(spans.front().begin, 0U);
  EXPECT_EQ(spans.back().end, recording.size());
  for (std::size_t i = 1; i < spans.size(); ++i) EXPECT_GE(spans[i].begin, spans[i - 1].end);
}

}  // namespace
}  // namespace rapport::audio
