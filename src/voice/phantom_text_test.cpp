// What a Whisper model writes where nobody speaks, and what takes it back: the table of docs/voice.md, printed and
// held.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "voice/queued_transcriber.h"
#include "voice/speech_reader.h"
#include "voice/whisper_window_model.h"
#include "voice/window_writer.h"

namespace rapport::voice {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(RAPPORT_SOURCE_DIR) / "tests/data/micro-whisper";

/// A telephone's bell: two tones that tremble 20 times a second, as a voice does. The micro model is sure of what it
/// writes of it, so that no guard doubts it.
const std::set<std::string> kMistakenForSpeech = {"ringing"};

class PhantomText : public testing::Test {
 protected:
  static std::vector<float> samples_of(const std::string& bytes) {
    const auto audio = open(bytes);
    std::vector<float> samples(std::size_t{29} * audio::kSampleRateHz);
    samples.resize(audio->read(samples));
    return samples;
  }
  static std::unique_ptr<audio::AudioReader> open(const std::string& bytes) {
    return audio::AudioReader::open(std::as_bytes(std::span(bytes)), {});
  }
  static std::string texts_of(const WrittenWindow& written) {
    std::string text;
    for (const Segment& segment : written.segments) text += segment.text;
    return text;
  }
  /// All of a recording as one window, as if all of it were speech.
  static SpeechWindow all_of(const std::vector<float>& samples) {
    SpeechWindow window;
    window.samples = samples;
    window.stretches = {{0, 0, samples.size()}};
    return window;
  }

  Metrics metrics_;
};

TEST_F(PhantomText, IsTakenBackInEveryRecordingWithoutSpeech) {
  auto owned = std::make_unique<WhisperWindowModel>("micro", kFolder, nn::Precision::kF32, metrics_);
  WhisperWindowModel* model = owned.get();
  const auto transcriber = make_transcriber("micro", std::move(owned), {}, metrics_);
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder / "noise")) files.insert(entry.path());
  ASSERT_GE(files.size(), 10U);

  std::printf("| recording | model alone | guards alone | speech found, s | answer |\n|---|---|---|---|---|\n");
  for (const std::filesystem::path& file : files) {
    const std::string bytes = read_file(file);
    const std::vector<float> samples = samples_of(bytes);
    model->hear(samples);
    WindowOptions plain;
    plain.language = model->detect_language({}).front().code;
    const std::string alone = model->decode(plain).text;
    const WrittenWindow guarded = WindowWriter(*model, {}).write(all_of(samples));
    const auto audio = open(bytes);
    const Transcript answer = transcriber->transcribe(*audio, {});
    std::string guards = texts_of(guarded);
    for (const Suppressed& suppressed : guarded.suppressed) guards += " (" + suppressed.reason + ")";
    std::string reasons;
    for (const Suppressed& suppressed : answer.suppressed) reasons += " (" + suppressed.reason + ")";
    std::printf("| %s | %s | %s | %.1f | %s%s |\n", file.stem().c_str(), alone.c_str(), guards.c_str(),
                answer.speech_duration.count(), answer.text.c_str(), reasons.c_str());

    if (kMistakenForSpeech.contains(file.stem())) continue;
    EXPECT_EQ(answer.text, "") << file;
    EXPECT_FALSE(answer.speech) << file;
  }
}

}  // namespace
}  // namespace rapport::voice
