#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/unnamed_file.h"

namespace rapport::audio {

/// Samples a second of everything behind the reader.
inline constexpr int kSampleRateHz = 16000;

struct AudioLimits {
  std::size_t max_bytes = std::size_t{25} << 20;  ///< of the file
  std::chrono::milliseconds max_duration = std::chrono::minutes(60);
  int max_channels = 8;
  std::chrono::milliseconds max_wait = std::chrono::seconds(30);  ///< for a decoder that says nothing
};

/// What the file turned out to be, known once it is open.
struct AudioFormat {
  std::string container;  ///< as sniffed: "ogg", "wav", "mov" ...
  std::string codec;      ///< "opus", "pcm_s16le" ...
  int sample_rate_hz = 0;
  int channels = 0;
};

/// A voice note or other audio file, read piece by piece as 16 kHz mono, so that a long file never lies unpacked in
/// memory. The format is sniffed from the bytes. Decoding happens in a child process without network, files or spare
/// memory (DESIGN 11).
///
/// Threads   one reader, one thread; many readers at the same time are safe.
class AudioReader {
 public:
  /// Requires  nobody changes the file from now on; the reader does not need it any more.
  ///           main() has called run_as_decoder (decoder_process.h).
  /// Throws    kInvalid "audio_empty" (no bytes, or a sound file without a sample), kUnsupportedMedia
  /// "audio_unsupported"
  ///           (naming what is supported), kInvalid "audio_damaged", kTooLarge "audio_too_large" | "audio_too_long" |
  ///           "audio_too_many_channels", kOverloaded "audio_overloaded" when no child can be started, kUnavailable
  ///           "audio_decoder_unavailable" without libav or seccomp.
  static std::unique_ptr<AudioReader> open(const UnnamedFile& file, const AudioLimits& limits);
  /// The same for a file that is in memory, of which the decoder gets a copy.
  static std::unique_ptr<AudioReader> open(std::span<const std::byte> bytes, const AudioLimits& limits);
  /// The same, opened by the first format() or read(), which throw what `open` throws: for who may have to wait, or be
  /// refused, before anything is read.
  ///
  /// Requires  `file` lives as long as the reader.
  static std::unique_ptr<AudioReader> open_later(const UnnamedFile& file, const AudioLimits& limits);
  virtual ~AudioReader() = default;

  virtual const AudioFormat& format() const = 0;

  /// Fills `samples` (-1 .. 1) from its start; fewer than asked, or 0, only at the end. A file cut off in the middle
  /// gives what it holds.
  ///
  /// Throws    kTooLarge "audio_too_long" as soon as the limit is passed, kInvalid "audio_damaged" where the child dies
  /// or
  ///           stands still, or nothing at all could be decoded.
  virtual std::size_t read(std::span<float> samples) = 0;
};

}  // namespace rapport::audio
