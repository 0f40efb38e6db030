#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "audio/decoder_wire.h"
#include "base/unnamed_file.h"

namespace rapport::audio {

/// A process that decodes one file, seen from the server: where its messages come from, and how to end it.
///
/// Threads   one thread.
class DecoderChild {
 public:
  DecoderChild(Fd pipe, Fd process) : pipe_(std::move(pipe)), process_(std::move(process)) {}
  DecoderChild(DecoderChild&&) noexcept = default;
  DecoderChild& operator=(DecoderChild&&) = delete;
  /// Kills it, wherever it is.
  ~DecoderChild();

  /// The next bytes that it writes, all of `bytes`; false when it ended, or wrote nothing for `max_wait`.
  bool read(std::span<std::byte> bytes, std::chrono::milliseconds max_wait);

 private:
  Fd pipe_;
  Fd process_;
};

/// Starts the decoding of a file, which its process maps: it is not copied. The process that starts decoders is itself
/// started the first time, and again when it has died.
///
/// Threads   safe.
/// Cost      one or two milliseconds; about 100 ms more the first time.
/// Throws    kOverloaded "audio_overloaded" when no process can be started; kUnavailable "audio_decoder_unavailable"
/// when
///           libav is not installed.
DecoderChild start_decoding(const UnnamedFile& file, DecodeRequest request);

}  // namespace rapport::audio
