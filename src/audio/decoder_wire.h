#pragma once

// What the server and its decoder process say to each other. Both are the same program, so values go as they lie in
// memory; whatever comes from a process that has read hostile bytes is checked all the same.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "audio/container.h"
#include "audio/decode.h"
#include "base/fd.h"

namespace rapport::audio {

/// Server to decoder process: decode this. Two descriptors come with it: the file, the pipe for the answer.
struct DecodeRequest {
  std::uint64_t file_bytes = 0;
  std::uint64_t max_samples = 0;
  std::int32_t max_channels = 0;
  Container container = Container::kOgg;
};

/// Decoder process to server: once when it is ready, then one for each request, with a pidfd of the process that
/// decodes.
struct HostReply {
  bool ok = false;
};

/// What comes through the pipe: one format, then samples (`count` floats follow each), then one end.
struct StreamMessage {
  enum class Kind : std::uint8_t { kFormat, kSamples, kEnd, kNotConfined };

  Kind kind = Kind::kEnd;
  Codec codec = Codec::kOpus;           ///< kFormat
  DecodeEnd end = DecodeEnd::kDamaged;  ///< kEnd
  std::int32_t sample_rate_hz = 0;      ///< kFormat
  std::int32_t channels = 0;            ///< kFormat
  std::uint32_t count = 0;              ///< kSamples
};

/// One message over a SOCK_SEQPACKET socket, with up to two descriptors; false when the other side is gone or does not
/// take it in time.
bool send_message(int socket, std::span<const std::byte> message, std::span<const int> fds);
/// nullopt when the other side is gone, does not answer in time, or says something of another size. `fds` are what came
/// with it; those that did not are empty.
bool receive_message(int socket, std::span<std::byte> message, std::span<Fd> fds);

/// All of it, whatever signals interrupt; false on an error.
bool write_all(int fd, std::span<const std::byte> bytes);

}  // namespace rapport::audio
