#pragma once

#include <cstddef>
#include <span>

namespace rapport::audio {

/// Short-time Fourier analysis as Whisper does it: windows of 25 ms every 10 ms at 16 kHz.
inline constexpr std::size_t kWindowSamples = 400;
inline constexpr std::size_t kHopSamples = 160;
inline constexpr std::size_t kSpectrumBins = kWindowSamples / 2 + 1;

/// So many windows are transformed side by side, one in each lane of the vector unit.
inline constexpr std::size_t kSpectrumBatch = 16;
/// The samples that a batch spans.
inline constexpr std::size_t kSpectrumSpan = (kSpectrumBatch - 1) * kHopSamples + kWindowSamples;

/// |Fourier transform|^2 of a batch of windows, each multiplied with a periodic Hann window.
///
/// Shapes    samples [kSpectrumSpan]; power [kSpectrumBins, kSpectrumBatch].
/// Threads   pure.
void power_spectra(std::span<const float, kSpectrumSpan> samples, std::span<float> power);

}  // namespace rapport::audio
