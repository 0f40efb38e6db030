#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include "audio/mel_filter_bank.h"
#include "audio/spectrum.h"

namespace rapport::audio {

inline constexpr std::size_t kVoiceFeatures = 25;
using VoiceFeatureVector = std::array<float, kVoiceFeatures>;

/// What tells speech from other sound, for every frame of 10 ms: level above the noise floor, periodicity, steadiness
/// of the pitch, spectral flatness, tilt and flux, each also as it varies within 400 ms around. None depends on the
/// recording's loudness.
///
/// Threads   one thread.
class VoiceFeatureExtractor {
 public:
  VoiceFeatureExtractor();

  /// Takes the next samples and appends the vectors of the frames that are known by now: those up to 400 ms before.
  void push(std::span<const float> samples, std::vector<VoiceFeatureVector>& out);
  /// The end of the recording: the rest. A frame counts when all its samples exist; a recording shorter than one frame
  /// is one frame.
  void finish(std::vector<VoiceFeatureVector>& out);

 private:
  static constexpr std::size_t kMelBands = 24;

  /// What is measured in one frame.
  struct Frame {
    std::array<float, kMelBands> log_mel{};
    float level = 0;  ///< log10 of the power between 150 Hz and 4 kHz
    float floor = 0;  ///< of the level, as it was learnt up to here
    float periodicity = 0;
    float pitch = 0;  ///< octaves
    float pitch_step = 1;
    float flatness = 0;
    float tilt = 0;
    float flux = 0;
  };

  void analyse_batch(std::size_t frames);
  void add_frame(const float* power, std::size_t lane, std::span<const float> samples);
  void measure_pitch(std::span<const float> samples, Frame& frame) const;
  void emit(bool at_end, std::vector<VoiceFeatureVector>& out);
  VoiceFeatureVector vector_of(std::size_t index) const;
  float floor_of(std::size_t index);

  std::vector<MelFilter> filters_;
  std::vector<float> pending_;  ///< samples from the next frame's first on
  std::vector<float> power_;
  std::deque<Frame> frames_;  ///< those that a vector to come looks at
  std::size_t next_ = 0;      ///< index in frames_ of the next vector
  bool floor_known_ = false;
  float floor_ = 0;
};

}  // namespace rapport::audio
