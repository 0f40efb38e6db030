#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "nn/tensor.h"

namespace rapport::test {

/// The reference's spectrogram of a clip of fixtures/audio, [80, 3000]. The file holds its first frames; the silence
/// behind them is its smallest value throughout.
inline nn::Matrix reference_mel(const std::filesystem::path& audio, const std::string& clip) {
  constexpr std::size_t kBins = 80;
  constexpr std::size_t kFrames = 3000;
  const std::string bytes = read_file(audio / ("mel_" + clip + ".f32"));
  const std::size_t stored = bytes.size() / sizeof(float) / kBins;
  nn::Matrix part(kBins, stored);
  std::memcpy(part.data(), bytes.data(), kBins * stored * sizeof(float));
  nn::Matrix mel(kBins, kFrames);
  std::fill_n(mel.data(), kBins * kFrames, *std::min_element(part.data(), part.data() + kBins * stored));
  for (std::size_t m = 0; m < kBins; ++m) std::copy_n(part.row(m), stored, mel.row(m));
  return mel;
}

}  // namespace rapport::test
