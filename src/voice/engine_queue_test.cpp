#include "voice/engine_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"

namespace rapport::voice {
namespace {

/// Holds the queue's thread up until it is opened.
class Latch {
 public:
  void open() { promise_.set_value(); }
  void wait() const { future_.wait(); }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

struct Rig {
  explicit Rig(std::size_t max_callers = 8) : queue(std::in_place, "m", max_callers, metrics) {}

  double depth() const {
    const std::string text = metrics.text();
    const std::string name = "rapport_queue_depth{model=\"m\"} ";
    return std::stod(text.substr(text.find(name) + name.size()));
  }
  void await_depth(double wanted) const {
    while (depth() != wanted) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  Metrics metrics;
  std::optional<EngineQueue> queue;
};

/// A caller whose work runs until it is let go.
class Blocker {
 public:
  explicit Blocker(EngineQueue& queue)
      : thread_([this, &queue] {
          queue.admit().run([this] {
            begun_.open();
            latch_.wait();
          });
        }) {
    begun_.wait();
  }
  void let_go() {
    latch_.open();
    thread_.join();
  }

 private:
  Latch begun_;
  Latch latch_;
  std::thread thread_;
};

TEST(EngineQueue, RunsWorkAndSaysHowLongItTook) {
  Rig rig;
  bool ran = false;

  const EngineQueue::Times times = rig.queue->admit().run([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ran = true;
  });

  EXPECT_TRUE(ran);
  EXPECT_GE(times.compute_ms, 20);
}

TEST(EngineQueue, LetsAShortCallerWaitForOneWindowOfALongOne) {
  Rig rig;
  std::mutex mutex;
  std::string order;
  Latch begun;
  const auto caller = [&](char name, int windows, Latch* first) {
    const EngineQueue::Caller permit = rig.queue->admit();
    for (int i = 0; i < windows; ++i) {
      permit.run([&, i] {
        if (first != nullptr && i == 0) begun.open(), first->wait();
        const std::lock_guard lock(mutex);
        order += name;
      });
    }
  };
  Latch latch;

  std::thread long_one([&] { caller('L', 6, &latch); });
  begun.wait();
  std::thread short_one([&] { caller('s', 1, nullptr); });
  rig.await_depth(1);
  latch.open();
  short_one.join();
  long_one.join();

  EXPECT_EQ(order, "LsLLLLL");
}

TEST(EngineQueue, TakesWindowsOfManyCallersInTurn) {
  Rig rig;
  Blocker blocker(*rig.queue);
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::thread> callers;
  for (int name = 0; name < 3; ++name) {
    callers.emplace_back([&, name] {
      const EngineQueue::Caller permit = rig.queue->admit();
      for (int i = 0; i < 4; ++i) {
        permit.run([&] {
          const std::lock_guard lock(mutex);
          order.push_back(name);
          // The next window of the one before is queued by now, as it is while a real window computes.
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        });
      }
    });
  }
  rig.await_depth(3);
  blocker.let_go();
  for (std::thread& thread : callers) thread.join();

  ASSERT_EQ(order.size(), 12U);
  for (std::size_t round = 0; round < 12; round += 3) {
    std::vector<int> turn(order.begin() + static_cast<std::ptrdiff_t>(round),
                          order.begin() + static_cast<std::ptrdiff_t>(round) + 3);
    std::sort(turn.begin(), turn.end());
    EXPECT_EQ(turn, (std::vector<int>{0, 1, 2}));
  }
}

TEST(EngineQueue, RefusesCallersBeyondItsLimitBeforeAnyWork) {
  Rig rig(2);
  const EngineQueue::Caller first = rig.queue->admit();
  auto second = std::make_unique<EngineQueue::Caller>(rig.queue->admit());

  try {
    rig.queue->admit();
    FAIL() << "admitted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOverloaded);
    EXPECT_GE(error.retry_after_s().value_or(0), 1);
  }
  second.reset();

  EXPECT_NO_THROW(rig.queue->admit());
}

TEST(EngineQueue, ForgetsWorkThatIsCancelledWhileItWaits) {
  Rig rig;
  Blocker blocker(*rig.queue);
  std::atomic<bool> cancelled = false;
  bool ran = false;
  std::string code;
  std::thread waiting([&] {
    try {
      rig.queue->admit().run([&] { ran = true; }, &cancelled);
    } catch (const Error& error) {
      code = error.code();
    }
  });
  rig.await_depth(1);

  cancelled = true;
  waiting.join();
  blocker.let_go();

  EXPECT_EQ(code, "cancelled");
  EXPECT_FALSE(ran);
  EXPECT_EQ(rig.depth(), 0);
}

TEST(EngineQueue, ThrowsOnWhatTheWorkThrowsAndGoesOn) {
  Rig rig;
  const EngineQueue::Caller caller = rig.queue->admit();

  EXPECT_THROW(caller.run([] { throw Error(ErrorKind::kInvalid, "bad", "Bad."); }), Error);
  EXPECT_NO_THROW(caller.run([] {}));
}

TEST(EngineQueue, FailsWhatWaitsWhenItIsTakenDown) {
  Rig rig;
  Blocker blocker(*rig.queue);
  const auto code_of = [](const EngineQueue::Caller& caller, const std::atomic<bool>* cancelled) -> std::string {
    try {
      caller.run([] {}, cancelled);
    } catch (const Error& error) {
      return error.code();
    }
    return "ran";
  };
  const EngineQueue::Caller probe = rig.queue->admit();
  const EngineQueue::Caller patient = rig.queue->admit();
  std::string code;
  std::thread waiting([&] { code = code_of(patient, nullptr); });
  rig.await_depth(1);

  std::thread destroyer([&] { rig.queue.reset(); });
  const std::atomic<bool> cancelled = true;
  while (code_of(probe, &cancelled) != "shutting_down") std::this_thread::yield();
  blocker.let_go();
  waiting.join();
  destroyer.join();

  EXPECT_EQ(code, "shutting_down");
}

}  // namespace
}  // namespace rapport::voice
