#include "translation/providers/character_quota.h"

#include <algorithm>

namespace rapport::translation {

std::optional<std::chrono::seconds> CharacterQuota::take(std::size_t characters, Time now) {
  const std::lock_guard lock(mutex_);
  const auto wait_of = [&](Window& window, std::chrono::seconds length, std::size_t limit) -> std::chrono::seconds {
    if (window.used == 0 || now - window.start >= length) window = {now, 0};
    const bool fits = limit == 0 || window.used + characters <= limit;
    return fits ? std::chrono::seconds(0) : std::chrono::ceil<std::chrono::seconds>(window.start + length - now);
  };
  const std::chrono::seconds day = wait_of(day_, std::chrono::hours(24), limits_.per_day);
  const std::chrono::seconds minute = wait_of(minute_, std::chrono::minutes(1), limits_.per_minute);
  if (day.count() > 0 || minute.count() > 0) return std::max(day, minute);
  day_.used += characters;
  minute_.used += characters;
  return std::nullopt;
}

}  // namespace rapport::translation
