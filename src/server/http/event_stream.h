#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapport::http {

/// An answer that goes to its client event by event while its handler works: server-sent events, each with nothing but
/// data.
///
/// Threads   the handler's.
class EventStream {
 public:
  virtual ~EventStream() = default;

  /// A header for the head of the answer. Requires  nothing has been sent.
  virtual void set_header(std::string name, std::string value) = 0;
  /// Sends an event at once; the first one takes the head of the answer (200) with it. Waits while the client has many
  /// events still to read: who reads slowly holds the handler up, not the memory.
  ///
  /// Requires  `data` has one line.
  /// Throws    kTimeout "cancelled" when the client has gone.
  virtual void send(std::string_view data) = 0;
};

/// The events between a handler and the connection that writes them.
///
/// Threads   `send` is the handler's; the rest is the connection's.
class EventQueue final : public EventStream {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// `wake` is called, from the handler's thread, when there is something to take.
  explicit EventQueue(std::function<void()> wake) : wake_(std::move(wake)) {}

  void set_header(std::string name, std::string value) override;
  void send(std::string_view data) override;
  /// What was set before the first event.
  Headers headers() const;
  /// An event behind all others, whatever their number.
  void send_last(std::string_view data);
  /// All that has been sent since the last call, as it is written.
  std::string take();
  /// Nobody will take anything any more.
  void close();

 private:
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Headers headers_;
  std::string bytes_;
  bool closed_ = false;
};

}  // namespace rapport::http
