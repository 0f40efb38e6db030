#include "voice/speech_window.h"

#include <algorithm>
#include <cmath>

namespace rapport::voice {
namespace {

using Stretch = SpeechWindow::Stretch;

Seconds seconds(std::size_t samples) {
  return Seconds(static_cast<double>(samples) / audio::kSampleRateHz);
}

std::size_t position(Seconds time) {
  return static_cast<std::size_t>(std::max(std::round(time.count() * audio::kSampleRateHz), 0.0));
}

std::size_t source_of(const Stretch& stretch, std::size_t packed) {
  return stretch.source + std::min(packed - std::min(packed, stretch.packed), stretch.length);
}

}  // namespace

Seconds SpeechWindow::duration() const {
  return seconds(samples.size());
}

std::size_t SpeechWindow::stretch_at(Seconds packed) const {
  const auto behind = std::upper_bound(stretches.begin(), stretches.end(), position(packed),
                                       [](std::size_t at, const Stretch& stretch) { return at < stretch.packed; });
  return behind == stretches.begin() ? 0 : static_cast<std::size_t>(behind - stretches.begin()) - 1;
}

Seconds SpeechWindow::source_begin(Seconds packed) const {
  return seconds(source_of(stretches[stretch_at(packed)], position(packed)));
}

Seconds SpeechWindow::source_end(Seconds packed) const {
  const std::size_t at = position(packed);
  const auto behind = std::lower_bound(stretches.begin(), stretches.end(), at,
                                       [](const Stretch& stretch, std::size_t end) { return stretch.packed < end; });
  return seconds(source_of(behind == stretches.begin() ? stretches.front() : *(behind - 1), at));
}

double SpeechWindow::speech_share(Seconds begin, Seconds end) const {
  const std::size_t first = position(begin);
  const std::size_t last = position(end);
  if (first >= last) return 0;
  std::size_t speech = 0;
  for (const Stretch& stretch : stretches) {
    const std::size_t from = std::max(first, stretch.packed + padding);
    const std::size_t to = std::min(last, stretch.packed + stretch.length - std::min(stretch.length, padding));
    if (from < to) speech += to - from;
  }
  return static_cast<double>(speech) / static_cast<double>(last - first);
}

}  // namespace rapport::voice
