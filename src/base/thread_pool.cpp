#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace rapport {

struct ThreadPool::Impl {
  explicit Impl(std::size_t limit) : queue_limit(limit) {}

  void work() {
    for (;;) {
      std::unique_lock lock(mutex);
      ready.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      const std::function<void()> next = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      next();
    }
  }

  const std::size_t queue_limit;
  std::mutex mutex;
  std::condition_variable ready;
  std::deque<std::function<void()>> queue;
  bool stopping = false;
  std::vector<std::thread> threads;
};

ThreadPool::ThreadPool(std::size_t threads, std::size_t queue_limit) : impl_(std::make_unique<Impl>(queue_limit)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    impl_->threads.emplace_back([this] { impl_->work(); });
  }
}

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
    if (impl_->stopping || impl_->queue.size() >= impl_->queue_limit) return false;
    impl_->queue.push_back(std::move(work));
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
