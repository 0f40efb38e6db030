#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/connection_limiter.h"
#include "server/http/form_data.h"
#include "server/http/request_reader.h"
#include "server/http/router.h"
#include "server/http/shard.h"

namespace rapport::http {

/// One client's connection, from accept to close: reads requests one after the other, has them answered, and keeps the
/// deadlines. Pipelined requests are answered in order; while one is worked on, nothing is read.
///
/// It waits for its socket and then reads and writes without blocking, into buffers that the shard owns: an idle
/// connection holds almost no memory.
///
/// Threads   its shard's alone; a worker gets the request and posts the answer back.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Instant = Shard::Clock::time_point;

  Connection(boost::asio::ip::tcp::socket socket, Shard& shard, ConnectionLimiter::Ticket ticket);

  void start();
  /// Closes at once when it is idle, else after the answer that is on its way.
  void drain();
  /// Tells the handler that works for this connection that its answer will go nowhere.
  void abandon();
  bool is_late(Instant now) const { return now >= deadline_; }
  void on_late(Instant now);

 private:
  enum class Phase {
    kIdle,  // between requests
    kHead,  // some of a head is there
    kBody,
    kHandling,   // on a thread of a pool
    kStreaming,  // the same, and some of its events are sent or on their way
    kWriting,
    kLingering,  // answered and shut for writing: what still comes is thrown away, so that the answer is not lost
    kClosed,
  };

  bool reading() const { return phase_ == Phase::kIdle || phase_ == Phase::kHead || phase_ == Phase::kBody; }
  void wait_readable();
  void wait_writable();
  void on_readable();
  void read_available();
  void resume();
  void process(std::string_view bytes);
  void note_progress(std::size_t used);

  void on_head(bool body_follows);
  void start_body();
  bool hold_body();
  void on_request();
  void on_refused();
  void run_on(ThreadPool& pool);
  void on_answer(Response response);
  void send_events();
  void end_events(Response response);
  void count_answer(int status, double duration_s);
  void start_writing();
  void look_for_client();
  void respond(Response response);
  void write_some();
  std::size_t written_total() const { return out_head_.size() + out_body_.size(); }
  void on_written();
  void linger();
  void send_continue();
  void time_out();
  void close();
  void on_slow_body(Instant now);
  void on_slow_write(Instant now);

  boost::asio::ip::tcp::socket socket_;
  Shard& shard_;
  ConnectionLimiter::Ticket ticket_;
  RequestReader reader_;
  Phase phase_ = Phase::kIdle;
  Instant deadline_;
  bool waiting_ = false;            // for the socket to become readable
  std::string pending_;             // bytes behind the request that is being worked on

  Request request_;
  std::shared_ptr<std::atomic<bool>> client_gone_;  // of a route that watches its clients
  std::shared_ptr<EventQueue> events_;              // of a route that sends events
  bool events_ended_ = false;                       // its handler is done
  BodyBudget::Share body_share_;  // of the body that is being read or worked on
  std::unique_ptr<FormReader> form_;  // takes the body that is being read, where the route reads forms
  const Route* route_ = nullptr;
  std::optional<Response> refusal_;  // decided before the body, given after it
  Instant started_{};
  bool counted_ = false;            // told the recorder that the request has started
  bool close_after_ = false;

  std::size_t window_bytes_ = 0;    // moved since the window of the rate check began
  bool grace_ = false;              // the first window of a body demands nothing

  std::string out_head_;
  std::string out_body_;
  std::size_t written_ = 0;  // of both
};

}  // namespace rapport::http
