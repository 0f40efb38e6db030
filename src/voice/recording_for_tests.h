#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>

#include "audio/audio_reader.h"

namespace rapport::voice {

/// A recording of any length that a function makes, sample by sample.
class RecordingForTests : public audio::AudioReader {
 public:
  RecordingForTests(std::size_t length, std::function<float(std::size_t)> sample)
      : length_(length), sample_(std::move(sample)) {}

  const audio::AudioFormat& format() const override { return format_; }
  std::size_t read(std::span<float> samples) override {
    const std::size_t count = std::min(samples.size(), length_ - at_);
    for (std::size_t i = 0; i < count; ++i) samples[i] = sample_(at_ + i);
    at_ += count;
    return count;
  }

 private:
  audio::AudioFormat format_;
  std::size_t length_;
  std::function<float(std::size_t)> sample_;
  std::size_t at_ = 0;
};

}  // namespace rapport::voice
