#include "translation/providers/circuit_breaker.h"

#include <algorithm>

namespace rapport::translation {

bool CircuitBreaker::may_ask(Time now) {
  const std::lock_guard lock(mutex_);
  if (now < open_until_) return false;
  if (failures_ < limits_.failures) return true;
  if (probing_) return false;
  probing_ = true;
  return true;
}

void CircuitBreaker::succeeded() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
  rest_ = limits_.rest;
  probing_ = false;
}

void CircuitBreaker::failed(Time now) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  if (failures_ < limits_.failures) return;
  if (probing_) rest_ = std::min(rest_ * 2, limits_.longest_rest);
  open_until_ = std::max(open_until_, now + rest_);
  probing_ = false;
}

void CircuitBreaker::withdrawn() {
  const std::lock_guard lock(mutex_);
  probing_ = false;
}

void CircuitBreaker::pause(Time until) {
  const std::lock_guard lock(mutex_);
  open_until_ = std::max(open_until_, until);
  probing_ = false;
}

CircuitBreaker::State CircuitBreaker::state(Time now) const {
  const std::lock_guard lock(mutex_);
  if (now < open_until_) return State::kOpen;
  return failures_ < limits_.failures ? State::kClosed : State::kHalfOpen;
}

std::chrono::milliseconds CircuitBreaker::rest(Time now) const {
  const std::lock_guard lock(mutex_);
  if (now >= open_until_) return std::chrono::milliseconds(0);
  return std::chrono::ceil<std::chrono::milliseconds>(open_until_ - now);
}

}  // namespace rapport::translation
