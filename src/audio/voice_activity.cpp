// A frame is speech by a small neural network over its features (voice_features.h, voice_activity_model.h). Frames
// become spans by hysteresis: a span begins at a sure frame, goes on through less sure ones, and ends when none has
// come for min_silence_ms. Frame f stands for the 10 ms in the middle of its window.
#include "audio/voice_activity.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "audio/audio_reader.h"
#include "audio/spectrum.h"
#include "audio/voice_activity_model.h"
#include "audio/voice_features.h"

namespace rapport::audio {
namespace {

constexpr float kEnterProb = 0.5F;
constexpr float kStayProb = 0.35F;
constexpr std::size_t kFrameOffset = (kWindowSamples - kHopSamples) / 2;
constexpr int kFrameMs = 10;

float speech_prob(const VoiceFeatureVector& features) {
  float logit = kVoiceModelOutputBias;
  for (std::size_t h = 0; h < kVoiceModelHidden; ++h) {
    float sum = kVoiceModelHiddenBias[h];
    for (std::size_t i = 0; i < kVoiceFeatures; ++i) sum += kVoiceModelHiddenWeights[h][i] * features[i];
    logit += kVoiceModelOutputWeights[h] * std::max(sum, 0.0F);
  }
  return 1.0F / (1.0F + std::exp(-logit));
}

std::size_t frames_of(int ms) {
  return static_cast<std::size_t>(std::max(ms, 0) / kFrameMs);
}

}  // namespace

struct VoiceActivityDetector::State {
  explicit State(VoiceActivityOptions options)
      : min_speech(frames_of(options.min_speech_ms)),
        end_after(frames_of(std::max(options.min_silence_ms, options.padding_ms))),
        padding(static_cast<std::size_t>(std::max(options.padding_ms, 0)) * kSampleRateHz / 1000) {}

  /// The sample at which a span that begins with this frame begins.
  std::size_t begin_of(std::size_t first) const {
    const std::size_t sample = first * kHopSamples + kFrameOffset;
    return std::max(sample > padding ? sample - padding : 0, last_end);
  }

  void close(std::vector<SpeechSpan>& spans) {
    if (last_speech - *begin + 1 >= min_speech) {
      const std::size_t end = (last_speech + 1) * kHopSamples + kFrameOffset + padding;
      spans.push_back({begin_of(*begin), std::min(end, samples)});
      last_end = spans.back().end;
    }
    begin.reset();
  }

  void take_vectors(std::vector<SpeechSpan>& spans) {
    for (const VoiceFeatureVector& vector : vectors) {
      const float prob = speech_prob(vector);
      if (!begin && prob >= kEnterProb) begin = frame;
      if (begin && prob >= kStayProb) last_speech = frame;
      if (begin && frame - last_speech >= end_after) close(spans);
      ++frame;
    }
    vectors.clear();
  }

  std::size_t min_speech;
  std::size_t end_after;
  std::size_t padding;
  VoiceFeatureExtractor extractor;
  std::vector<VoiceFeatureVector> vectors;
  std::size_t samples = 0;           ///< seen so far
  std::size_t frame = 0;             ///< the next to judge
  std::optional<std::size_t> begin;  ///< first frame of the open span
  std::size_t last_speech = 0;       ///< its last frame that may be speech
  std::size_t last_end = 0;          ///< where the span before ended
};

VoiceActivityDetector::VoiceActivityDetector(VoiceActivityOptions options) : state_(new State(options)) {}

VoiceActivityDetector::~VoiceActivityDetector() {
  delete state_;
}

VoiceActivityDetector::VoiceActivityDetector(VoiceActivityDetector&& other) noexcept
    : state_(std::exchange(other.state_, nullptr)) {}

VoiceActivityDetector& VoiceActivityDetector::operator=(VoiceActivityDetector&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

std::vector<SpeechSpan> VoiceActivityDetector::push(std::span<const float> samples) {
  std::vector<SpeechSpan> spans;
  state_->samples += samples.size();
  state_->extractor.push(samples, state_->vectors);
  state_->take_vectors(spans);
  return spans;
}

std::vector<SpeechSpan> VoiceActivityDetector::finish() {
  std::vector<SpeechSpan> spans;
  state_->extractor.finish(state_->vectors);
  state_->take_vectors(spans);
  if (state_->begin) state_->close(spans);
  return spans;
}

std::size_t VoiceActivityDetector::settled() const {
  return std::min(state_->begin_of(state_->begin.value_or(state_->frame)), state_->samples);
}

std::vector<SpeechSpan> detect_speech(std::span<const float> samples, VoiceActivityOptions options) {
  VoiceActivityDetector detector(options);
  std::vector<SpeechSpan> spans = detector.push(samples);
  const std::vector<SpeechSpan> last = detector.finish();
  spans.insert(spans.end(), last.begin(), last.end());
  return spans;
}

}  // namespace rapport::audio
