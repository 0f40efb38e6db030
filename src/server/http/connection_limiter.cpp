#include "server/http/connection_limiter.h"

namespace rapport::http {

void ConnectionLimiter::Ticket::release() {
  if (limiter_ != nullptr) std::exchange(limiter_, nullptr)->give_back(address_);
}

ConnectionLimiter::Verdict ConnectionLimiter::admit(const std::string& address, Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  if (open_ >= total_limit_) return Verdict::kTooMany;
  std::size_t& count = by_address_[address];
  if (count >= address_limit_) {
    if (count == 0) by_address_.erase(address);
    return Verdict::kTooManyFromAddress;
  }
  ++count;
  ++open_;
  ticket.limiter_ = this;
  ticket.address_ = address;
  return Verdict::kAdmitted;
}

std::size_t ConnectionLimiter::open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

void ConnectionLimiter::give_back(const std::string& address) {
  const std::lock_guard lock(mutex_);
  --open_;
  const auto it = by_address_.find(address);
  if (--it->second == 0) by_address_.erase(it);
}

}  // namespace rapport::http
