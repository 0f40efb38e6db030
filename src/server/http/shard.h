#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/thread_pool.h"
#include "server/http/body_budget.h"
#include "server/http/dispatcher.h"
#include "server/http/request_recorder.h"
#include "server/http/server.h"

namespace rapport::http {

class Connection;

/// What all request threads share.
struct SharedParts {
  const ServerLimits& limits;
  const std::filesystem::path& upload_folder;
  const Dispatcher& dispatcher;
  const Clock& clock;
  const std::atomic<bool>& draining;
  /// Work that has not begun is dropped once the server leaves without waiting.
  const std::atomic<bool>& abandoned;
  BodyBudget& bodies;
  ThreadPool& workers;
  ThreadPool& waiters;
  std::function<void()> on_connection_closed;
};

/// One request thread: its event loop, its connections, and what they share without locks. A connection lives its whole
/// life on one shard.
///
/// Threads   `context` takes work from any thread; everything else belongs to the thread that runs it.
class Shard {
 public:
  using Clock = std::chrono::steady_clock;

  Shard(const SharedParts& parts, const Router& router, Metrics& metrics);

  /// Looks at the deadlines of all connections several times within the shortest of them, as long as the context runs.
  void start_sweeping();
  void drain();

  void add(const std::shared_ptr<Connection>& connection);
  void remove(const Connection* connection);
  /// Tells handlers that still run that their answers will go nowhere, after the context has stopped.
  void abandon();
  /// Lets go of every connection, after the context has stopped.
  void clear() { connections_.clear(); }

  /// The date header's text, made once a second.
  const std::string& date();

  const SharedParts parts;
  RequestRecorder recorder;
  std::vector<char> buffer;       ///< where every connection of this shard reads into
  std::atomic<std::size_t> load{0};  ///< connections given to this shard; any thread may read it

 private:
  void sweep();

  std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
  std::string date_;
  std::int64_t date_second_ = -1;

 public:
  boost::asio::io_context context{1};  ///< destroyed before what its handlers refer to

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running_{context.get_executor()};
  boost::asio::steady_timer timer_{context};
};

}  // namespace rapport::http
