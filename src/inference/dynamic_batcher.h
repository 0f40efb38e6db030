#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "nn/tensor.h"
#include "nn/tokenizers/tokenizer.h"

namespace rapport::inference {

/// The ids of one text, special tokens included.
using Sequence = std::vector<nn::TokenId>;

/// What the batcher runs: a model that gives each sequence a row of numbers.
class BatchModel {
 public:
  virtual ~BatchModel() = default;

  virtual std::size_t outputs() const = 0;

  /// Shapes    out [sequences, outputs()]; sequences may differ in length.
  /// Threads   one call at a time, all from the batcher's thread.
  virtual void run(std::span<const std::span<const nn::TokenId>> sequences, nn::MatrixView out) = 0;
};

struct BatchLimits {
  std::size_t max_batch_tokens = 1024;    ///< a longer sequence is a batch of its own
  std::size_t max_queued_tokens = 32768;  ///< per model; what is beyond is refused
};

/// What became of one call's sequences.
struct BatchResult {
  nn::Matrix outputs;     ///< [sequences, outputs of the model]
  double queue_ms = 0;    ///< spent waiting for other batches
  double compute_ms = 0;  ///< spent in batches that held some of the call
};

/// Lets concurrent callers share the machine's cores: what they ask while a batch computes gathers and forms the next
/// one. A model that idles serves a lone request at once. Calls of many sequences are cut into batches and take turns
/// with the others, sequence by sequence, so that a short call never waits for the end of a long one.
///
/// One thread runs the batches of every model, one model after the other: each batch has all cores (OpenMP inside), and
/// two models never fight for them.
///
/// Permits are taken before any work: a call counts with its tokens, at most a quarter of `max_queued_tokens` (it takes
/// turns: the rest of it holds up nobody). What does not fit beside what waits already is refused. A call that finds
/// nothing waiting is always admitted.
///
/// Threads   safe, except that no call may be made during destruction. The destructor finishes the running batch and
///           fails what waits: kUnavailable "shutting_down".
class DynamicBatcher {
 public:
  /// `on_thread` is called first on the thread that computes. `metrics` must outlive the batcher.
  DynamicBatcher(BatchLimits limits, Metrics& metrics, std::function<void()> on_thread = {});
  ~DynamicBatcher();
  DynamicBatcher(const DynamicBatcher&) = delete;
  DynamicBatcher& operator=(const DynamicBatcher&) = delete;

  struct Impl;

  /// The queue of one model.
  class Lane {
   public:
    /// Queues the sequences. A future that is dropped unread takes back what has not begun; it may outlive the batcher.
    ///
    /// Throws    kOverloaded "overloaded" with a Retry-After, nothing queued, when the queue is full. get() throws what
    ///           the model has thrown, or kUnavailable "shutting_down".
    std::future<BatchResult> submit(std::vector<Sequence> sequences) const;

   private:
    friend class DynamicBatcher;
    struct State;
    Lane(Impl& batcher, State& state) : batcher_(&batcher), state_(&state) {}

    Impl* batcher_;
    State* state_;
  };

  /// `name` labels the model's metrics. The lane serves as long as the batcher lives.
  Lane add(const std::string& name, std::unique_ptr<BatchModel> model);

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::inference
