#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/thread_pool.h"
#include "server/api/endpoints.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

using std::chrono::steady_clock;

/// Asks the store whether it reads and writes: on a thread of its own, at most once a second, so that neither a slow
/// disk nor somebody who asks all day takes a request thread.
class StoreProbe {
 public:
  explicit StoreProbe(store::Store& store) : store_(store) {}

  /// "ok", "failing", or "slow" when there is no answer yet.
  const char* state() {
    std::unique_lock lock(mutex_);
    const auto now = steady_clock::now();
    if (!running_ && now - finished_at_ >= kKeep) {
      running_ = thread_.try_post([this] { run(); });
      started_at_ = now;
    }
    done_.wait_until(lock, started_at_ + kPatience, [this] { return !running_; });
    if (running_) return "slow";
    return ok_ ? "ok" : "failing";
  }

 private:
  static constexpr std::chrono::seconds kKeep{1};
  static constexpr std::chrono::milliseconds kPatience{500};

  void run() {
    bool ok = true;
    try {
      store_.check();
    } catch (const Error& error) {
      ok = false;
      log_error("the store check failed", {{"detail", error.what()}});
    }
    const std::lock_guard lock(mutex_);
    ok_ = ok;
    running_ = false;
    finished_at_ = steady_clock::now();
    done_.notify_all();
  }

  store::Store& store_;
  std::mutex mutex_;
  std::condition_variable done_;
  bool running_ = false;
  bool ok_ = false;
  steady_clock::time_point started_at_;
  steady_clock::time_point finished_at_ = steady_clock::now() - kKeep;
  ThreadPool thread_{1, 1};  // last: its thread uses the members above until it is gone
};

http::Response answer(const Context& context, StoreProbe& probe) {
  const bool draining = context.services.draining && context.services.draining();
  const std::string store = probe.state();
  const bool ready = !draining && store == "ok";
  http::Response response;
  response.status = ready ? 200 : 503;
  response.body = to_string(
      boost::json::object{{"status", ready ? "ready" : "not_ready"},
                          {"checks", boost::json::object{{"store", store}, {"server", draining ? "draining" : "ok"}}}});
  return response;
}

}  // namespace

Endpoint readyz(const ContextPointer& context) {
  auto probe = std::make_shared<StoreProbe>(context->services.flows.store);
  return {{.method = "GET",
           .pattern = "/readyz",
           .role = std::nullopt,
           .handle = handling(context, [probe](const Context& c, const http::Request&) { return answer(c, *probe); })},
          {.id = "readyz",
           .tag = "Operations",
           .summary = "May it be sent requests?",
           .description = "503 while the store does not read and write, and while the server drains before it stops.",
           .response = schema::answer_object(
               {{"status", schema::choice({"ready", "not_ready"}, "")},
                {"checks", schema::answer_object({{"store", schema::choice({"ok", "failing", "slow"}, "")},
                                                  {"server", schema::choice({"ok", "draining"}, "")}})}}),
           .enveloped = false}};
}

}  // namespace rapport::api
