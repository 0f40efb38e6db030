#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace rapport {
namespace {

TEST(ThreadPool, FinishesWhatIsQueuedBeforeItGoes) {
  std::atomic<int> done = 0;
  {
    ThreadPool pool(2, 100);
    for (int i = 0; i < 100; ++i) {
      while (!pool.try_post([&done] { ++done; })) {
      }
    }
  }
  EXPECT_EQ(done, 100);
}

TEST(ThreadPool, RefusesMoreThanItsQueueHolds) {
  std::mutex gate;
  gate.lock();
  ThreadPool pool(1, 2);
  int accepted = 0;

  for (int i = 0; i < 10; ++i) {
    accepted += pool.try_post([&gate] { const std::lock_guard wait(gate); }) ? 1 : 0;
  }
  gate.unlock();

  EXPECT_GE(accepted, 2);
  EXPECT_LE(accepted, 3);
}

TEST(ThreadPool, StartsAsManyThreadsAsThereIsWorkAtOnceAndNoMore) {
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::thread::id> ids;
  std::size_t running = 0;
  bool open = false;
  {
    ThreadPool pool(8, 0);
    const auto hold = [&] {
      std::unique_lock lock(mutex);
      ids.insert(std::this_thread::get_id());
      ++running;
      changed.notify_all();
      changed.wait(lock, [&] { return open; });
    };
    for (std::size_t i = 1; i <= 8; ++i) {
      ASSERT_TRUE(pool.try_post(hold));
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return running == i; });
    }
    EXPECT_FALSE(pool.try_post(hold));
    const std::lock_guard lock(mutex);
    EXPECT_EQ(ids.size(), 8U);
    open = true;
    changed.notify_all();
  }
  EXPECT_EQ(running, 8U);
}

TEST(ThreadPool, OneAfterTheOtherTakesOneThread) {
  std::set<std::thread::id> ids;
  ThreadPool pool(8, 8);

  for (int i = 0; i < 20; ++i) {
    std::promise<void> done;
    ASSERT_TRUE(pool.try_post([&] {
      ids.insert(std::this_thread::get_id());
      done.set_value();
    }));
    done.get_future().wait();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  EXPECT_LE(ids.size(), 2U) << "a thread that has not come back yet may make it two";
}

TEST(ParallelFor, CoversEveryIndexOnce) {
  std::vector<std::atomic<int>> seen(1000);

  parallel_for(seen.size(), 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) ++seen[i];
  });

  for (const auto& count : seen) EXPECT_EQ(count, 1);
}

TEST(ParallelFor, ThrowsOnWhatABodyThrew) {
  const auto body = [](std::size_t begin, std::size_t) {
    if (begin > 0) throw std::runtime_error("no");
  };

  EXPECT_THROW(parallel_for(10, 2, body), std::runtime_error);
  EXPECT_NO_THROW(parallel_for(0, 2, body));
}

}  // namespace
}  // namespace rapport
