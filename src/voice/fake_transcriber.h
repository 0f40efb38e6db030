#pragma once

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "voice/transcriber.h"

/// For tests alone.
namespace rapport::voice::testing {

/// Answers as the test says once it has read the recording to its end, and remembers what it was asked.
class FakeTranscriber final : public Transcriber {
 public:
  using Say = std::function<Transcript(const TranscribeOptions&)>;
  explicit FakeTranscriber(Say say, std::vector<std::string_view> languages = {"en", "es", "pt", "hi"})
      : say_(std::move(say)), languages_(std::move(languages)) {}

  const std::string& model() const override { return model_; }
  bool multilingual() const override { return languages_.size() > 1; }
  std::vector<std::string_view> languages() const override { return languages_; }

  Transcript transcribe(audio::AudioReader& audio, const TranscribeOptions& options) const override {
    const Seconds duration = read_all(audio);
    asked.push_back(options);
    Transcript said = say_(options);
    said.duration = duration;
    if (options.on_text) options.on_text(said.text);
    return said;
  }
  DetectedLanguage detect_language(audio::AudioReader& audio, const TranscribeOptions& options) const override {
    const Seconds duration = read_all(audio);
    asked.push_back(options);
    const Transcript said = say_(options);
    DetectedLanguage found{.language = said.language, .prob = 0.9, .all = {}, .speech = said.speech, .heard = duration};
    if (said.speech) found.all = {{said.language, 0.9}, {"pt", 0.1}};
    return found;
  }

  mutable std::vector<TranscribeOptions> asked;

 private:
  static Seconds read_all(audio::AudioReader& audio) {
    std::array<float, 4096> samples{};
    double count = 0;
    while (const std::size_t got = audio.read(samples)) count += static_cast<double>(got);
    return Seconds(count / audio::kSampleRateHz);
  }

  const std::string model_ = "fake-whisper";
  Say say_;
  std::vector<std::string_view> languages_;
};

/// One sentence, as one segment of two seconds.
inline Transcript sentence(std::string text, std::string language, double confidence = 0.9) {
  Transcript said;
  said.text = std::move(text);
  said.speech = true;
  said.language = std::move(language);
  said.language_prob = 0.95;
  said.confidence = confidence;
  said.speech_duration = Seconds(2);
  Segment segment;
  segment.end = Seconds(2);
  segment.text = said.text;
  segment.confidence = confidence;
  segment.tokens = {50364, 2425};
  segment.avg_logprob = -0.1;
  segment.words = {{"one", Seconds(0), Seconds(1), 0.8}};
  said.segments = {segment};
  said.compute_ms = 12;
  return said;
}

inline Transcript silence() {
  Transcript said;
  said.language = "und";
  said.suppressed = {{"silence", Seconds(0), Seconds(1)}};
  return said;
}

}  // namespace rapport::voice::testing
