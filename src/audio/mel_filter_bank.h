#pragma once

#include <cstddef>
#include <vector>

namespace rapport::audio {

/// One triangle of a mel filter bank: its weights from spectrum bin `first_bin` on; zero elsewhere.
struct MelFilter {
  std::size_t first_bin = 0;
  std::vector<float> weights;
};

/// The filters of Slaney's Auditory Toolbox, between 0 and 8 kHz over the bins of spectrum.h: linear below 1 kHz,
/// logarithmic above, each of unit area.
///
/// Requires  mel_bins >= 1.
/// Threads   pure.
/// Source    librosa.filters.mel(sr=16000, n_fft=400, n_mels=mel_bins); equal to it to 1e-7.
std::vector<MelFilter> mel_filter_bank(std::size_t mel_bins);

}  // namespace rapport::audio
