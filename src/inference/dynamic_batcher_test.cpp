#include "inference/dynamic_batcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "base/error.h"
#include "base/rng.h"
#include "inference/gated_model_for_tests.h"

namespace rapport::inference {
namespace {

using Sequences = std::vector<Sequence>;

/// A batcher with one gated model.
struct Rig {
  explicit Rig(BatchLimits limits = {}) : batcher(std::in_place, limits, metrics) {
    lane = batcher->add("m", std::make_unique<GatedModel>(gate));
  }
  ~Rig() { gate.open(); }
  /// Makes the model busy with one sequence, whose batch is the first.
  std::future<BatchResult> occupy() {
    gate.close();
    std::future<BatchResult> future = lane->submit({{7}});
    gate.await_batches(1);
    return future;
  }
  bool shows(const std::string& line) const { return metrics.text().find(line + "\n") != std::string::npos; }

  Metrics metrics;
  Gate gate;
  std::optional<DynamicBatcher> batcher;
  std::optional<DynamicBatcher::Lane> lane;
};

Sequence of_length(std::size_t tokens, nn::TokenId id = 1) {
  return Sequence(tokens, id);
}

TEST(DynamicBatcher, GivesEachSequenceItsOwnRowInOrder) {
  Rig rig;

  BatchResult result = rig.lane->submit({{1, 2, 3}, {10}, {4, 5}}).get();

  ASSERT_EQ(result.outputs.rows(), 3U);
  EXPECT_EQ(result.outputs.row(0)[0], 6);
  EXPECT_EQ(result.outputs.row(1)[0], 10);
  EXPECT_EQ(result.outputs.row(2)[0], 9);
  EXPECT_EQ(result.outputs.row(2)[1], 2);
}

TEST(DynamicBatcher, AnswersACallWithoutSequencesAtOnce) {
  Rig rig;
  auto busy = rig.occupy();

  EXPECT_EQ(rig.lane->submit({}).get().outputs.rows(), 0U);
}

TEST(DynamicBatcher, CallsThatArriveWhileABatchComputesFormTheNextOne) {
  Rig rig;
  auto busy = rig.occupy();

  auto a = rig.lane->submit({{1}});
  auto b = rig.lane->submit({{2}});
  auto c = rig.lane->submit({{3}});
  rig.gate.open();
  a.get(), b.get(), c.get(), busy.get();

  ASSERT_EQ(rig.gate.batches().size(), 2U);
  EXPECT_EQ(rig.gate.batches()[1], (Sequences{{1}, {2}, {3}}));
}

TEST(DynamicBatcher, BoundsABatchByTokensAndNotByCount) {
  Rig rig({.max_batch_tokens = 10});
  auto busy = rig.occupy();

  auto many = rig.lane->submit(Sequences(13, of_length(1)));
  auto long_one = rig.lane->submit({of_length(25)});
  rig.gate.open();
  many.get(), long_one.get();

  const auto batches = rig.gate.batches();
  std::vector<std::size_t> tokens;
  for (std::size_t i = 1; i < batches.size(); ++i) {
    tokens.push_back(0);
    for (const Sequence& sequence : batches[i]) tokens.back() += sequence.size();
  }
  // One short, then the long one's turn: it does not fit, and goes alone.
  EXPECT_EQ(tokens, (std::vector<std::size_t>{1, 25, 10, 2}));
}

TEST(DynamicBatcher, AShortCallNeverWaitsForTheEndOfALongOne) {
  Rig rig({.max_batch_tokens = 4});
  auto busy = rig.occupy();

  auto long_call = rig.lane->submit(Sequences(100, of_length(1, 5)));
  auto short_call = rig.lane->submit({{9}});
  rig.gate.open();
  short_call.get();
  long_call.get();

  const auto batches = rig.gate.batches();
  ASSERT_EQ(batches.size(), 27U);
  EXPECT_EQ(batches[1], (Sequences{{5}, {9}, {5}, {5}}));
}

TEST(DynamicBatcher, LongCallsShareEveryBatch) {
  Rig rig({.max_batch_tokens = 4});
  auto busy = rig.occupy();

  auto a = rig.lane->submit(Sequences(8, of_length(1, 1)));
  auto b = rig.lane->submit(Sequences(8, of_length(1, 2)));
  rig.gate.open();
  a.get(), b.get();

  const auto batches = rig.gate.batches();
  ASSERT_EQ(batches.size(), 5U);
  for (std::size_t i = 1; i < batches.size(); ++i) EXPECT_EQ(batches[i], (Sequences{{1}, {2}, {1}, {2}}));
}

TEST(DynamicBatcher, ASlowFirstBatchDoesNotMakeTheRetryAfterLong) {
  Rig rig({.max_queued_tokens = 60});
  auto first = rig.occupy();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  rig.gate.open();
  first.get();
  rig.gate.close();
  auto busy = rig.lane->submit({{7}});
  rig.gate.await_batches(2);
  std::vector<std::future<BatchResult>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(rig.lane->submit({of_length(15)}));

  try {
    rig.lane->submit({of_length(15)});
    FAIL() << "admitted";
  } catch (const Error& error) {
    EXPECT_EQ(error.retry_after_s(), 1);
  }
}

TEST(DynamicBatcher, RefusesWhatDoesNotFitBeforeAnyWork) {
  Rig rig({.max_queued_tokens = 100});
  auto busy = rig.occupy();
  std::vector<std::future<BatchResult>> waiting;
  for (int i = 0; i < 10; ++i) waiting.push_back(rig.lane->submit({of_length(10)}));

  try {
    rig.lane->submit({of_length(1, 99)});
    FAIL() << "admitted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kOverloaded);
    EXPECT_EQ(error.code(), "overloaded");
    EXPECT_GE(error.retry_after_s().value_or(0), 1);
  }
  EXPECT_TRUE(rig.shows("rapport_queue_rejected_total{model=\"m\",reason=\"full\"} 1"));
  EXPECT_TRUE(rig.shows("rapport_queue_depth{model=\"m\"} 10"));

  rig.gate.open();
  for (auto& future : waiting) EXPECT_EQ(future.get().outputs.row(0)[0], 10);
  for (const auto& batch : rig.gate.batches()) EXPECT_EQ(std::count(batch.begin(), batch.end(), of_length(1, 99)), 0);
  EXPECT_TRUE(rig.shows("rapport_queue_depth{model=\"m\"} 0"));
}

TEST(DynamicBatcher, ALargeCallCountsAtMostAQuarterOfTheQueue) {
  Rig rig({.max_batch_tokens = 1000, .max_queued_tokens = 100});
  auto busy = rig.occupy();
  std::vector<std::future<BatchResult>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(rig.lane->submit(Sequences(50, of_length(10))));

  EXPECT_THROW(rig.lane->submit({{1}}), Error);

  rig.gate.open();
  for (auto& future : waiting) EXPECT_EQ(future.get().outputs.rows(), 50U);
  EXPECT_EQ(rig.lane->submit({{1}}).get().outputs.rows(), 1U) << "the queue is empty again";
}

TEST(DynamicBatcher, AFutureThatIsDroppedTakesBackWhatHasNotBegun) {
  Rig rig({.max_queued_tokens = 100});
  auto busy = rig.occupy();
  std::vector<std::future<BatchResult>> waiting;
  for (int i = 0; i < 10; ++i) waiting.push_back(rig.lane->submit({of_length(10)}));

  waiting.pop_back();
  auto instead = rig.lane->submit({of_length(10, 3)});
  rig.gate.open();
  instead.get();
  for (auto& future : waiting) future.get();

  EXPECT_EQ(rig.gate.batches()[1].size(), 10U);
  EXPECT_TRUE(rig.shows("rapport_queue_rejected_total{model=\"m\",reason=\"cancelled\"} 1"));
  EXPECT_TRUE(rig.shows("rapport_queue_depth{model=\"m\"} 0"));
}

TEST(DynamicBatcher, WhatTheModelThrowsReachesTheCallsOfThatBatchAlone) {
  Rig rig({.max_batch_tokens = 2});
  auto busy = rig.occupy();
  auto poisoned = rig.lane->submit(Sequences(6, Sequence{GatedModel::kPoison}));
  auto neighbour = rig.lane->submit({{1}});
  auto later = rig.lane->submit({{2}});
  rig.gate.open();

  EXPECT_THROW(poisoned.get(), std::runtime_error);
  EXPECT_THROW(neighbour.get(), std::runtime_error);
  EXPECT_EQ(later.get().outputs.row(0)[0], 2);
  EXPECT_EQ(rig.gate.batches().size(), 3U) << "what was left of the failed call was dropped";
  EXPECT_TRUE(rig.shows("rapport_queue_depth{model=\"m\"} 0"));
}

TEST(DynamicBatcher, ShutdownFinishesTheRunningBatchAndFailsWhatWaits) {
  Rig rig;
  auto running = rig.occupy();
  auto waiting = rig.lane->submit({{1}});
  std::thread end([&] { rig.batcher.reset(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  rig.gate.open();
  end.join();

  EXPECT_EQ(running.get().outputs.row(0)[0], 7);
  try {
    waiting.get();
    FAIL() << "computed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "shutting_down");
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  }
}

TEST(DynamicBatcher, ModelsTakeTurns) {
  Metrics metrics;
  Gate gate;
  DynamicBatcher batcher({.max_batch_tokens = 2}, metrics);
  const auto a = batcher.add("a", std::make_unique<GatedModel>(gate));
  const auto b = batcher.add("b", std::make_unique<GatedModel>(gate));
  gate.close();
  auto busy = a.submit({{7}});
  gate.await_batches(1);

  auto of_a = a.submit(Sequences(6, of_length(1, 1)));
  auto of_b = b.submit(Sequences(6, of_length(1, 2)));
  gate.open();
  of_a.get(), of_b.get();

  std::vector<nn::TokenId> order;
  for (const auto& batch : gate.batches()) order.push_back(batch[0][0]);
  EXPECT_EQ(order, (std::vector<nn::TokenId>{7, 2, 1, 2, 1, 2, 1}));
}

TEST(DynamicBatcher, TimesOfACallAddUpToItsWait) {
  Rig rig({.max_batch_tokens = 1});
  auto busy = rig.occupy();
  const auto begin = std::chrono::steady_clock::now();
  auto call = rig.lane->submit({{1}, {2}});
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  rig.gate.open();
  const BatchResult result = call.get();
  const double waited = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();

  EXPECT_GE(result.queue_ms, 25);
  EXPECT_LE(result.queue_ms + result.compute_ms, waited);
}

TEST(DynamicBatcher, ManyCallersGetTheirOwnAnswersWhateverIsDroppedOrRefused) {
  constexpr int kCallers = 16;
  constexpr int kCallsEach = 200;
  Rig rig({.max_batch_tokens = 64, .max_queued_tokens = 400});
  std::atomic<int> answered{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      Rng rng(static_cast<std::uint64_t>(caller));
      const auto from_1_to = [&](int high) { return static_cast<std::size_t>(rng.integer(1, high)); };
      for (int i = 0; i < kCallsEach; ++i) {
        Sequences sequences(from_1_to(20));
        for (Sequence& sequence : sequences)
          sequence = of_length(from_1_to(10), static_cast<nn::TokenId>(from_1_to(1000)));
        const Sequences copy = sequences;
        try {
          auto future = rig.lane->submit(std::move(sequences));
          if (from_1_to(8) == 1) continue;
          const BatchResult result = future.get();
          for (std::size_t row = 0; row < copy.size(); ++row) {
            ASSERT_EQ(result.outputs.row(row)[0],
                      static_cast<float>(copy[row][0]) * static_cast<float>(copy[row].size()));
          }
          ++answered;
        } catch (const Error& error) {
          ASSERT_EQ(error.code(), "overloaded");
          ++refused;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();

  EXPECT_GT(answered, 0);
  rig.lane->submit({{1}}).get();
  EXPECT_TRUE(rig.shows("rapport_queue_depth{model=\"m\"} 0")) << rig.metrics.text();
}

}  // namespace
}  // namespace rapport::inference
