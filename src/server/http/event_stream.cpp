#include "server/http/event_stream.h"

#include <utility>

#include "base/error.h"

namespace rapport::http {
namespace {

/// Of events that wait for the connection; one more may be beyond it, and as much is on its way to the client.
constexpr std::size_t kMaxWaitingBytes = 64 * 1024;

void append_event(std::string& bytes, std::string_view data) {
  bytes.append("data: ").append(data).append("\n\n");
}

}  // namespace

void EventQueue::set_header(std::string name, std::string value) {
  const std::lock_guard lock(mutex_);
  headers_.emplace_back(std::move(name), std::move(value));
}

EventQueue::Headers EventQueue::headers() const {
  const std::lock_guard lock(mutex_);
  return headers_;
}

void EventQueue::send(std::string_view data) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || bytes_.size() < kMaxWaitingBytes; });
  if (closed_) throw Error(ErrorKind::kTimeout, "cancelled", "Nobody waits for this answer any more.");
  const bool first = bytes_.empty();
  append_event(bytes_, data);
  lock.unlock();
  if (first) wake_();
}

void EventQueue::send_last(std::string_view data) {
  const std::lock_guard lock(mutex_);
  append_event(bytes_, data);
}

std::string EventQueue::take() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
  return std::exchange(bytes_, {});
}

void EventQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace rapport::http
