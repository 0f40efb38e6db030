#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/cancellation.h"
#include "base/metrics.h"

namespace rapport::voice {

/// One thread that computes for many callers in turn. A caller has one piece of work (a window) waiting at most and
/// asks for the next when it is done; pieces run in the order in which they came. So callers take turns, and a short
/// recording waits for the window that runs and for one window of each other caller, never for the end of a long
/// recording.
///
/// Permits are taken before any work: a caller beyond `max_callers` is refused.
///
/// Threads   safe, except that no call may be made during destruction. The destructor finishes the piece that runs and
///           fails what waits: kUnavailable "shutting_down".
class EngineQueue {
 public:
  /// `name` labels the metrics; `metrics` must outlive the queue. `on_thread` is called first on the thread.
  EngineQueue(const std::string& name, std::size_t max_callers, Metrics& metrics, std::function<void()> on_thread = {});
  ~EngineQueue();
  EngineQueue(const EngineQueue&) = delete;
  EngineQueue& operator=(const EngineQueue&) = delete;

  struct Impl;

  struct Times {
    double queue_ms = 0;
    double compute_ms = 0;
  };

  /// A caller's permit. May outlive the queue.
  class Caller {
   public:
    ~Caller();
    Caller(Caller&& other) = default;
    Caller& operator=(Caller&&) = delete;

    /// Waits for its turn, runs `work` on the queue's thread, and returns when it is done.
    ///
    /// Throws    what `work` throws; kTimeout "cancelled" as soon as `cancelled` is set while it waits; kUnavailable
    ///           "shutting_down".
    Times run(const std::function<void()>& work, Cancelled cancelled = nullptr) const;

   private:
    friend class EngineQueue;
    explicit Caller(std::shared_ptr<Impl> queue) : queue_(std::move(queue)) {}

    std::shared_ptr<Impl> queue_;
  };

  /// Throws    kOverloaded "overloaded" with a Retry-After.
  Caller admit();

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace rapport::voice
