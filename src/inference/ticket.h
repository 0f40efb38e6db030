#pragma once

#include <future>
#include <memory>
#include <utility>

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

  /// Throws    what the thread gave in place of an answer.
  Answer wait() { return future_.get(); }

 private:
  std::shared_ptr<Call> call_;
  std::future<Answer> future_;
};

}  // namespace rapport::inference
