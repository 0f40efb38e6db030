#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace rapport {

/// Threads with a bounded queue, for work that would hold up a request thread. A thread is started when there is work
/// and none is free, up to a limit, and stays.
///
/// Threads   safe. The destructor finishes what is queued.
class ThreadPool {
 public:
  /// `queue_limit` counts work that no thread has taken up yet.
  ThreadPool(std::size_t max_threads, std::size_t queue_limit);
  ~ThreadPool();

  /// Queues `work`, which must not throw. False, and nothing queued, when the queue is full or the system has no thread
  /// for it.
  [[nodiscard]] bool try_post(std::function<void()> work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Calls body(begin, end) on contiguous parts of [0, count) from up to `threads` threads and waits for all of them; the
/// first exception is thrown on. The parts depend on `count` and `threads` alone.
void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t begin, std::size_t end)>& body);

/// Cores that this process may use, at least 1.
std::size_t usable_cores();

}  // namespace rapport
