#pragma once

#include <cstddef>
#include <span>

#include "nn/tensor.h"

namespace rapport::audio {

/// Whisper's log-mel spectrogram of 16 kHz mono audio: Hann windows of 25 ms every 10 ms, reflected at both ends, power
/// through a Slaney mel filter bank, log10 clamped to 8 below the loudest, (x + 4) / 4.
///
/// Shapes    samples [N], zeros appended up to `frames` * 160 samples; result [M, F] with F = frames.
/// Requires  mel_bins of 80 or 128; N <= frames * 160.
/// Threads   pure.
/// Source    openai/whisper, log_mel_spectrogram; equal to it to 1e-4.
nn::Matrix log_mel(std::span<const float> samples, std::size_t mel_bins, std::size_t frames);

}  // namespace rapport::audio
