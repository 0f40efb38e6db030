#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "auth/token.h"
#include "base/log.h"
#include "server/http/server.h"
#include "support/raw_http.h"

namespace rapport::http {

/// A server with routes of its own in this process, for the tests of this folder.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = ServerOptions(), std::vector<Route> more_routes = {})
      : server_(on_any_port(options), Router(routes(std::move(more_routes))), verifier_, clock_, metrics_) {
    set_log_level(LogLevel::kOff);
    server_.listen();
    thread_ = std::thread([this] { server_.run(); });
  }
  ~TestServer() {
    open_gate();
    server_.stop();
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  std::uint16_t port() const { return server_.port(); }
  Server& server() { return server_; }
  const Metrics& metrics() const { return metrics_; }
  void join() { thread_.join(); }
  int calls() const { return calls_; }

  /// How many handlers of /watched have seen their client go.
  int forsaken() const { return forsaken_; }

  /// Handlers of /gated, /gated-worker and /gated-waiter wait until the gate is opened.
  void open_gate() {
    const std::lock_guard lock(mutex_);
    gate_open_ = true;
    changed_.notify_all();
  }
  /// Waits until so many handlers stand at the gate.
  void wait_for_guests(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return guests_ >= count; });
  }

  std::string token(auth::Role role = auth::Role::kViewer) const {
    const Time now = clock_.now();
    return auth::create_token(secret_, {TenantId("acme"), "ana", role}, now, now + kHour);
  }
  std::pair<std::string, std::string> bearer(auth::Role role = auth::Role::kViewer) const {
    return {"Authorization", "Bearer " + token(role)};
  }

 private:
  static ServerOptions on_any_port(ServerOptions options) {
    options.port = 0;
    if (options.threads == 0) options.threads = 2;
    return options;
  }

  std::vector<Route> routes(std::vector<Route> more) {
    std::vector<Route> routes = std::move(more);
    const auto add = [&](std::string method, std::string pattern, std::function<Response(const Request&)> handle) {
      Route route;
      route.method = std::move(method);
      route.pattern = std::move(pattern);
      route.handle = [this, handle = std::move(handle)](const Request& request) {
        ++calls_;
        return handle(request);
      };
      routes.push_back(std::move(route));
      return &routes.back();
    };
    routes.reserve(routes.size() + 16);
    add("GET", "/hello", [](const Request&) { return text("hello"); });
    add("POST", "/echo", [](const Request& request) { return text(request.body); });
    add("POST", "/small", [](const Request& request) { return text(request.body); })->max_body_bytes = 10;
    add("GET", "/items/{id}", [](const Request& request) { return text(request.path_values.at("id")); });
    add("GET", "/query", [](const Request& request) { return text(std::string(request.query_value("q").value_or("-"))); });
    add("GET", "/large", [](const Request&) { return text(std::string(8 << 20, 'x')); });
    add("GET", "/who", [](const Request& request) { return text(request.principal->tenant.text()); })->role =
        auth::Role::kViewer;
    Route* train = add("POST", "/train", [](const Request&) { return text("training"); });
    train->role = auth::Role::kAnalyst;
    train->reads_json = true;
    add("GET", "/gated", [this](const Request&) { return wait_at_gate(); });
    add("GET", "/gated-worker", [this](const Request&) { return wait_at_gate(); })->where = Where::kWorker;
    add("GET", "/gated-waiter", [this](const Request&) { return wait_at_gate(); })->where = Where::kWaiter;
    Route* watched = add("POST", "/watched", [this](const Request& request) { return work_for_client(request); });
    watched->where = Where::kWaiter;
    watched->watches_client = true;
    Route* form = add("POST", "/form", [](const Request& request) { return text(request.body); });
    form->role = auth::Role::kAnalyst;
    form->form_file = "file";
    form->max_body_bytes = 1000;
    form->shape_error = [](Response& response) { response.body = "code=" + response.problem->code; };
    return routes;
  }

  static Response text(std::string body) {
    Response response;
    response.content_type = "text/plain";
    response.body = std::move(body);
    return response;
  }

  Response wait_at_gate() {
    std::unique_lock lock(mutex_);
    ++guests_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return gate_open_; });
    return text("through");
  }

  /// Works until its client goes or the gate is open.
  Response work_for_client(const Request& request) {
    std::unique_lock lock(mutex_);
    ++guests_;
    changed_.notify_all();
    while (!gate_open_ && !*request.client_gone) changed_.wait_for(lock, std::chrono::milliseconds(2));
    if (*request.client_gone) ++forsaken_;
    return text("worked");
  }

  const PrivateText secret_{"0123456789abcdef0123456789abcdef"};
  const SystemClock clock_;
  Metrics metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool gate_open_ = false;
  int guests_ = 0;
  std::atomic<int> calls_{0};
  std::atomic<int> forsaken_{0};
  auth::TokenVerifier verifier_{{secret_, {}}};
  Server server_;
  std::thread thread_;
};

}  // namespace rapport::http
