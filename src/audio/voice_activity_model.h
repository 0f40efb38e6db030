#pragma once

#include <array>
#include <cstddef>

namespace rapport::audio {

inline constexpr std::size_t kVoiceModelHidden = 1;
inline constexpr std::array<std::array<float, 25>, 1> kVoiceModelHiddenWeights = {};
inline constexpr std::array<float, 1> kVoiceModelHiddenBias = {};
inline constexpr std::array<float, 1> kVoiceModelOutputWeights = {};
inline constexpr float kVoiceModelOutputBias = 0;

}  // namespace rapport::audio
