#include "server/http/connection.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <exception>
#include <utility>

#include "base/log.h"
#include "server/http/response_writer.h"

namespace rapport::http {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

/// A refused request's body is read and thrown away up to here, so that the connection can stay; beyond, it closes.
constexpr std::size_t kDiscardedBodyBytes = 64 * 1024;
/// How long a closed connection still throws away what the client has on its way.
constexpr std::chrono::milliseconds kLingerTime{2000};
/// Pipelined requests answered before the other connections of the thread get their turn.
constexpr int kServedInARow = 16;
constexpr Connection::Instant kNever = Connection::Instant::max();

bool would_block(const ErrorCode& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

double seconds_since(Connection::Instant start) {
  return std::chrono::duration<double>(Shard::Clock::now() - start).count();
}

/// The bytes as a chunk of a chunked body, and the body's end.
std::string as_chunks(std::string_view bytes, bool last) {
  std::string chunks;
  if (!bytes.empty()) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
    chunks.append(size.data(), end).append("\r\n").append(bytes).append("\r\n");
  }
  return last ? chunks + "0\r\n\r\n" : chunks;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Shard& shard, ConnectionLimiter::Ticket ticket)
    : socket_(std::move(socket)),
      shard_(shard),
      ticket_(std::move(ticket)),
      reader_(shard.parts.limits.max_header_bytes),
      deadline_(kNever),
      body_share_(shard.parts.bodies) {}

void Connection::start() {
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  shard_.add(shared_from_this());
  deadline_ = Shard::Clock::now() + shard_.parts.limits.header_deadline;
  if (shard_.parts.draining) {
    drain();
  } else {
    wait_readable();
  }
}

void Connection::drain() {
  if (phase_ != Phase::kIdle || !pending_.empty()) return;
  read_available();  // a request may be there already, unseen
  if (phase_ == Phase::kIdle) close();
}

void Connection::wait_readable() {
  if (waiting_) return;
  waiting_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const ErrorCode& error) {
    self->waiting_ = false;
    if (self->phase_ == Phase::kClosed) return;
    if (error) return self->close();
    self->on_readable();
  });
}

void Connection::wait_writable() {
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](const ErrorCode& error) {
    if (self->phase_ == Phase::kClosed) return;
    if (error) return self->close();
    self->write_some();
    if (self->reading()) self->resume();
  });
}

void Connection::on_readable() {
  if (phase_ == Phase::kHandling || phase_ == Phase::kStreaming) return look_for_client();
  if (reading() || phase_ == Phase::kLingering) read_available();
}

/// While a handler works: an end of the stream, or a reset, says that nobody waits for its answer. Bytes are the next
/// request: they stay where they are, and hide from us what comes behind them.
void Connection::look_for_client() {
  if (!client_gone_) return;
  ErrorCode error;
  char next = 0;
  socket_.receive(asio::buffer(&next, 1), asio::ip::tcp::socket::message_peek, error);
  if (would_block(error)) return wait_readable();
  if (error) close();
}

void Connection::abandon() {
  if (client_gone_) *client_gone_ = true;
  if (events_) events_->close();
}

void Connection::read_available() {
  ErrorCode error;
  const std::size_t got = socket_.read_some(asio::buffer(shard_.buffer), error);
  if (would_block(error)) return wait_readable();
  if (error) return close();  // the client has gone, or will send no more of what it began
  if (phase_ == Phase::kLingering) return wait_readable();
  process(std::string_view(shard_.buffer.data(), got));
}

void Connection::resume() {
  const std::string bytes = std::exchange(pending_, {});
  process(bytes);
}

/// Takes requests out of `bytes` until they run dry, or one must wait for a worker or for the client to read.
void Connection::process(std::string_view bytes) try {
  for (int served = 0; reading();) {
    const std::size_t used = reader_.feed(bytes);
    bytes.remove_prefix(used);
    note_progress(used);
    if (!hold_body()) return;
    switch (reader_.state()) {
      case RequestReader::State::kHead:
      case RequestReader::State::kBody:
        if (bytes.empty()) return wait_readable();
        break;
      case RequestReader::State::kHeadDone: on_head(!bytes.empty()); break;
      case RequestReader::State::kDone:
        on_request();
        ++served;
        break;
      case RequestReader::State::kRefused: on_refused(); break;
    }
    if (served == kServedInARow && reading() && !bytes.empty()) {
      pending_.assign(bytes);
      asio::post(shard_.context, [self = shared_from_this()] {
        if (self->reading()) self->resume();
      });
      return;
    }
  }
  if (phase_ != Phase::kLingering && phase_ != Phase::kClosed) pending_.assign(bytes);
} catch (const std::exception& error) {
  log_error("connection dropped", {{"detail", error.what()}});
  close();
}

void Connection::note_progress(std::size_t used) {
  if (phase_ == Phase::kBody) {
    window_bytes_ += used;
  } else if (phase_ == Phase::kIdle && reader_.state() == RequestReader::State::kHead && !reader_.idle()) {
    phase_ = Phase::kHead;
    deadline_ = Shard::Clock::now() + shard_.parts.limits.header_deadline;
  }
}

void Connection::on_head(bool body_follows) {
  started_ = Shard::Clock::now();
  RequestHead& head = reader_.head();
  close_after_ = !head.keep_alive;
  auto admission = shard_.parts.dispatcher.admit(head, request_);
  route_ = admission.route;
  refusal_ = std::move(admission.answer);
  shard_.recorder.started(route_);
  counted_ = true;

  if (refusal_) {
    const bool too_long = head.content_length.value_or(0) > kDiscardedBodyBytes;
    if (too_long || head.expects_continue) {
      close_after_ = true;  // whether the body comes, or how much of it, is open
      return respond(std::move(*refusal_));
    }
    reader_.discard_body(kDiscardedBodyBytes);
  } else {
    start_body();
  }
  if (reader_.state() != RequestReader::State::kBody) return;
  phase_ = Phase::kBody;
  deadline_ = started_ + shard_.parts.limits.header_deadline;
  window_bytes_ = 0;
  grace_ = true;
  if (head.expects_continue && !body_follows) send_continue();
}

void Connection::start_body() {
  if (route_->form_file.empty()) return reader_.read_body(route_->max_body_bytes);
  form_ = std::make_unique<FormReader>(request_.header("content-type").value_or(""), route_->form_file,
                                       shard_.parts.upload_folder);
  reader_.read_body(route_->max_body_bytes, [&form = *form_](std::string_view piece) { form.write(piece); });
}

void Connection::send_continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  ErrorCode error;
  const std::size_t sent = socket_.write_some(asio::buffer(kContinue), error);
  if (error || sent != kContinue.size()) close();  // a client that does not read 25 bytes will not read more
}

/// Takes what has come of a body from the budget of all connections. When it is used up the request is refused, and the
/// connection closed since the rest of the body is not read.
bool Connection::hold_body() {
  if (refusal_ || body_share_.grow_to(static_cast<std::size_t>(reader_.body_bytes()))) return true;
  close_after_ = true;
  respond(error_response(Error(ErrorKind::kOverloaded, "overloaded",
                               "The server holds as many request bodies as it may: try again later."),
                         request_.request_id));
  return false;
}

void Connection::on_request() {
  if (refusal_) return respond(std::move(*refusal_));
  request_.body = std::move(reader_.body());
  if (form_) request_.form = std::make_shared<const Form>(std::move(*form_).finish());
  form_.reset();
  const bool small = route_->inline_below_bytes > 0 && request_.body.size() < route_->inline_below_bytes;
  if (route_->where == Where::kWorker && !small) return run_on(shard_.parts.workers);
  if (route_->where == Where::kWaiter && !small) return run_on(shard_.parts.waiters);
  respond(shard_.parts.dispatcher.call(*route_, request_));
}

void Connection::run_on(ThreadPool& pool) {
  phase_ = Phase::kHandling;
  deadline_ = kNever;
  if (route_->watches_client) {
    client_gone_ = std::make_shared<std::atomic<bool>>(false);
    request_.client_gone = client_gone_;
  }
  if (route_->sends_events) {
    events_ = std::make_shared<EventQueue>([self = weak_from_this(), &context = shard_.context] {
      asio::post(context, [self] {
        if (const auto connection = self.lock()) connection->send_events();
      });
    });
    request_.events = events_;
  }
  const bool queued = pool.try_post([self = shared_from_this(), &parts = shard_.parts] {
    const auto& gone = self->request_.client_gone;
    if (parts.abandoned || (gone && *gone)) return;
    auto response = std::make_shared<Response>(parts.dispatcher.call(*self->route_, self->request_));
    asio::post(self->shard_.context, [self, response] {
      self->on_answer(std::move(*response));
      if (self->reading()) self->resume();
    });
  });
  if (queued) return client_gone_ ? wait_readable() : void();
  respond(error_response(Error(ErrorKind::kOverloaded, "overloaded", "Too many requests are waiting: try again later."),
                         request_.request_id));
}

void Connection::on_answer(Response response) {
  if (phase_ == Phase::kHandling) return respond(std::move(response));
  if (phase_ == Phase::kStreaming) end_events(std::move(response));
}

/// Writes the events that are there, the head before the first of them and the end behind the last, unless some are
/// still on their way: then it is called again when they are written.
void Connection::send_events() {
  const bool idle = phase_ == Phase::kHandling || (phase_ == Phase::kStreaming && written_ == written_total());
  if (!events_ || !idle) return;
  const std::string events = events_->take();
  if (events.empty() && !events_ended_) return;
  const bool chunked = !reader_.head().http_1_0;
  out_head_.clear();
  if (phase_ == Phase::kHandling) {
    close_after_ = close_after_ || shard_.parts.draining;
    Response head;
    head.content_type = "text/event-stream; charset=utf-8";
    head.headers = events_->headers();
    head.headers.emplace_back("X-Accel-Buffering", "no");  // a proxy that gathers events would undo them
    out_head_ = response_head(head, {request_.request_id, shard_.date(), seconds_since(started_), !close_after_,
                                     chunked ? BodyEnd::kChunked : BodyEnd::kClose});
  }
  out_body_ = chunked ? as_chunks(events, events_ended_) : events;
  phase_ = events_ended_ ? Phase::kWriting : Phase::kStreaming;
  start_writing();
}

/// The head has been sent: all that can still be said of a failure is an event.
void Connection::end_events(Response response) {
  if (response.problem) {
    if (route_->shape_error) route_->shape_error(response);
    events_->send_last(response.body);
  }
  events_ended_ = true;
  close_after_ = close_after_ || shard_.parts.draining;
  count_answer(response.status, seconds_since(started_));
  send_events();
}

/// The bytes are no request that we take: what comes behind them cannot be trusted either, so the connection ends.
void Connection::on_refused() {
  close_after_ = true;
  if (refusal_) return respond(std::move(*refusal_));
  if (!counted_) {
    started_ = Shard::Clock::now();
    request_.request_id = shard_.parts.dispatcher.request_id(reader_.head());
  }
  const WireError& error = reader_.error();
  respond(error_response(error.status, error.code, error.message, request_.request_id));
}

void Connection::respond(Response response) {
  if (!counted_) {
    shard_.recorder.started(nullptr);
    counted_ = true;
  }
  if (response.problem && route_ != nullptr && route_->shape_error) route_->shape_error(response);
  close_after_ = close_after_ || shard_.parts.draining;
  const double duration_s = seconds_since(started_);
  out_head_ = response_head(response, {request_.request_id, shard_.date(), duration_s, !close_after_});
  out_body_.clear();
  if (has_body(response.status) && request_.method != "HEAD") out_body_ = std::move(response.body);
  count_answer(response.status, duration_s);
  phase_ = Phase::kWriting;
  start_writing();
}

void Connection::count_answer(int status, double duration_s) {
  const std::string_view tenant =
      request_.principal ? std::string_view(request_.principal->tenant.text()) : std::string_view();
  shard_.recorder.finished({route_, request_.method, status, duration_s, request_.request_id, tenant});
  counted_ = false;
}

void Connection::start_writing() {
  written_ = 0;
  window_bytes_ = 0;
  deadline_ = Shard::Clock::now() + shard_.parts.limits.write_timeout;
  write_some();
}

void Connection::write_some() {
  while (written_ < written_total()) {
    const std::size_t in_head = std::min(written_, out_head_.size());
    const std::array<asio::const_buffer, 2> buffers = {
        asio::buffer(out_head_) + in_head, asio::buffer(out_body_) + (written_ - in_head)};
    ErrorCode error;
    const std::size_t sent = socket_.write_some(buffers, error);
    if (would_block(error)) return wait_writable();
    if (error) return close();
    written_ += sent;
    window_bytes_ += sent;
  }
  on_written();
}

void Connection::on_written() {
  if (phase_ == Phase::kStreaming) {
    deadline_ = kNever;
    asio::post(shard_.context, [self = shared_from_this()] {
      self->send_events();
      if (self->reading()) self->resume();
    });
    return;
  }
  refusal_.reset();
  route_ = nullptr;
  client_gone_.reset();
  events_.reset();
  events_ended_ = false;
  form_.reset();
  request_ = Request();
  out_body_ = std::string();
  body_share_.clear();
  if (close_after_) return linger();
  reader_.next();
  phase_ = Phase::kIdle;
  deadline_ = Shard::Clock::now() + shard_.parts.limits.idle_timeout;
}

/// Closing with unread bytes in the socket would send a reset, which may take the answer away from the client before
/// it has read it: so the writing side is shut, and the rest is read until the client closes too, or a while.
void Connection::linger() {
  ErrorCode error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  if (error) return close();
  phase_ = Phase::kLingering;
  pending_.clear();
  deadline_ = Shard::Clock::now() + kLingerTime;
  wait_readable();
}

void Connection::on_late(Instant now) {
  switch (phase_) {
    case Phase::kHead: return time_out();
    case Phase::kBody: return on_slow_body(now);
    case Phase::kStreaming:
    case Phase::kWriting: return on_slow_write(now);
    case Phase::kIdle:
    case Phase::kLingering: return close();
    case Phase::kHandling:
    case Phase::kClosed: return;
  }
}

/// Each window of a body, as long as the header deadline, must bring its share; the first one is for free.
void Connection::on_slow_body(Instant now) {
  const ServerLimits& limits = shard_.parts.limits;
  const double window_s = std::chrono::duration<double>(limits.header_deadline).count();
  const double wanted = static_cast<double>(limits.min_body_bytes_per_second) * window_s;
  if (!std::exchange(grace_, false) && static_cast<double>(window_bytes_) < wanted) return time_out();
  window_bytes_ = 0;
  deadline_ = now + limits.header_deadline;
}

/// The same for a client that reads its answer drop by drop.
void Connection::on_slow_write(Instant now) {
  const ServerLimits& limits = shard_.parts.limits;
  const double window_s = std::chrono::duration<double>(limits.write_timeout).count();
  const double wanted = static_cast<double>(limits.min_body_bytes_per_second) * window_s;
  if (static_cast<double>(window_bytes_) < wanted) return close();
  window_bytes_ = 0;
  deadline_ = now + limits.write_timeout;
}

void Connection::time_out() {
  close_after_ = true;
  refusal_.reset();
  if (!counted_) {
    started_ = Shard::Clock::now();
    request_.request_id = shard_.parts.dispatcher.request_id(reader_.head());
  }
  respond(error_response(408, "request_timeout", "The request did not arrive in time.", request_.request_id));
}

void Connection::close() {
  if (phase_ == Phase::kClosed) return;
  const auto self = shared_from_this();  // the shard may hold the last other reference
  if (counted_) {
    // A request that its client has left: counted with nginx's status for it.
    constexpr int kClientClosedRequest = 499;
    shard_.recorder.finished(
        {route_, request_.method, kClientClosedRequest, seconds_since(started_), request_.request_id, {}});
    counted_ = false;
  }
  phase_ = Phase::kClosed;
  deadline_ = kNever;
  abandon();
  ErrorCode ignored;
  socket_.close(ignored);
  ticket_.release();
  shard_.remove(this);
}

}  // namespace rapport::http
