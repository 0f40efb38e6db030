#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
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
