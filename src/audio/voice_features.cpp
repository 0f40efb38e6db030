// Idea      Speech is periodic with a gliding pitch most of the time, changes its spectrum a few times a second, and
// stands
//           out of its background. Noise is not periodic; hum, tones and music hold their pitch; clicks are short. Each
//           of these is one cheap measure per frame, and its mean, spread and extremes within 400 ms around the frame.
// Pitch     Normalised cross-correlation of 40 ms at 4 kHz for lags of 80 to 400 Hz.
// Floor     Falls at once to a lower level, rises by 3 dB a second: continuous noise becomes floor, a sentence does
// not. Cost      One transform, 41 lags of 160 products and sums over 81 frames, every 10 ms.
#include "audio/voice_features.h"

#include <algorithm>
#include <cmath>

namespace rapport::audio {
namespace {

constexpr std::size_t kContext = 40;  ///< frames on either side
constexpr std::size_t kDecimation = 4;
constexpr std::size_t kPitchWindow = 160;  ///< at 4 kHz: 40 ms
constexpr std::size_t kMinLag = 10;        ///< 400 Hz
constexpr std::size_t kMaxLag = 50;        ///< 80 Hz
constexpr std::size_t kPitchSpan = (kPitchWindow + kMaxLag) * kDecimation;
constexpr std::size_t kFirstBin = 4;    ///< 160 Hz
constexpr std::size_t kLowEndBin = 25;  ///< 1 kHz
constexpr std::size_t kHighBin = 50;    ///< 2 kHz
constexpr std::size_t kSpeechEndBin = 100;
constexpr std::size_t kHighEndBin = 150;
constexpr float kPowerFloor = 1e-5F;  ///< a tone of -90 dBFS; the rounding noise of 16 bits is a tenth of it
constexpr float kFloorRise = 0.003F;  ///< log10 a frame
constexpr float kMelRange = 4.0F;     ///< decades below the loudest band of a frame that count for the flux
constexpr float kVoiced = 0.6F;
constexpr float kSteadyStep = 0.006F;  ///< octaves a frame: 7 cents
constexpr float kJump = 0.1F;          ///< more than a voice glides in a frame

struct Statistics {
  float mean = 0;
  float deviation = 0;
  float min = 0;
  float max = 0;
};

template <class Value>
Statistics statistics(std::size_t begin, std::size_t end, Value value) {
  double sum = 0;
  double squares = 0;
  float low = value(begin);
  float high = low;
  for (std::size_t i = begin; i < end; ++i) {
    const float x = value(i);
    sum += x;
    squares += static_cast<double>(x) * x;
    low = std::min(low, x);
    high = std::max(high, x);
  }
  const auto n = static_cast<double>(end - begin);
  const double mean = sum / n;
  const double variance = std::max(squares / n - mean * mean, 0.0);
  return {static_cast<float>(mean), static_cast<float>(std::sqrt(variance)), low, high};
}

float band_power(const float* power, std::size_t lane, std::size_t begin, std::size_t end) {
  float sum = kPowerFloor;
  for (std::size_t k = begin; k < end; ++k) sum += power[k * kSpectrumBatch + lane];
  return sum;
}

}  // namespace

VoiceFeatureExtractor::VoiceFeatureExtractor()
    : filters_(mel_filter_bank(kMelBands)), power_(kSpectrumBins * kSpectrumBatch) {}

void VoiceFeatureExtractor::push(std::span<const float> samples, std::vector<VoiceFeatureVector>& out) {
  constexpr std::size_t kNeeded = (kSpectrumBatch - 1) * kHopSamples + std::max(kWindowSamples, kPitchSpan);
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), kNeeded - pending_.size());
    pending_.insert(pending_.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
    samples = samples.subspan(count);
    if (pending_.size() == kNeeded) {
      analyse_batch(kSpectrumBatch);
      emit(false, out);
    }
  }
}

void VoiceFeatureExtractor::finish(std::vector<VoiceFeatureVector>& out) {
  while (pending_.size() >= kWindowSamples || (frames_.empty() && !pending_.empty())) {
    const std::size_t whole =
        pending_.size() < kWindowSamples ? 1 : (pending_.size() - kWindowSamples) / kHopSamples + 1;
    analyse_batch(std::min(whole, kSpectrumBatch));
  }
  emit(true, out);
}

/// The next `frames` frames, of at most a batch; their samples leave `pending_`.
void VoiceFeatureExtractor::analyse_batch(std::size_t frames) {
  std::array<float, kSpectrumSpan> span{};
  std::copy_n(pending_.begin(), std::min(pending_.size(), span.size()), span.begin());
  power_spectra(span, power_);
  const std::span<const float> samples(pending_);
  for (std::size_t lane = 0; lane < frames; ++lane) {
    const std::size_t begin = std::min(lane * kHopSamples, samples.size());
    add_frame(power_.data(), lane, samples.subspan(begin, std::min(kPitchSpan, samples.size() - begin)));
  }
  const std::size_t done = std::min(frames * kHopSamples, pending_.size());
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(done));
}

void VoiceFeatureExtractor::add_frame(const float* power, std::size_t lane, std::span<const float> samples) {
  Frame frame;
  for (std::size_t m = 0; m < kMelBands; ++m) {
    float sum = kPowerFloor * 0.01F;
    const MelFilter& filter = filters_[m];
    for (std::size_t k = 0; k < filter.weights.size(); ++k) {
      sum += filter.weights[k] * power[(filter.first_bin + k) * kSpectrumBatch + lane];
    }
    frame.log_mel[m] = std::log10(sum);
  }
  const float loudest = *std::max_element(frame.log_mel.begin(), frame.log_mel.end());
  for (float& band : frame.log_mel) band = std::max(band, loudest - kMelRange);

  const float speech_power = band_power(power, lane, kFirstBin, kSpeechEndBin);
  double log_sum = 0;
  for (std::size_t k = kFirstBin; k < kSpeechEndBin; ++k) {
    log_sum += std::log10(power[k * kSpectrumBatch + lane] + kPowerFloor * 0.01F);
  }
  constexpr auto kBins = static_cast<float>(kSpeechEndBin - kFirstBin);
  frame.level = std::log10(speech_power);
  frame.flatness = static_cast<float>(log_sum) / kBins - std::log10(speech_power / kBins);
  frame.tilt =
      std::log10(band_power(power, lane, kFirstBin, kLowEndBin) / band_power(power, lane, kHighBin, kHighEndBin));
  measure_pitch(samples, frame);
  constexpr std::size_t kFluxFrames = 3;
  if (frames_.size() >= kFluxFrames) {
    const Frame& before = frames_[frames_.size() - kFluxFrames];
    for (std::size_t m = 0; m < kMelBands; ++m) frame.flux += std::abs(frame.log_mel[m] - before.log_mel[m]);
    frame.flux /= kMelBands;
  }
  if (!frames_.empty()) frame.pitch_step = std::abs(frame.pitch - frames_.back().pitch);
  frames_.push_back(frame);
}

void VoiceFeatureExtractor::measure_pitch(std::span<const float> samples, Frame& frame) const {
  std::array<float, kPitchWindow + kMaxLag> low{};
  float mean = 0;
  for (std::size_t i = 0; (i + 1) * kDecimation <= samples.size() && i < low.size(); ++i) {
    // A triangle of seven samples: enough against what would fold back.
    for (std::size_t j = 0; j < 2 * kDecimation - 1; ++j) {
      const std::size_t at = i * kDecimation + j;
      const auto weight = static_cast<float>(std::min(j + 1, 2 * kDecimation - 1 - j));
      low[i] += at < samples.size() ? weight * samples[at] : 0.0F;
    }
    mean += low[i];
  }
  mean /= static_cast<float>(low.size());
  for (float& sample : low) sample -= mean;

  float head = kPowerFloor;
  float tail = kPowerFloor;
  for (std::size_t i = 0; i < kPitchWindow; ++i) head += low[i] * low[i];
  for (std::size_t i = kMinLag - 1; i < kMinLag - 1 + kPitchWindow; ++i) tail += low[i] * low[i];
  std::array<float, kMaxLag + 1> correlation{};
  for (std::size_t lag = kMinLag; lag <= kMaxLag; ++lag) {
    tail += low[lag + kPitchWindow - 1] * low[lag + kPitchWindow - 1] - low[lag - 1] * low[lag - 1];
    std::array<float, 8> sums{};
    for (std::size_t i = 0; i < kPitchWindow; i += sums.size()) {
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += low[i + j] * low[i + j + lag];
    }
    float product = 0;
    for (const float sum : sums) product += sum;
    correlation[lag] = product / std::sqrt(head * std::max(tail, kPowerFloor));
  }
  const auto best = static_cast<std::size_t>(std::max_element(correlation.begin() + kMinLag, correlation.end()) -
                                             correlation.begin());
  frame.periodicity = std::clamp(correlation[best], 0.0F, 1.0F);
  auto lag = static_cast<float>(best);
  if (best > kMinLag && best < kMaxLag) {  // the peak of the parabola through three points
    const float left = correlation[best - 1];
    const float right = correlation[best + 1];
    const float bend = left - 2 * correlation[best] + right;
    if (bend < -1e-6F) lag += std::clamp(0.5F * (left - right) / bend, -0.5F, 0.5F);
  }
  frame.pitch = std::log2(lag);
}

/// The noise floor at a frame; called once for each, in order. It begins as the lowest level of the first 400 ms.
float VoiceFeatureExtractor::floor_of(std::size_t index) {
  if (!floor_known_) {
    const std::size_t end = std::min(frames_.size(), kContext + 1);
    floor_ = statistics(0, end, [&](std::size_t i) { return frames_[i].level; }).min;
    floor_known_ = true;
  }
  floor_ = std::min(floor_ + kFloorRise, frames_[index].level);
  return floor_;
}

void VoiceFeatureExtractor::emit(bool at_end, std::vector<VoiceFeatureVector>& out) {
  while (next_ < frames_.size() && (at_end || next_ + kContext < frames_.size())) {
    frames_[next_].floor = floor_of(next_);
    out.push_back(vector_of(next_));
    ++next_;
    if (next_ > kContext) {
      frames_.pop_front();
      --next_;
    }
  }
}

VoiceFeatureVector VoiceFeatureExtractor::vector_of(std::size_t index) const {
  const auto around = [&](std::size_t reach, auto value) {
    const std::size_t begin = index > reach ? index - reach : 0;
    const std::size_t end = std::min(index + reach + 1, frames_.size());
    return statistics(begin, end, [&](std::size_t i) { return value(frames_[i]); });
  };
  const auto level_of = [](const Frame& f) { return f.level; };
  const auto periodicity_of = [](const Frame& f) { return f.periodicity; };
  const auto flatness_of = [](const Frame& f) { return f.flatness; };
  const auto tilt_of = [](const Frame& f) { return f.tilt; };
  const auto flux_of = [](const Frame& f) { return f.flux; };
  const auto is_voiced = [](const Frame& f) { return f.periodicity > kVoiced ? 1.0F : 0.0F; };
  const auto is_steady = [](const Frame& f) {
    return f.periodicity > kVoiced && f.pitch_step < kSteadyStep ? 1.0F : 0.0F;
  };
  const auto is_gliding = [](const Frame& f) {
    return f.periodicity > kVoiced && f.pitch_step >= kSteadyStep && f.pitch_step < kJump ? 1.0F : 0.0F;
  };

  const Frame& now = frames_[index];
  const Statistics level = around(kContext, level_of);
  const Statistics periodicity = around(kContext, periodicity_of);
  const Statistics flux = around(kContext, flux_of);
  const auto above_floor = [&](float value) { return std::clamp(value - now.floor, 0.0F, 4.0F); };
  return {above_floor(now.level),
          above_floor(around(5, level_of).mean),
          above_floor(level.max),
          std::max(now.level - level.max, -4.0F),
          std::min(level.deviation, 2.0F),
          std::min(level.max - level.min, 5.0F),
          now.periodicity,
          around(5, periodicity_of).mean,
          around(20, periodicity_of).max,
          periodicity.mean,
          periodicity.deviation,
          now.flatness,
          around(10, flatness_of).mean,
          around(kContext, flatness_of).deviation,
          now.tilt,
          around(10, tilt_of).mean,
          around(kContext, tilt_of).deviation,
          now.flux,
          around(10, flux_of).mean,
          flux.mean,
          flux.deviation,
          around(kContext, is_voiced).mean,
          around(20, is_steady).mean,
          around(kContext, is_steady).mean,
          around(20, is_gliding).mean};
}

}  // namespace rapport::audio
