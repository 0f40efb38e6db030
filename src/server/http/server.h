#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "auth/token.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "server/http/router.h"

namespace rapport::http {

struct ServerLimits {
  std::size_t max_header_bytes = 16 * 1024;
  /// Of all connections together, in memory or in files; beyond it a request is answered 429.
  std::size_t max_body_bytes_in_flight = 256 << 20;
  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 1024;
  std::chrono::milliseconds header_deadline{10'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds write_timeout{30'000};
  std::size_t min_body_bytes_per_second = 1024;  ///< after a grace of one header deadline
  std::chrono::milliseconds drain_deadline{30'000};
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8000;   ///< 0: any free one
  std::size_t threads = 0;     ///< request threads; 0: one per usable core
  std::size_t worker_threads = 2;
  std::size_t worker_queue = 64;
  std::size_t waiter_threads = 256;  ///< started when they are needed
  std::size_t waiter_queue = 1024;
  std::filesystem::path upload_folder = std::filesystem::temp_directory_path();  ///< where files of forms have no name
  ServerLimits limits;
};

/// The HTTP/1.1 server: connections, limits, routing, tokens, errors, access log and metrics; no product in it. Each
/// request is dispatched once: whatever a handler throws becomes the error answer here and nowhere else.
///
/// Threads   `run` blocks; the other calls are safe from any thread, `stop` from a signal handler's thread too.
/// Source    RFC 9112, strictly: both Content-Length and Transfer-Encoding, a bare LF, odd chunk sizes, folded headers
///           are refused.
class Server {
 public:
  Server(ServerOptions options, Router router, const auth::TokenVerifier& verifier, const Clock& clock,
         Metrics& metrics);
  ~Server();

  /// Binds and listens. Throws kConflict "address_in_use".
  void listen();
  std::uint16_t port() const;

  /// Serves until `stop`; then lets requests in flight finish (up to the drain deadline) and returns.
  void run();

  /// First call: refuse new connections, `draining` becomes true, drain. Second: leave at once.
  void stop();
  bool draining() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::http
