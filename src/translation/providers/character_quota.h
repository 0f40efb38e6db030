#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>

namespace rapport::translation {

/// How many characters may be sent to a service in a minute and in a day, counted from the first that is sent in it.
///
/// Threads   safe.
class CharacterQuota {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    std::size_t per_minute = 6'000'000;  ///< Google's own default; 0: no limit
    std::size_t per_day = 0;
  };

  explicit CharacterQuota(const Limits& limits) : limits_(limits) {}

  /// Takes so many; nullopt when they were free, else how long it is until they may be.
  std::optional<std::chrono::seconds> take(std::size_t characters, Time now);

 private:
  struct Window {
    Time start{};
    std::size_t used = 0;
  };

  const Limits limits_;
  std::mutex mutex_;
  Window minute_;
  Window day_;
};

}  // namespace rapport::translation
