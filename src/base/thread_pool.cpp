#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace rapport {

struct ThreadPool::Impl {
  Impl(std::size_t threads_limit, std::size_t limit) : max_threads(threads_limit), queue_limit(limit) {}

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ready.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      --free;
      const std::function<void()> next = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      next();
      lock.lock();
      ++free;
    }
  }

  /// Sees to it that somebody takes up what is queued, if there may be one more. False: nobody ever would.
  bool add_thread_if_needed() {
    if (free >= queue.size() || threads.size() == max_threads) return true;
    try {
      threads.emplace_back([this] { work(); });
      ++free;
    } catch (const std::system_error&) {
      return !threads.empty();
    }
    return true;
  }

  const std::size_t max_threads;
  const std::size_t queue_limit;
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<std::function<void()>> queue;
  std::size_t free = 0;  ///< threads without work; those that have been woken for it, or have just begun, still are
  bool stopping = false;
  std::vector<std::thread> threads;
};

ThreadPool::ThreadPool(std::size_t max_threads, std::size_t queue_limit)
    : impl_(std::make_unique<Impl>(std::max<std::size_t>(max_threads, 1), queue_limit)) {}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->ready.notify_all();
  for (std::thread& thread : impl_->threads) thread.join();
}

bool ThreadPool::try_post(std::function<void()> work) {
  {
    const std::lock_guard lock(impl_->mutex);
    const bool full = impl_->threads.size() == impl_->max_threads &&
                      impl_->queue.size() >= impl_->queue_limit + impl_->free;
    if (impl_->stopping || full) return false;
    impl_->queue.push_back(std::move(work));
    if (!impl_->add_thread_if_needed()) {
      impl_->queue.pop_back();
      return false;
    }
  }
  impl_->ready.notify_one();
  return true;
}

void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t begin, std::size_t end)>& body) {
  const std::size_t parts = std::min(std::max<std::size_t>(threads, 1), count);
  if (parts <= 1) {
    if (count > 0) body(0, count);
    return;
  }
  std::vector<std::exception_ptr> failures(parts);
  const auto run = [&](std::size_t part) {
    try {
      body(count * part / parts, count * (part + 1) / parts);
    } catch (...) {
      failures[part] = std::current_exception();
    }
  };
  std::vector<std::thread> workers;
  for (std::size_t part = 1; part < parts; ++part) workers.emplace_back(run, part);
  run(0);
  for (std::thread& worker : workers) worker.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

std::size_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) return static_cast<std::size_t>(std::max(CPU_COUNT(&set), 1));
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace rapport
