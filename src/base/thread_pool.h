#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace rapport {

/// A fixed number of threads with a bounded queue, for work that would hold up a request thread.
///
/// Threads   safe. The destructor finishes what is queued.
class ThreadPool {
 public:
  ThreadPool(std::size_t threads, std::size_t queue_limit);
  ~ThreadPool();

  /// Queues `work`, which must not throw. False, and nothing queued, when the queue is full.
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
