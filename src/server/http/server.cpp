#include "server/http/server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/thread_pool.h"
#include "server/http/connection.h"
#include "server/http/connection_limiter.h"
#include "server/http/dispatcher.h"
#include "server/http/response_writer.h"
#include "server/http/shard.h"

namespace rapport::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// How long no connection is taken when the system has no more descriptors or memory for one.
constexpr std::chrono::milliseconds kAcceptPause{100};

[[noreturn]] void fail_to_listen(const ServerOptions& options, const ErrorCode& error) {
  const std::string where = options.address + ":" + std::to_string(options.port);
  if (error == asio::error::address_in_use) {
    throw Error(ErrorKind::kConflict, "address_in_use", "Another program listens on " + where + ".");
  }
  throw Error(ErrorKind::kInvalid, "cannot_listen", "It is not possible to listen on " + where + ": " + error.message());
}

/// What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer gets.
std::string client_key(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_string();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  const auto bytes = v6.to_bytes();
  return std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions wanted, Router routes, const auth::TokenVerifier& verifier, const Clock& wall_clock,
       Metrics& metrics_of_process);
  ~Impl();

  void listen();
  void run();
  void stop();

  void accept_next();
  void on_accepted(const ErrorCode& error, tcp::socket socket, Shard& shard);
  void refuse_connection(tcp::socket socket, ConnectionLimiter::Verdict verdict);
  void begin_drain();
  void leave();
  void leave_when_drained();
  Shard& least_loaded();
  void run_shard(Shard& shard);

  const ServerOptions options;
  const Router router;
  const Clock& clock;
  Metrics& metrics;
  const Dispatcher dispatcher;
  ConnectionLimiter limiter;
  BodyBudget bodies;
  Metrics::Gauge open_connections;
  Metrics::Counter refused_connections;
  std::atomic<bool> draining{false};
  std::atomic<bool> abandoned{false};
  std::atomic<int> stops{0};
  std::atomic<std::uint16_t> port{0};
  std::unique_ptr<ThreadPool> workers;
  std::unique_ptr<ThreadPool> waiters;
  std::vector<std::unique_ptr<Shard>> shards;  // the first one accepts
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> accept_timer;
  std::unique_ptr<asio::steady_timer> drain_timer;
};

Server::Impl::Impl(ServerOptions wanted, Router routes, const auth::TokenVerifier& verifier, const Clock& wall_clock,
                   Metrics& metrics_of_process)
    : options(std::move(wanted)),
      router(std::move(routes)),
      clock(wall_clock),
      metrics(metrics_of_process),
      dispatcher(router, verifier, clock),
      limiter(options.limits.max_connections, options.limits.max_connections_per_address),
      bodies(options.limits.max_body_bytes_in_flight),
      open_connections(metrics.gauge("rapport_http_connections", "Open connections.")),
      refused_connections(metrics.counter("rapport_http_connections_refused_total", "Connections beyond the limits.")),
      workers(std::make_unique<ThreadPool>(options.worker_threads, options.worker_queue)),
      waiters(std::make_unique<ThreadPool>(options.waiter_threads, options.waiter_queue)) {
  const std::size_t threads = options.threads > 0 ? options.threads : usable_cores();
  const SharedParts parts{.limits = options.limits,
                          .upload_folder = options.upload_folder,
                          .dispatcher = dispatcher,
                          .clock = clock,
                          .draining = draining,
                          .abandoned = abandoned,
                          .bodies = bodies,
                          .workers = *workers,
                          .waiters = *waiters,
                          .on_connection_closed = [this] { leave_when_drained(); }};
  for (std::size_t i = 0; i < threads; ++i) shards.push_back(std::make_unique<Shard>(parts, router, metrics));
  accept_timer = std::make_unique<asio::steady_timer>(shards.front()->context);
  drain_timer = std::make_unique<asio::steady_timer>(shards.front()->context);
}

Server::Impl::~Impl() {
  abandoned = true;
  workers.reset();  // waits for handlers that run; their answers go nowhere
  waiters.reset();
  for (const auto& shard : shards) shard->clear();
}

void Server::Impl::listen() {
  ErrorCode error;
  const auto address = asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
  if (error) throw Error(ErrorKind::kInvalid, "bad_address", "\"" + options.address + "\" is no IP address.");
  const tcp::endpoint endpoint(address, options.port);
  auto made = std::make_unique<tcp::acceptor>(shards.front()->context);
  made->open(endpoint.protocol(), error);
  if (!error) made->set_option(asio::socket_base::reuse_address(true), error);
  if (!error && address.is_v6()) made->set_option(asio::ip::v6_only(false), error);
  if (!error) made->bind(endpoint, error);
  if (!error) made->listen(asio::socket_base::max_listen_connections, error);
  if (error) fail_to_listen(options, error);
  port = made->local_endpoint().port();
  acceptor = std::move(made);
}

void Server::Impl::run() {
  if (!acceptor) listen();
  if (stops == 0) accept_next();
  for (const auto& shard : shards) shard->start_sweeping();
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < shards.size(); ++i) {
    threads.emplace_back([this, i] { run_shard(*shards[i]); });
  }
  run_shard(*shards.front());
  for (std::thread& thread : threads) thread.join();
  for (const auto& shard : shards) shard->abandon();
  ErrorCode ignored;
  acceptor->close(ignored);
}

void Server::Impl::run_shard(Shard& shard) {
  for (;;) {
    try {
      shard.context.run();
      return;
    } catch (const std::exception& error) {
      // Connections catch their own; this is what is left: no memory for a handler of the event loop itself.
      log_error("request thread goes on after an exception", {{"detail", error.what()}});
    }
  }
}

Shard& Server::Impl::least_loaded() {
  Shard* best = shards.front().get();
  for (const auto& shard : shards) {
    if (shard->load < best->load) best = shard.get();
  }
  return *best;
}

void Server::Impl::accept_next() {
  if (draining) return;
  Shard& shard = least_loaded();
  acceptor->async_accept(shard.context, [this, &shard](const ErrorCode& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || draining) return;
    on_accepted(error, std::move(socket), shard);
  });
}

void Server::Impl::on_accepted(const ErrorCode& error, tcp::socket socket, Shard& shard) {
  if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
      error == asio::error::no_buffer_space || error == boost::system::errc::too_many_files_open_in_system) {
    log_warn("no connection can be taken", {{"detail", error.message()}});
    accept_timer->expires_after(kAcceptPause);
    accept_timer->async_wait([this](const ErrorCode& stopped) {
      if (!stopped) accept_next();
    });
    return;
  }
  ErrorCode gone;
  const tcp::endpoint peer = error ? tcp::endpoint() : socket.remote_endpoint(gone);
  if (!error && !gone) {
    ConnectionLimiter::Ticket ticket;
    const auto verdict = limiter.admit(client_key(peer.address()), ticket);
    if (verdict == ConnectionLimiter::Verdict::kAdmitted) {
      ++shard.load;
      open_connections.set(static_cast<double>(limiter.open()));
      auto connection = std::make_shared<Connection>(std::move(socket), shard, std::move(ticket));
      asio::post(shard.context, [connection = std::move(connection)] { connection->start(); });
    } else {
      refuse_connection(std::move(socket), verdict);
    }
  }
  accept_next();
}

/// One answer, as far as it goes without waiting, and the end.
void Server::Impl::refuse_connection(tcp::socket socket, ConnectionLimiter::Verdict verdict) {
  refused_connections.add();
  const RequestHead no_head;
  const std::string id = dispatcher.request_id(no_head);
  const bool too_many = verdict == ConnectionLimiter::Verdict::kTooMany;
  Response response = too_many ? error_response(503, "too_many_connections", "The server has no place left.", id)
                               : error_response(429, "too_many_connections",
                                                "There are too many connections from this address.", id);
  response.headers.emplace_back("Retry-After", "1");
  const std::string bytes = response_head(response, {id, http_date(clock.now()), 0, false}) + response.body;
  ErrorCode ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(bytes), ignored);
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

void Server::Impl::stop() {
  if (stops++ > 0) return leave();
  draining = true;
  asio::post(shards.front()->context, [this] { begin_drain(); });
}

void Server::Impl::begin_drain() {
  ErrorCode ignored;
  if (acceptor) acceptor->close(ignored);
  accept_timer->cancel();
  for (const auto& shard : shards) {
    asio::post(shard->context, [&shard = *shard] { shard.drain(); });
  }
  drain_timer->expires_after(options.limits.drain_deadline);
  drain_timer->async_wait([this](const ErrorCode& cancelled) {
    if (cancelled) return;
    log_warn("some requests were not finished when the server stopped",
             {{"connections", static_cast<std::int64_t>(limiter.open())}});
    leave();
  });
  leave_when_drained();
}

void Server::Impl::leave() {
  abandoned = true;
  for (const auto& shard : shards) shard->context.stop();
}

void Server::Impl::leave_when_drained() {
  const std::size_t open = limiter.open();
  open_connections.set(static_cast<double>(open));
  if (draining && open == 0) leave();
}

Server::Server(ServerOptions options, Router router, const auth::TokenVerifier& verifier, const Clock& clock,
               Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(router), verifier, clock, metrics)) {}

Server::~Server() = default;

void Server::listen() { impl_->listen(); }
std::uint16_t Server::port() const { return impl_->port; }
void Server::run() { impl_->run(); }
void Server::stop() { impl_->stop(); }
bool Server::draining() const { return impl_->draining; }

}  // namespace rapport::http
