#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "audio/audio_reader.h"
#include "audio/voice_activity.h"
#include "voice/speech_packer.h"

namespace rapport::voice {

/// A recording as windows of speech, read only as far as the next one needs.
///
/// Memory    bounded by the window, whatever the recording's length.
/// Threads   one reader, one thread.
/// Throws    what the audio reader throws.
class SpeechReader {
 public:
  /// Requires  `audio` outlives it.
  explicit SpeechReader(audio::AudioReader& audio);

  /// The next window; none at the end of the recording.
  std::optional<SpeechWindow> next();

  Seconds read() const;                            ///< of the recording, so far
  Seconds speech() const;                          ///< in the windows, so far
  double decode_ms() const { return decode_ms_; }  ///< spent on decoding the file and on finding speech

 private:
  void read_more();

  audio::AudioReader& audio_;
  audio::VoiceActivityDetector detector_;
  SpeechPacker packer_;
  std::vector<float> block_;
  std::size_t read_ = 0;
  std::size_t speech_ = 0;
  bool ended_ = false;
  double decode_ms_ = 0;
};

}  // namespace rapport::voice
