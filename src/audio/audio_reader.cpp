#include "audio/audio_reader.h"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>

#include "audio/container.h"
#include "audio/decoder_client.h"
#include "base/error.h"

namespace rapport::audio {
namespace {

Error unsupported(const std::string& why) {
  return Error(ErrorKind::kUnsupportedMedia, "audio_unsupported",
               why + " Supported are " + std::string(kSupportedAudio) + ".");
}

Error damaged(const std::string& log) {
  return Error(ErrorKind::kInvalid, "audio_damaged", "This audio file is damaged: nothing in it can be decoded.")
      .with_log(log);
}

Error empty() {
  return Error(ErrorKind::kInvalid, "audio_empty", "This audio file is empty.");
}

Error too_long(const AudioLimits& limits) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limits.max_duration).count();
  return Error(ErrorKind::kTooLarge, "audio_too_long",
               "This recording is longer than the limit of " + std::to_string(seconds) + " seconds.");
}

void check_size(std::uint64_t bytes, const AudioLimits& limits) {
  if (bytes == 0) throw empty();
  if (bytes > limits.max_bytes) {
    throw Error(ErrorKind::kTooLarge, "audio_too_large",
                "This audio file is larger than the limit of " + std::to_string(limits.max_bytes) + " bytes.");
  }
}

/// A file's bytes; of its pages only those that are looked at come into memory.
class Mapping {
 public:
  explicit Mapping(const UnnamedFile& file) : size_(static_cast<std::size_t>(file.size())) {
    start_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.fd(), 0);
    if (start_ == MAP_FAILED) {
      throw Error(ErrorKind::kOverloaded, "audio_overloaded", "There is no memory for this audio file; try again.")
          .with_log("mmap");
    }
  }
  ~Mapping() { ::munmap(start_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(start_), size_}; }

 private:
  std::size_t size_;
  void* start_ = nullptr;
};

DecodeRequest request_for(Container container, const AudioLimits& limits) {
  DecodeRequest request;
  request.container = container;
  request.max_channels = limits.max_channels;
  request.max_samples = static_cast<std::uint64_t>(std::max<std::int64_t>(limits.max_duration.count(), 0)) *
                        static_cast<std::uint64_t>(kSampleRateHz) / 1000;
  return request;
}

/// Whatever the other process wrote: a number, between -1 and 1.
float sound(float value) {
  return std::isfinite(value) ? std::clamp(value, -1.0F, 1.0F) : 0.0F;
}

class ProcessReader final : public AudioReader {
 public:
  ProcessReader(const UnnamedFile& file, Container container, const AudioLimits& limits)
      : limits_(limits), request_(request_for(container, limits)), child_(start_decoding(file, request_)) {
    const StreamMessage message = next_message();
    if (message.kind == StreamMessage::Kind::kEnd) finish(message.end);  // throws: no samples came
    if (message.kind != StreamMessage::Kind::kFormat || static_cast<std::size_t>(message.codec) >= kCodecs) {
      throw damaged("the decoder broke its protocol");
    }
    format_.container = name_of(container);
    format_.codec = name_of(message.codec);
    format_.sample_rate_hz = message.sample_rate_hz;
    format_.channels = message.channels;
  }

  const AudioFormat& format() const override { return format_; }

  std::size_t read(std::span<float> samples) override {
    std::size_t filled = 0;
    while (filled < samples.size() && fetch()) {
      const std::span<float> part = samples.subspan(filled, std::min(pending_, samples.size() - filled));
      if (!child_.read(std::as_writable_bytes(part), limits_.max_wait))
        throw damaged("the decoder died among its samples");
      std::transform(part.begin(), part.end(), part.begin(), sound);
      pending_ -= part.size();
      filled += part.size();
    }
    return filled;
  }

 private:
  /// Whether samples are waiting.
  bool fetch() {
    while (pending_ == 0 && !ended_) {
      const StreamMessage message = next_message();
      if (message.kind == StreamMessage::Kind::kEnd) {
        finish(message.end);
      } else if (message.kind == StreamMessage::Kind::kSamples) {
        pending_ = message.count;
        total_ += message.count;
        if (total_ > request_.max_samples) throw too_long(limits_);
      } else {
        throw damaged("the decoder broke its protocol");
      }
    }
    return pending_ > 0;
  }

  StreamMessage next_message() {
    StreamMessage message;
    if (!child_.read(std::as_writable_bytes(std::span(&message, 1)), limits_.max_wait))
      throw damaged("the decoder died or stood still");
    if (message.kind == StreamMessage::Kind::kNotConfined) {
      throw Error(ErrorKind::kUnavailable, "audio_decoder_unavailable",
                  "Audio cannot be decoded here: the kernel does not confine processes (seccomp).");
    }
    return message;
  }

  void finish(DecodeEnd end) {
    ended_ = true;
    switch (end) {
      case DecodeEnd::kComplete:
        if (total_ == 0) throw damaged("complete without a sample");
        return;
      case DecodeEnd::kEmpty:
        throw empty();
      case DecodeEnd::kUnsupported:
        throw unsupported("This file holds no audio stream that can be read.");
      case DecodeEnd::kUnsupportedRate:
        throw unsupported("The sample rate of this file is outside 4 to 192 kHz.");
      case DecodeEnd::kTooManyChannels:
        throw Error(ErrorKind::kTooLarge, "audio_too_many_channels",
                    "This recording has more than " + std::to_string(limits_.max_channels) + " channels.");
      case DecodeEnd::kTooLong:
        throw too_long(limits_);
      case DecodeEnd::kDamaged:
      case DecodeEnd::kStopped:
        throw damaged("libav could read nothing");
    }
    throw damaged("the decoder broke its protocol");
  }

  AudioLimits limits_;
  DecodeRequest request_;
  DecoderChild child_;
  AudioFormat format_;
  std::size_t pending_ = 0;  ///< samples of the current message that are still in the pipe
  std::uint64_t total_ = 0;
  bool ended_ = false;
};

class LaterReader final : public AudioReader {
 public:
  LaterReader(const UnnamedFile& file, const AudioLimits& limits) : file_(file), limits_(limits) {}

  const AudioFormat& format() const override { return reader().format(); }
  std::size_t read(std::span<float> samples) override { return reader().read(samples); }

 private:
  AudioReader& reader() const {
    if (!reader_) reader_ = open(file_, limits_);
    return *reader_;
  }

  const UnnamedFile& file_;
  const AudioLimits limits_;
  mutable std::unique_ptr<AudioReader> reader_;
};

}  // namespace

std::unique_ptr<AudioReader> AudioReader::open_later(const UnnamedFile& file, const AudioLimits& limits) {
  return std::make_unique<LaterReader>(file, limits);
}

std::unique_ptr<AudioReader> AudioReader::open(std::span<const std::byte> bytes, const AudioLimits& limits) {
  check_size(bytes.size(), limits);
  return open(UnnamedFile::in_memory(bytes), limits);
}

std::unique_ptr<AudioReader> AudioReader::open(const UnnamedFile& file, const AudioLimits& limits) {
  check_size(file.size(), limits);
  const auto container = sniff(Mapping(file).bytes());
  if (!container) throw unsupported("This is no audio file of a kind that can be read.");
  return std::make_unique<ProcessReader>(file, *container, limits);
}

}  // namespace rapport::audio
