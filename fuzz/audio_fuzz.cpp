// An audio file, as the confined process reads it but without its confinement: whatever the bytes are, decoding ends,
// gives no more samples than permitted, and says once what they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "audio/decode.h"
#include "audio/libav.h"

namespace {

using namespace rapport::audio;

constexpr std::uint64_t kMaxSamples = 16000 * 20;
constexpr int kMaxChannels = 4;

void require(bool holds) {
  if (!holds) std::abort();
}

class CheckingSink final : public SampleSink {
 public:
  bool format(const StreamFormat& format) override {
    require(!announced_ && format.channels >= 1 && format.channels <= kMaxChannels);
    require(format.sample_rate_hz >= 4000 && format.sample_rate_hz <= 192000);
    announced_ = true;
    return true;
  }
  bool samples(std::span<const float> samples) override {
    require(announced_ && !samples.empty());
    total_ += samples.size();
    require(total_ <= kMaxSamples);
    return true;
  }
  std::uint64_t total() const { return total_; }

 private:
  bool announced_ = false;
  std::uint64_t total_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool loaded = load_libav();
  require(loaded);
  DecodeJob job;
  job.bytes = std::as_bytes(std::span(data, size));
  job.max_samples = kMaxSamples;
  job.max_channels = kMaxChannels;
  const auto container = sniff(job.bytes);
  if (!container) return 0;
  job.container = *container;
  CheckingSink sink;
  const DecodeEnd end = decode(job, sink);
  require(end != DecodeEnd::kStopped);
  if (end == DecodeEnd::kComplete) require(sink.total() > 0);
  if (end == DecodeEnd::kEmpty) require(sink.total() == 0);
  return 0;
}
