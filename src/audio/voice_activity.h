#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace rapport::audio {

/// A stretch of samples that holds speech, counted from the start of the recording.
struct SpeechSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct VoiceActivityOptions {
  int min_speech_ms = 250;
  int min_silence_ms = 500;  ///< shorter pauses do not end a span
  int padding_ms = 200;      ///< added on both sides
};

/// Where in a recording somebody speaks; fed piece by piece, so that memory does not grow with the recording.
///
/// Threads   one detector, one thread.
class VoiceActivityDetector {
 public:
  explicit VoiceActivityDetector(VoiceActivityOptions options = {});
  ~VoiceActivityDetector();
  VoiceActivityDetector(VoiceActivityDetector&&) noexcept;
  VoiceActivityDetector& operator=(VoiceActivityDetector&&) noexcept;

  /// Takes the next samples (16 kHz mono) and gives the spans that have become final, in order, not overlapping.
  std::vector<SpeechSpan> push(std::span<const float> samples);
  /// The end of the recording: the spans that were still open.
  std::vector<SpeechSpan> finish();
  /// Samples before this index are in no span that is still to come: a caller may let them go.
  std::size_t settled() const;

 private:
  struct State;
  State* state_;
};

/// The same for a whole recording.
std::vector<SpeechSpan> detect_speech(std::span<const float> samples, VoiceActivityOptions options = {});

}  // namespace rapport::audio
