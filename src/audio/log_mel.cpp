#include "audio/log_mel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "audio/lanes.h"
#include "audio/mel_filter_bank.h"
#include "audio/spectrum.h"

namespace rapport::audio {
namespace {

constexpr std::size_t kReflected = kWindowSamples / 2;
constexpr float kPowerFloor = 1e-10F;
constexpr float kDecadesBelowLoudest = 8.0F;

const std::vector<MelFilter>& filters_of(std::size_t mel_bins) {
  static const std::vector<MelFilter> bank80 = mel_filter_bank(80);
  static const std::vector<MelFilter> bank128 = mel_filter_bank(128);
  return mel_bins == 80 ? bank80 : bank128;
}

/// The samples under the windows of a batch whose first frame is `frame`, with zeros behind the recording and the
/// reflection at both ends of the `total` samples.
void gather(std::span<const float> samples, std::size_t total, std::size_t frame, std::span<float, kSpectrumSpan> out) {
  const auto begin = static_cast<std::ptrdiff_t>(frame * kHopSamples) - static_cast<std::ptrdiff_t>(kReflected);
  if (begin >= 0 && static_cast<std::size_t>(begin) + out.size() <= samples.size()) {
    std::copy_n(samples.begin() + begin, out.size(), out.begin());
    return;
  }
  const auto last = static_cast<std::ptrdiff_t>(total) - 1;
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::ptrdiff_t at = begin + static_cast<std::ptrdiff_t>(i);
    if (at < 0) at = -at;
    if (at > last) at = 2 * last - at;
    out[i] = at >= 0 && at < static_cast<std::ptrdiff_t>(samples.size()) ? samples[static_cast<std::size_t>(at)] : 0.0F;
  }
}

/// log10 of the filtered power of a batch of frames.
///
/// Shapes    power [kSpectrumBins, kSpectrumBatch]; out [M, kSpectrumBatch].
RAPPORT_LANES_INLINE void mel_of_power(const std::vector<MelFilter>& filters, const float* power, float* out) {
  for (const MelFilter& filter : filters) {
    Vector low = {};
    Vector high = {};
    for (std::size_t k = 0; k < filter.weights.size(); ++k) {
      const float* row = power + (filter.first_bin + k) * kSpectrumBatch;
      low += filter.weights[k] * *reinterpret_cast<const Vector*>(row);
      high += filter.weights[k] * *reinterpret_cast<const Vector*>(row + kLanes);
    }
    low = low > kPowerFloor ? low : Vector{} + kPowerFloor;
    high = high > kPowerFloor ? high : Vector{} + kPowerFloor;
    log10_of(low);
    log10_of(high);
    *reinterpret_cast<Vector*>(out) = low;
    *reinterpret_cast<Vector*>(out + kLanes) = high;
    out += kSpectrumBatch;
  }
}

__attribute__((target("avx2"))) void mel_of_power_avx2(const std::vector<MelFilter>& filters, const float* power,
                                                       float* out) {
  mel_of_power(filters, power, out);
}
void mel_of_power_any_cpu(const std::vector<MelFilter>& filters, const float* power, float* out) {
  mel_of_power(filters, power, out);
}

}  // namespace

nn::Matrix log_mel(std::span<const float> samples, std::size_t mel_bins, std::size_t frames) {
  const std::vector<MelFilter>& filters = filters_of(mel_bins);
  nn::Matrix out(mel_bins, frames);
  std::fill_n(out.data(), mel_bins * frames, std::log10(kPowerFloor));  // what a window of zeros gives
  std::array<float, kSpectrumSpan> span{};
  nn::Scratch<float> power(kSpectrumBins * kSpectrumBatch);
  nn::Scratch<float> columns(mel_bins * kSpectrumBatch);
  for (std::size_t frame = 0; frame < frames; frame += kSpectrumBatch) {
    if (frame * kHopSamples >= samples.size() + kReflected) break;
    gather(samples, frames * kHopSamples, frame, span);
    power_spectra(span, {power.data(), power.capacity()});
    (has_avx2() ? mel_of_power_avx2 : mel_of_power_any_cpu)(filters, power.data(), columns.data());
    const std::size_t count = std::min(kSpectrumBatch, frames - frame);
    for (std::size_t m = 0; m < mel_bins; ++m) {
      std::copy_n(columns.data() + m * kSpectrumBatch, count, out.row(m) + frame);
    }
  }
  float* values = out.data();
  const std::size_t size = mel_bins * frames;
  float loudest = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < size; ++i) loudest = std::max(loudest, values[i]);
  const float floor = loudest - kDecadesBelowLoudest;
  for (std::size_t i = 0; i < size; ++i) values[i] = (std::max(values[i], floor) + 4.0F) * 0.25F;
  return out;
}

}  // namespace rapport::audio
