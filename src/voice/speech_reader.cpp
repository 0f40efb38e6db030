#include "voice/speech_reader.h"

#include <chrono>
#include <span>

namespace rapport::voice {
namespace {

constexpr audio::VoiceActivityOptions kActivity;
constexpr std::size_t kBlock = audio::kSampleRateHz;  // 1 s at a time

Seconds seconds(std::size_t samples) {
  return Seconds(static_cast<double>(samples) / audio::kSampleRateHz);
}

}  // namespace

SpeechReader::SpeechReader(audio::AudioReader& audio)
    : audio_(audio),
      detector_(kActivity),
      packer_({.padding = static_cast<std::size_t>(kActivity.padding_ms) * audio::kSampleRateHz / 1000}),
      block_(kBlock) {}

std::optional<SpeechWindow> SpeechReader::next() {
  const auto begin = std::chrono::steady_clock::now();
  std::optional<SpeechWindow> window = packer_.take();
  while (!window && !ended_) {
    read_more();
    window = packer_.take();
  }
  if (window) speech_ += window->samples.size();
  decode_ms_ += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  return window;
}

Seconds SpeechReader::read() const {
  return seconds(read_);
}

Seconds SpeechReader::speech() const {
  return seconds(speech_);
}

void SpeechReader::read_more() {
  const std::size_t count = audio_.read(block_);
  const auto samples = std::span<const float>(block_).first(count);
  read_ += count;
  packer_.append(samples);
  for (const audio::SpeechSpan span : detector_.push(samples)) packer_.add(span);
  if (count < block_.size()) {
    for (const audio::SpeechSpan span : detector_.finish()) packer_.add(span);
    packer_.finish();
    ended_ = true;
  } else {
    packer_.settle(detector_.settled());
  }
}

}  // namespace rapport::voice
