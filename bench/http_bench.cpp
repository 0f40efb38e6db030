// What the server itself costs: scoring-like requests (a JSON body of 24 numbers, read and answered) with the token
// check, the access log (into a file) and the metrics on, over 16 keep-alive connections, with one request thread. The
// load comes from another thread, which waits for all connections with poll. "server_cpu_us" is the processor time of
// everything but the load, per request: its inverse is what one core can serve.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "auth/token.h"
#include "base/json.h"
#include "server/http/server.h"

namespace rapport::http {
namespace {

constexpr std::size_t kConnections = 16;
constexpr int kFields = 24;

/// Standard error into a nameless file while it lives: the access log costs what it costs, and nobody must read it.
class LogIntoFile {
 public:
  LogIntoFile() : kept_(::dup(STDERR_FILENO)), file_(std::tmpfile()) { ::dup2(::fileno(file_), STDERR_FILENO); }
  ~LogIntoFile() {
    ::dup2(kept_, STDERR_FILENO);
    ::close(kept_);
    std::fclose(file_);
  }
  LogIntoFile(const LogIntoFile&) = delete;
  LogIntoFile& operator=(const LogIntoFile&) = delete;

 private:
  int kept_;
  std::FILE* file_;
};

Response score(const Request& request) {
  const Json body = parse_json_or_throw(request.body);
  double sum = 0;
  for (const auto& member : body.at("lead_data").as_object()) sum += member.value().to_number<double>();
  const boost::json::object data{{"lead_score", sum}, {"quality_tier", "warm"}, {"confidence", 0.75}};
  Response response;
  response.body = to_string(boost::json::object{{"success", true}, {"data", data}});
  return response;
}

std::string scoring_request(const std::string& token) {
  boost::json::object fields;
  for (int i = 0; i < kFields; ++i) fields["feature_number_" + std::to_string(i)] = 0.25 * i;
  const std::string body = to_string(boost::json::object{{"lead_data", fields}});
  return "POST /api/v1/ml/lead-score HTTP/1.1\r\nHost: localhost:8000\r\nUser-Agent: bench\r\nAccept: */*\r\n"
         "Authorization: Bearer " +
         token + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

int connect_to(std::uint16_t port) {
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(port);
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) != 0) {
    throw std::runtime_error("cannot connect");
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/// Keeps one request in flight on each connection. Answers are small and come in one piece.
class Load {
 public:
  Load(std::uint16_t port, std::string request) : request_(std::move(request)) {
    for (pollfd& connection : connections_) connection = {connect_to(port), POLLIN, 0};
  }
  ~Load() {
    for (const pollfd& connection : connections_) ::close(connection.fd);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void run(int requests) {
    int sent = 0;
    int answered = 0;
    for (const pollfd& connection : connections_) sent += send_one(connection.fd);
    while (answered < sent) {
      if (::poll(connections_.data(), connections_.size(), 10'000) <= 0) throw std::runtime_error("no answer");
      for (const pollfd& connection : connections_) {
        if (connection.revents == 0) continue;
        expect_success(connection.fd);
        ++answered;
        if (sent < requests) sent += send_one(connection.fd);
      }
    }
  }

 private:
  int send_one(int fd) const {
    if (::send(fd, request_.data(), request_.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request_.size())) {
      throw std::runtime_error("cannot send");
    }
    return 1;
  }
  static void expect_success(int fd) {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    const std::string_view answer(buffer.data(), static_cast<std::size_t>(got > 0 ? got : 0));
    if (!answer.starts_with("HTTP/1.1 200") || !answer.ends_with("}")) throw std::runtime_error("no good answer");
  }

  const std::string request_;
  std::array<pollfd, kConnections> connections_{};
};

double cpu_seconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void BM_ScoringRequests(benchmark::State& state) {
  const LogIntoFile log;
  const PrivateText secret(std::string(64, 's'));
  const SystemClock clock;
  const Time now = clock.now();
  const auth::TokenVerifier verifier({secret, {}});
  Metrics metrics;
  Route route;
  route.method = "POST";
  route.pattern = "/api/v1/ml/lead-score";
  route.role = auth::Role::kViewer;
  route.reads_json = true;
  route.handle = score;
  ServerOptions options;
  options.port = 0;
  options.threads = 1;
  Server server(options, Router({route}), verifier, clock, metrics);
  server.listen();
  std::thread runner([&server] { server.run(); });
  {
    constexpr int kRequestsInARun = 10'000;
    Load load(server.port(), scoring_request(auth::create_token(
                                 secret, {TenantId("acme"), "bench", auth::Role::kViewer}, now, now + kDay)));
    load.run(kRequestsInARun / 10);
    double server_s = 0;
    for (auto _ : state) {
      const double all = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
      const double own = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
      load.run(kRequestsInARun);
      server_s += cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - all - (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - own);
    }
    const double requests = static_cast<double>(state.iterations()) * kRequestsInARun;
    state.SetItemsProcessed(static_cast<std::int64_t>(requests));
    state.counters["server_cpu_us"] = server_s / requests * 1e6;
  }
  server.stop();
  runner.join();
}
BENCHMARK(BM_ScoringRequests)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rapport::http
