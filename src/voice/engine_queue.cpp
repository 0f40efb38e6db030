#include "voice/engine_queue.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.h"

namespace rapport::voice {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookForCancelled{20};
constexpr int kLongestRetryAfterS = 30;
constexpr double kFirstGuessMs = 1000;  // of a piece, until one was measured

double ms_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count();
}

/// A caller's piece of work. Belongs to the queue's lock, save `work`, which the thread runs.
struct Piece {
  const std::function<void()>& work;
  SteadyClock::time_point begun{};
  double compute_ms = 0;
  enum class Place { kWaits, kRuns, kDone } place = Place::kWaits;
  std::exception_ptr failure{};
};

Error shutting_down() {
  return Error(ErrorKind::kUnavailable, "shutting_down", "The server is shutting down: try again later.");
}

}  // namespace

struct EngineQueue::Impl {
  Impl(const std::string& name, std::size_t most, Metrics& metrics) : max_callers(most) {
    depth = metrics.gauge("rapport_queue_depth", "Work that waits for a model.", {{"model", name}});
    const auto rejected = [&](const char* reason) {
      return metrics.counter("rapport_queue_rejected_total", "Calls that were refused or given up.",
                             {{"model", name}, {"reason", reason}});
    };
    full = rejected("full");
    cancelled_calls = rejected("cancelled");
  }

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      ready.wait(lock, [&] { return stopping || !pieces.empty(); });
      if (stopping) return;
      Piece& piece = *pieces.front();
      pieces.pop_front();
      depth.add(-1);
      piece.place = Piece::Place::kRuns;
      piece.begun = SteadyClock::now();
      lock.unlock();
      std::exception_ptr failure;
      try {
        piece.work();
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      piece.compute_ms = ms_since(piece.begun);
      constexpr double kWeightOfNow = 0.2;
      piece_ms += kWeightOfNow * (piece.compute_ms - piece_ms);
      finish(piece, std::move(failure));
    }
  }

  void finish(Piece& piece, std::exception_ptr failure) {
    piece.failure = std::move(failure);
    piece.place = Piece::Place::kDone;
    changed.notify_all();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    ready.notify_all();
    thread.join();
    const std::lock_guard lock(mutex);
    for (Piece* piece : pieces) finish(*piece, std::make_exception_ptr(shutting_down()));
    depth.add(-static_cast<double>(pieces.size()));
    pieces.clear();
  }

  const std::size_t max_callers;
  std::mutex mutex;
  std::condition_variable ready;    ///< there is work, or the end
  std::condition_variable changed;  ///< a piece is done
  std::deque<Piece*> pieces;        ///< those that wait; each lives in its caller's run()
  std::size_t callers = 0;
  double piece_ms = kFirstGuessMs;  ///< lately
  bool stopping = false;
  Metrics::Gauge depth;
  Metrics::Counter full;
  Metrics::Counter cancelled_calls;
  std::thread thread;
};

EngineQueue::EngineQueue(const std::string& name, std::size_t max_callers, Metrics& metrics,
                         std::function<void()> on_thread)
    : impl_(std::make_shared<Impl>(name, max_callers, metrics)) {
  impl_->thread = std::thread([impl = impl_.get(), prepare = std::move(on_thread)] {
    if (prepare) prepare();
    impl->work();
  });
}

EngineQueue::~EngineQueue() {
  impl_->stop();
}

EngineQueue::Caller EngineQueue::admit() {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->callers >= impl_->max_callers) {
    impl_->full.add();
    const double wait_s = impl_->piece_ms * static_cast<double>(impl_->callers) / 1000;
    throw Error(ErrorKind::kOverloaded, "overloaded", "Too many recordings are being transcribed: try again later.")
        .with_retry_after_s(std::clamp(static_cast<int>(std::ceil(wait_s)), 1, kLongestRetryAfterS));
  }
  ++impl_->callers;
  return Caller(impl_);
}

EngineQueue::Caller::~Caller() {
  if (queue_ == nullptr) return;
  const std::lock_guard lock(queue_->mutex);
  --queue_->callers;
}

EngineQueue::Times EngineQueue::Caller::run(const std::function<void()>& work, Cancelled cancelled) const {
  const auto submitted = SteadyClock::now();
  Piece piece{.work = work};
  std::unique_lock lock(queue_->mutex);
  if (queue_->stopping) throw shutting_down();
  queue_->pieces.push_back(&piece);
  queue_->depth.add(1);
  queue_->ready.notify_one();
  while (!queue_->changed.wait_for(lock, kLookForCancelled, [&] { return piece.place == Piece::Place::kDone; })) {
    if (piece.place != Piece::Place::kWaits || cancelled == nullptr || !*cancelled) continue;
    std::erase(queue_->pieces, &piece);
    queue_->depth.add(-1);
    queue_->cancelled_calls.add();
    throw Error(ErrorKind::kTimeout, "cancelled", "The work was cancelled.");
  }
  if (piece.failure) std::rethrow_exception(piece.failure);
  const double queue_ms = std::chrono::duration<double, std::milli>(piece.begun - submitted).count();
  return {.queue_ms = queue_ms, .compute_ms = piece.compute_ms};
}

}  // namespace rapport::voice
