#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "audio/container.h"

namespace rapport::audio {

struct DecodeJob {
  std::span<const std::byte> bytes;
  Container container = Container::kOgg;
  std::uint64_t max_samples = 0;  ///< after resampling to 16 kHz
  int max_channels = 0;
};

/// What the stream in the file is.
struct StreamFormat {
  Codec codec = Codec::kOpus;
  int sample_rate_hz = 0;
  int channels = 0;
};

/// How decoding ended.
enum class DecodeEnd : std::uint8_t {
  kComplete,         ///< all that the file holds was given
  kEmpty,            ///< sound, and without a sample
  kDamaged,          ///< nothing could be decoded
  kUnsupported,      ///< no audio stream of a permitted codec
  kUnsupportedRate,  ///< a sample rate outside 4 .. 192 kHz
  kTooManyChannels,
  kTooLong,
  kStopped,  ///< the sink wanted no more
};
inline constexpr std::uint8_t kDecodeEnds = 8;

/// Takes what is decoded; false from either ends the work.
class SampleSink {
 public:
  virtual ~SampleSink() = default;
  virtual bool format(const StreamFormat& format) = 0;  ///< once, before the first samples
  virtual bool samples(std::span<const float> mono_16k) = 0;
};

/// Demultiplexes, decodes, mixes down and resamples a file in this process: for the confined decoder process, and for
/// fuzzing. Limits hold while decoding, whatever the file claims of itself.
///
/// Requires  load_libav() was true.
/// Threads   concurrent calls are safe.
/// Cost      memory bounded by a few of the file's largest packets.
DecodeEnd decode(const DecodeJob& job, SampleSink& sink);

}  // namespace rapport::audio
