#pragma once

#include <cstddef>
#include <vector>

#include "voice/transcriber.h"

namespace rapport::voice {

/// Speech of a recording, packed for the model: stretches of at most 29 s together, the silence between them left out.
///
/// Units     positions are samples at 16 kHz; "packed" counts from the start of the window, "source" from the start of
///           the recording.
struct SpeechWindow {
  struct Stretch {
    std::size_t packed = 0;
    std::size_t source = 0;
    std::size_t length = 0;
  };

  std::vector<float> samples;
  std::vector<Stretch> stretches;  ///< in order; never empty
  std::size_t padding = 0;         ///< at both ends of a stretch, what voice activity detection added to the speech

  Seconds duration() const;
  /// Where in the recording something begins (ends) that begins (ends) at `packed` in the window: on the border of two
  /// stretches that is the later (the earlier) one. What lies behind the window belongs to its end.
  Seconds source_begin(Seconds packed) const;
  Seconds source_end(Seconds packed) const;
  /// The stretch of something that begins at `packed`.
  std::size_t stretch_at(Seconds packed) const;
  /// Which share of the time from `begin` to `end`, in the window or behind it, is speech without its padding.
  double speech_share(Seconds begin, Seconds end) const;
};

}  // namespace rapport::voice
