#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "base/cancellation.h"

namespace rapport::inference {

/// The caller's end of a call that a queue's thread answers: gone unread, the call is abandoned.
///
/// Call      has a `promise` of the answer and an `abandoned` flag.
template <class Call>
class Ticket {
 public:
  using Answer = decltype(std::declval<Call>().promise.get_future().get());

  explicit Ticket(std::shared_ptr<Call> call) : call_(std::move(call)), future_(call_->promise.get_future()) {}
  ~Ticket() {
    if (call_) call_->abandoned = true;
  }
  Ticket(Ticket&&) = default;
  Ticket& operator=(Ticket&&) = delete;

  /// Throws    what the thread gave in place of an answer; kTimeout "cancelled".
  Answer wait(Cancelled cancelled = nullptr) {
    constexpr std::chrono::milliseconds kLookForCancelled{20};
    while (cancelled != nullptr && future_.wait_for(kLookForCancelled) == std::future_status::timeout) {
      stop_if_cancelled(cancelled);
    }
    return future_.get();
  }

 private:
  std::shared_ptr<Call> call_;
  std::future<Answer> future_;
};

}  // namespace rapport::inference
