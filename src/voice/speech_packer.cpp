#include "voice/speech_packer.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace rapport::voice {
namespace {

constexpr std::size_t kLoudnessWindow = audio::kSampleRateHz / 10;  // 100 ms: longer than the closure of a consonant
constexpr std::size_t kLoudnessStep = audio::kSampleRateHz / 100;

}  // namespace

void SpeechPacker::append(std::span<const float> samples) {
  recording_.insert(recording_.end(), samples.begin(), samples.end());
}

void SpeechPacker::add(audio::SpeechSpan span) {
  std::size_t begin = std::max(span.begin, placed_);
  while (begin < span.end && span.end - begin > options_.longest) {
    const std::size_t cut = quietest(begin + options_.longest / 2, begin + options_.longest);
    place(begin, cut);
    begin = cut;
  }
  if (begin < span.end) place(begin, span.end);
}

void SpeechPacker::settle(std::size_t position) {
  placed_ = std::max(placed_, position);
  // What stays open for longer than a window is speech that does not end.
  while (end() > placed_ && end() - placed_ > options_.longest) {
    place(placed_, quietest(placed_ + options_.longest / 2, placed_ + options_.longest));
  }
  const std::size_t gone = std::min(placed_ - begin_, recording_.size());
  recording_.erase(recording_.begin(), recording_.begin() + static_cast<std::ptrdiff_t>(gone));
  begin_ += gone;
}

void SpeechPacker::finish() {
  if (!open_.samples.empty()) close();
}

std::optional<SpeechWindow> SpeechPacker::take() {
  if (ready_.empty()) return std::nullopt;
  SpeechWindow window = std::move(ready_.front());
  ready_.pop_front();
  return window;
}

void SpeechPacker::place(std::size_t begin, std::size_t end) {
  if (open_.samples.size() + (end - begin) > options_.longest) close();
  const std::size_t packed = open_.samples.size();
  const auto from = recording_.begin() + static_cast<std::ptrdiff_t>(begin - begin_);
  open_.samples.insert(open_.samples.end(), from, from + static_cast<std::ptrdiff_t>(end - begin));
  open_.stretches.push_back({packed, begin, end - begin});
  placed_ = end;
}

void SpeechPacker::close() {
  open_.padding = options_.padding;
  if (!open_.samples.empty()) ready_.push_back(std::exchange(open_, {}));
}

/// The middle of the quietest 100 ms between two positions.
std::size_t SpeechPacker::quietest(std::size_t begin, std::size_t end) const {
  std::size_t best = end;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t at = begin; at + kLoudnessWindow <= end; at += kLoudnessStep) {
    double energy = 0;
    for (std::size_t i = at; i < at + kLoudnessWindow; ++i) {
      const double sample = recording_[i - begin_];
      energy += sample * sample;
    }
    if (energy < least) {
      least = energy;
      best = at + kLoudnessWindow / 2;
    }
  }
  return best;
}

}  // namespace rapport::voice
