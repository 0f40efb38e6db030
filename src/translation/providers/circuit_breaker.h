#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

namespace rapport::translation {

/// Stops asking a service that does not answer. After so many failures in a row it is open: nobody asks. When the rest
/// is over, one caller asks (half open): if that succeeds it is closed again, else it rests once more, twice as long.
///
/// Threads   safe.
class CircuitBreaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    std::size_t failures = 5;
    std::chrono::milliseconds rest{10'000};
    std::chrono::milliseconds longest_rest{300'000};
  };
  enum class State { kClosed, kHalfOpen, kOpen };

  explicit CircuitBreaker(const Limits& limits) : limits_(limits), rest_(limits.rest) {}

  /// Whether the caller may ask; then it must report how that ended.
  bool may_ask(Time now);
  void succeeded();
  void failed(Time now);
  /// The caller's try ended without telling anything of the service.
  void withdrawn();
  /// The service itself asks to be left alone.
  void pause(Time until);

  State state(Time now) const;
  /// How long until somebody may ask; 0 when at once.
  std::chrono::milliseconds rest(Time now) const;

 private:
  const Limits limits_;
  mutable std::mutex mutex_;
  std::size_t failures_ = 0;
  std::chrono::milliseconds rest_;
  Time open_until_{};
  bool probing_ = false;
};

}  // namespace rapport::translation
