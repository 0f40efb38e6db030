#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "audio/voice_activity.h"
#include "voice/speech_window.h"

namespace rapport::voice {

/// Puts stretches of speech together to windows, while the recording is still being read.
///
/// A window ends where the next stretch would make it longer than `longest`. A stretch that is longer itself, ended or
/// still going on, is cut where it is quietest.
///
/// Memory    what is not settled of the recording, a window, and those that nobody has taken: never the recording.
/// Threads   one packer, one thread.
class SpeechPacker {
 public:
  /// Units     samples.
  struct Options {
    std::size_t longest = std::size_t{29} * audio::kSampleRateHz;
    std::size_t padding = 0;  ///< that the spans carry at both ends
  };

  explicit SpeechPacker(Options options) : options_(options) {}

  /// The recording goes on.
  void append(std::span<const float> samples);
  /// Speech, in order.
  /// Requires  the span's samples were appended, and not settled before.
  void add(audio::SpeechSpan span);
  /// No speech before `position` is still to come, save what was added.
  void settle(std::size_t position);
  /// The end of the recording.
  void finish();

  /// The next window that is complete.
  std::optional<SpeechWindow> take();

 private:
  std::size_t end() const { return begin_ + recording_.size(); }
  void place(std::size_t begin, std::size_t end);
  void close();
  std::size_t quietest(std::size_t begin, std::size_t end) const;

  Options options_;
  std::vector<float> recording_;  ///< from begin_ on
  std::size_t begin_ = 0;
  std::size_t placed_ = 0;  ///< what lies before it is in a window or in none
  SpeechWindow open_;
  std::deque<SpeechWindow> ready_;
};

}  // namespace rapport::voice
