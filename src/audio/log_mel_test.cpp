#include "audio/log_mel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "audio/spectrum.h"

namespace rapport::audio {
namespace {

std::vector<float> chirp(std::size_t size) {
  std::vector<float> samples(size);
  for (std::size_t n = 0; n < size; ++n) {
    const double t = static_cast<double>(n) / 16000;
    samples[n] = static_cast<float>(0.4 * std::sin(2 * std::numbers::pi * (200 + 900 * t) * t));
  }
  return samples;
}

/// The definition of the transform, summed up in double precision.
double power_by_definition(const float* window, std::size_t bin) {
  std::complex<double> sum = 0;
  for (std::size_t n = 0; n < kWindowSamples; ++n) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(n) / kWindowSamples;
    sum += window[n] * (0.5 - 0.5 * std::cos(angle)) * std::polar(1.0, -angle * static_cast<double>(bin));
  }
  return std::norm(sum);
}

TEST(PowerSpectra, EqualTheDefinitionOfTheFourierTransform) {
  const std::vector<float> samples = chirp(kSpectrumSpan);
  std::vector<float> power(kSpectrumBins * kSpectrumBatch);

  power_spectra(std::span<const float, kSpectrumSpan>(samples), power);

  for (std::size_t frame = 0; frame < kSpectrumBatch; ++frame) {
    for (std::size_t bin = 0; bin < kSpectrumBins; ++bin) {
      const double expected = power_by_definition(samples.data() + frame * kHopSamples, bin);
      const double amplitude = std::sqrt(power[bin * kSpectrumBatch + frame]);  // its peak is 40
      EXPECT_NEAR(amplitude, std::sqrt(expected), 1e-5) << frame << " " << bin;
    }
  }
}

TEST(LogMel, HasTheShapeAskedFor) {
  for (const std::size_t frames : {1UL, 2UL, 15UL, 16UL, 17UL, 100UL, 3000UL}) {
    const nn::Matrix mel = log_mel(chirp(std::min<std::size_t>(frames * 160, 1000)), 128, frames);

    EXPECT_EQ(mel.rows(), 128U);
    EXPECT_EQ(mel.cols(), frames);
  }
}

TEST(LogMel, OfNothingIsTheFloor) {
  const nn::Matrix mel = log_mel({}, 80, 50);

  EXPECT_TRUE(std::all_of(mel.data(), mel.data() + 80 * 50, [](float v) { return std::abs(v + 1.5F) < 1e-6F; }));
}

TEST(LogMel, TakesZerosBehindTheRecordingAsGiven) {
  std::vector<float> samples = chirp(5000);
  const nn::Matrix short_one = log_mel(samples, 80, 100);
  samples.resize(16000, 0.0F);

  const nn::Matrix padded = log_mel(samples, 80, 100);

  EXPECT_TRUE(std::equal(padded.data(), padded.data() + 80 * 100, short_one.data()));
}

}  // namespace
}  // namespace rapport::audio
