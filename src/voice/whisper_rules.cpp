#include "voice/whisper_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rapport::voice {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

}  // namespace

void WhisperRules::apply(std::span<float> logits, std::span<const TokenId> sampled) const {
  if (options_.suppress_blank && sampled.empty()) {
    for (const TokenId id : vocabulary_.not_first()) logits[static_cast<std::size_t>(id)] = kNever;
  }
  for (const TokenId id : options_.suppressed) logits[static_cast<std::size_t>(id)] = kNever;
  if (!options_.timestamps) return;
  keep_times_in_order(logits, sampled);
  prefer_probable_times(logits);
}

void WhisperRules::keep_times_in_order(std::span<float> logits, std::span<const TokenId> sampled) const {
  const TokenId begin = vocabulary_.first_timestamp();
  const auto first = static_cast<std::size_t>(begin);
  logits[static_cast<std::size_t>(vocabulary_.no_timestamps())] = kNever;
  const bool last_is_time = !sampled.empty() && sampled.back() >= begin;
  const bool before_is_time = sampled.size() < 2 || sampled[sampled.size() - 2] >= begin;
  if (last_is_time && before_is_time) std::fill(logits.begin() + begin, logits.end(), kNever);
  if (last_is_time && !before_is_time) std::fill(logits.begin(), logits.begin() + vocabulary_.end_of_text(), kNever);

  const auto latest = std::find_if(sampled.rbegin(), sampled.rend(), [&](TokenId id) { return id >= begin; });
  if (latest != sampled.rend()) {
    // A segment ends where it began at the earliest 20 ms later; the next may begin where it ended.
    const TokenId earliest = last_is_time && !before_is_time ? *latest : *latest + 1;
    const auto end = std::min(static_cast<std::size_t>(earliest), logits.size());
    std::fill(logits.begin() + begin, logits.begin() + static_cast<std::ptrdiff_t>(end), kNever);
  }
  if (sampled.empty()) {
    std::fill(logits.begin(), logits.begin() + begin, kNever);
    if (options_.max_initial_timestamp && first + *options_.max_initial_timestamp + 1 < logits.size()) {
      std::fill(logits.begin() + static_cast<std::ptrdiff_t>(first + *options_.max_initial_timestamp + 1), logits.end(),
                kNever);
    }
  }
}

/// Where the times together are more probable than any one word, a time it is.
void WhisperRules::prefer_probable_times(std::span<float> logits) const {
  const auto first = logits.begin() + vocabulary_.first_timestamp();
  const float largest = *std::max_element(first, logits.end());
  if (largest == kNever) return;
  float sum = 0;
  for (auto at = first; at != logits.end(); ++at) sum += std::exp(*at - largest);
  if (largest + std::log(sum) > *std::max_element(logits.begin(), first)) std::fill(logits.begin(), first, kNever);
}

}  // namespace rapport::voice
