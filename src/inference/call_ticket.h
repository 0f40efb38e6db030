#pragma once

#include <future>
#include <memory>
#include <utility>

namespace rapport::inference {

/// The caller's end of a call on its way to a thread that computes: gone unread, the call is abandoned.
///
/// `Call` has `promise`, of a Result, and an atomic `abandoned`.
template <class Call, class Result>
class CallTicket {
 public:
  explicit CallTicket(std::shared_ptr<Call> call) : call_(std::move(call)), future_(call_->promise.get_future()) {}
  ~CallTicket() {
    if (call_) call_->abandoned = true;
  }
  CallTicket(CallTicket&&) = default;
  CallTicket& operator=(CallTicket&&) = delete;

  Result wait() { return future_.get(); }

 private:
  std::shared_ptr<Call> call_;
  std::future<Result> future_;
};

}  // namespace rapport::inference
