#include "audio/mel_filter_bank.h"

#include <algorithm>
#include <cmath>

#include "audio/audio_reader.h"
#include "audio/spectrum.h"

namespace rapport::audio {
namespace {

// Slaney's scale: 3 mel for 200 Hz up to 1 kHz, then 27 mel for each factor of 6.4.
constexpr double kLinearHzPerMel = 200.0 / 3.0;
constexpr double kBreakHz = 1000.0;
constexpr double kBreakMel = kBreakHz / kLinearHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

double mel_of(double hz) {
  return hz < kBreakHz ? hz / kLinearHzPerMel : kBreakMel + std::log(hz / kBreakHz) / kLogStep;
}

double hz_of(double mel) {
  return mel < kBreakMel ? mel * kLinearHzPerMel : kBreakHz * std::exp((mel - kBreakMel) * kLogStep);
}

}  // namespace

std::vector<MelFilter> mel_filter_bank(std::size_t mel_bins) {
  constexpr double kBinHz = static_cast<double>(kSampleRateHz) / kWindowSamples;
  const double top_mel = mel_of(kSampleRateHz / 2.0);
  const auto corner_hz = [&](std::size_t i) {
    return hz_of(top_mel * static_cast<double>(i) / static_cast<double>(mel_bins + 1));
  };
  std::vector<MelFilter> filters(mel_bins);
  for (std::size_t m = 0; m < mel_bins; ++m) {
    const double low = corner_hz(m);
    const double peak = corner_hz(m + 1);
    const double high = corner_hz(m + 2);
    MelFilter& filter = filters[m];
    for (std::size_t k = 0; k < kSpectrumBins; ++k) {
      const double hz = kBinHz * static_cast<double>(k);
      const double height = std::min((hz - low) / (peak - low), (high - hz) / (high - peak));
      if (height <= 0) continue;
      if (filter.weights.empty()) filter.first_bin = k;
      filter.weights.push_back(static_cast<float>(height * 2 / (high - low)));
    }
  }
  return filters;
}

}  // namespace rapport::audio
