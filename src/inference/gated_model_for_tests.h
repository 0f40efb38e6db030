#pragma once

#include <condition_variable>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "inference/dynamic_batcher.h"

namespace rapport::inference {

/// What a test sees of a model that runs behind a batcher, and the gate that holds its batches up.
///
/// Threads   safe.
class Gate {
 public:
  void close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// The model: says what came in, then waits until the gate is open.
  void pass(std::vector<std::vector<nn::TokenId>> batch) {
    std::unique_lock lock(mutex_);
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await_batches(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return batches_.size() >= count; });
  }
  std::vector<std::vector<std::vector<nn::TokenId>>> batches() const {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  std::vector<std::vector<std::vector<nn::TokenId>>> batches_;  ///< by batch, by sequence
};

/// A model whose outputs anybody can compute: the sum of a sequence's ids, and their number. An id of kPoison makes it
/// throw.
class GatedModel : public BatchModel {
 public:
  static constexpr nn::TokenId kPoison = -1;

  explicit GatedModel(Gate& gate) : gate_(gate) {}

  std::size_t outputs() const override { return 2; }

  void run(std::span<const std::span<const nn::TokenId>> sequences, nn::MatrixView out) override {
    std::vector<std::vector<nn::TokenId>> seen;
    for (const auto& sequence : sequences) seen.emplace_back(sequence.begin(), sequence.end());
    gate_.pass(std::move(seen));
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      for (const nn::TokenId id : sequences[i]) {
        if (id == kPoison) throw std::runtime_error("poisoned");
      }
      out.row(i)[0] = static_cast<float>(std::accumulate(sequences[i].begin(), sequences[i].end(), nn::TokenId{0}));
      out.row(i)[1] = static_cast<float>(sequences[i].size());
    }
  }

 private:
  Gate& gate_;
};

}  // namespace rapport::inference
