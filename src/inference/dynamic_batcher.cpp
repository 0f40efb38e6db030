#include "inference/dynamic_batcher.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "inference/ticket.h"

namespace rapport::inference {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Instant = SteadyClock::time_point;

constexpr std::size_t kShareOfOneCall = 4;  // a call counts at most as 1/4 of the queue
constexpr int kLongestRetryAfterS = 30;

double ms_between(Instant begin, Instant end) {
  return std::chrono::duration<double, std::milli>(end - begin).count();
}

const std::vector<double>& batch_size_bounds() {
  static const std::vector<double> bounds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  return bounds;
}

const std::vector<double>& batch_token_bounds() {
  static const std::vector<double> bounds = {8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};
  return bounds;
}

Error overloaded(int retry_after_s) {
  return Error(ErrorKind::kOverloaded, "overloaded", "Too many texts are waiting for this model: try again later.")
      .with_retry_after_s(retry_after_s);
}

Error shutting_down() {
  return Error(ErrorKind::kUnavailable, "shutting_down", "The server is shutting down: try again later.");
}

/// One call on its way. `next` and `waiting_tokens` belong to the batcher's lock; what follows them belongs to the
/// thread that computes, until the promise is kept.
struct Call {
  explicit Call(std::vector<Sequence> wanted) : sequences(std::move(wanted)) {
    for (const Sequence& sequence : sequences) waiting_tokens += sequence.size();
  }

  const std::vector<Sequence> sequences;
  const Instant submitted = SteadyClock::now();
  std::atomic<bool> abandoned{false};

  std::size_t next = 0;  ///< the first sequence that is in no batch yet
  std::size_t waiting_tokens = 0;

  std::size_t computed = 0;
  Instant last_batch;  ///< when the last batch that held some of it began
  bool failed = false;
  BatchResult result;
  std::promise<BatchResult> promise;
};

using CallPointer = std::shared_ptr<Call>;

struct Batch {
  struct Row {
    CallPointer call;
    std::size_t sequence = 0;
  };
  std::vector<Row> rows;
  std::size_t tokens = 0;
};

}  // namespace

/// Everything but the metrics, the model and `outputs` belongs to the batcher's lock.
struct DynamicBatcher::Lane::State {
  State(const std::string& name, std::unique_ptr<BatchModel> m, Metrics& metrics) : model(std::move(m)) {
    const Metrics::Labels labels = {{"model", name}};
    const auto stage = [&](const char* stage_name) {
      return metrics.histogram("rapport_inference_duration_seconds", "Time of a model's work, by stage.",
                               duration_bounds_s(), {{"model", name}, {"stage", stage_name}});
    };
    const auto rejected = [&](const char* reason) {
      return metrics.counter("rapport_queue_rejected_total", "Calls that were refused or given up.",
                             {{"model", name}, {"reason", reason}});
    };
    queue_time = stage("queue");
    compute_time = stage("compute");
    batch_size = metrics.histogram("rapport_batch_size", "Rows computed at once.", batch_size_bounds(), labels);
    batch_tokens = metrics.histogram("rapport_batch_tokens", "Tokens computed at once.", batch_token_bounds(), labels);
    depth = metrics.gauge("rapport_queue_depth", "Work that waits for a model.", labels);
    full = rejected("full");
    cancelled = rejected("cancelled");
  }

  std::size_t charge(const Call& call, const BatchLimits& limits) const {
    return std::min(call.waiting_tokens, std::max<std::size_t>(limits.max_queued_tokens / kShareOfOneCall, 1));
  }

  /// Takes a call that has left the queue out of its figures.
  void forget(const Call& call, const BatchLimits& limits) {
    charged -= charge(call, limits);
    depth.add(-static_cast<double>(call.sequences.size() - call.next));
  }

  void drop_abandoned(const BatchLimits& limits) {
    std::erase_if(calls, [&](const CallPointer& call) {
      if (!call->abandoned) return false;
      forget(*call, limits);
      cancelled.add();
      return true;
    });
  }

  /// Sequences from each call in turn, as many as fit; one at least.
  Batch take(const BatchLimits& limits) {
    Batch batch;
    while (!calls.empty()) {
      const CallPointer call = calls.front();
      const std::size_t tokens = call->sequences[call->next].size();
      if (!batch.rows.empty() && batch.tokens + tokens > limits.max_batch_tokens) break;
      calls.pop_front();
      charged -= charge(*call, limits);
      batch.rows.push_back({call, call->next++});
      batch.tokens += tokens;
      call->waiting_tokens -= tokens;
      charged += charge(*call, limits);
      if (call->next < call->sequences.size()) calls.push_back(call);
    }
    depth.add(-static_cast<double>(batch.rows.size()));
    return batch;
  }

  /// Each batch counts with its size: a small one says little of how fast a full queue goes. The first one finds
  /// nothing in its place yet, and does not count.
  void note_speed(std::size_t tokens, double ms) {
    constexpr double kKept = 0.8;
    if (!std::exchange(warm, true)) return;
    recent_tokens = kKept * recent_tokens + static_cast<double>(tokens);
    recent_ms = kKept * recent_ms + ms;
    tokens_per_ms = recent_tokens / recent_ms;
  }

  /// Keeps the promise of a call that is complete.
  void answer(Call& call, Instant now) {
    call.result.queue_ms = std::max(ms_between(call.submitted, now) - call.result.compute_ms, 0.0);
    queue_time.observe(call.result.queue_ms / 1000);
    compute_time.observe(call.result.compute_ms / 1000);
    call.promise.set_value(std::move(call.result));
  }

  const std::unique_ptr<BatchModel> model;
  std::deque<CallPointer> calls;         ///< those with sequences in no batch; the next batch begins at the front
  std::size_t charged = 0;               ///< tokens that wait, as permits count them
  std::atomic<double> tokens_per_ms{0};  ///< lately; 0: not known yet
  bool warm = false;                     ///< what follows belongs to the thread that computes
  double recent_tokens = 0;              ///< of the batches so far, the older the less
  double recent_ms = 0;

  nn::Matrix outputs;
  Metrics::Histogram queue_time;
  Metrics::Histogram compute_time;
  Metrics::Histogram batch_size;
  Metrics::Histogram batch_tokens;
  Metrics::Gauge depth;
  Metrics::Counter full;
  Metrics::Counter cancelled;
};

struct DynamicBatcher::Impl {
  using State = Lane::State;

  Impl(BatchLimits l, Metrics& m) : limits(l), metrics(m) {}

  /// Queues the call. Throws kOverloaded when there is no room.
  void admit(State& lane, const CallPointer& call) {
    const std::lock_guard lock(mutex);
    const std::size_t tokens = lane.charge(*call, limits);
    const auto no_room = [&] { return lane.charged > 0 && lane.charged + tokens > limits.max_queued_tokens; };
    if (no_room()) lane.drop_abandoned(limits);
    if (no_room()) {
      lane.full.add();
      throw overloaded(retry_after_s());
    }
    lane.calls.push_back(call);
    lane.charged += tokens;
    lane.depth.add(static_cast<double>(call->sequences.size()));
  }

  /// The lane whose turn it is, null when nothing waits.
  State* next_lane() {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      State* lane = lanes[(turn + i) % lanes.size()].get();
      lane->drop_abandoned(limits);
      if (lane->calls.empty()) continue;
      turn = (turn + i + 1) % lanes.size();
      return lane;
    }
    return nullptr;
  }

  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      State* lane = nullptr;
      ready.wait(lock, [&] { return stopping || (lane = next_lane()) != nullptr; });
      if (stopping) return;
      const Batch batch = lane->take(limits);
      lock.unlock();
      try {
        compute(*lane, batch);
        lock.lock();
      } catch (...) {
        lock.lock();
        fail(*lane, batch, std::current_exception());
      }
    }
  }

  /// Runs the model and answers the calls that are complete. Throws what the model throws.
  void compute(State& lane, const Batch& batch) {
    const Instant begin = SteadyClock::now();
    const std::size_t width = lane.model->outputs();
    std::vector<std::span<const nn::TokenId>> sequences;
    sequences.reserve(batch.rows.size());
    for (const Batch::Row& row : batch.rows) sequences.emplace_back(row.call->sequences[row.sequence]);
    lane.model->run(sequences, lane.outputs.resize(batch.rows.size(), width));
    const Instant end = SteadyClock::now();
    const double duration_ms = ms_between(begin, end);
    lane.note_speed(batch.tokens, duration_ms);
    lane.batch_size.observe(static_cast<double>(batch.rows.size()));
    lane.batch_tokens.observe(static_cast<double>(batch.tokens));
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      Call& call = *batch.rows[i].call;
      std::memcpy(call.result.outputs.row(batch.rows[i].sequence), lane.outputs.row(i), width * sizeof(float));
      if (std::exchange(call.last_batch, begin) != begin) call.result.compute_ms += duration_ms;
      if (++call.computed == call.sequences.size()) lane.answer(call, end);
    }
  }

  /// Each call of the batch fails as a whole: what of it still waits goes too.
  void fail(State& lane, const Batch& batch, const std::exception_ptr& failure) {
    for (const Batch::Row& row : batch.rows) {
      if (std::exchange(row.call->failed, true)) continue;
      if (std::erase(lane.calls, row.call) > 0) lane.forget(*row.call, limits);
      row.call->promise.set_exception(failure);
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    ready.notify_all();
    thread.join();
    for (const auto& lane : lanes) {
      for (const CallPointer& call : lane->calls) call->promise.set_exception(std::make_exception_ptr(shutting_down()));
    }
  }

  /// How long until about everything that waits is computed.
  int retry_after_s() const {
    double ms = 0;
    for (const auto& lane : lanes) {
      if (lane->tokens_per_ms > 0) ms += static_cast<double>(lane->charged) / lane->tokens_per_ms;
    }
    return std::clamp(static_cast<int>(std::ceil(ms / 1000)), 1, kLongestRetryAfterS);
  }

  const BatchLimits limits;
  Metrics& metrics;
  std::mutex mutex;
  std::condition_variable ready;
  bool stopping = false;
  std::vector<std::unique_ptr<State>> lanes;
  std::size_t turn = 0;  ///< the lane that is asked first
  std::thread thread;
};

DynamicBatcher::DynamicBatcher(BatchLimits limits, Metrics& metrics, std::function<void()> on_thread)
    : impl_(std::make_unique<Impl>(limits, metrics)) {
  impl_->thread = std::thread([impl = impl_.get(), prepare = std::move(on_thread)] {
    if (prepare) prepare();
    impl->work();
  });
}

DynamicBatcher::~DynamicBatcher() {
  impl_->stop();
}

DynamicBatcher::Lane DynamicBatcher::add(const std::string& name, std::unique_ptr<BatchModel> model) {
  auto state = std::make_unique<Lane::State>(name, std::move(model), impl_->metrics);
  const std::lock_guard lock(impl_->mutex);
  impl_->lanes.push_back(std::move(state));
  return {*impl_, *impl_->lanes.back()};
}

std::future<BatchResult> DynamicBatcher::Lane::submit(std::vector<Sequence> sequences) const {
  const auto call = std::make_shared<Call>(std::move(sequences));
  call->result.outputs.resize(call->sequences.size(), state_->model->outputs());
  Ticket<Call> ticket(call);
  if (call->sequences.empty()) {
    call->promise.set_value(std::move(call->result));
  } else {
    batcher_->admit(*state_, call);
    batcher_->ready.notify_one();
  }
  return std::async(std::launch::deferred, [ticket = std::move(ticket)]() mutable { return ticket.wait(); });
}

}  // namespace rapport::inference
