#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "nn/models/layer_stack.h"
#include "nn/ops/attention.h"

namespace rapport::nn {

/// The encoder layers of Marian, M2M-100 and Whisper: self-attention within each sequence and feed-forward. What
/// stands before (token and position vectors, convolutions) is the model's.
///
/// Sequences stand one behind the other without padding: linear layers see the sum of their lengths, attention works
/// within each.
///
/// Threads   immutable: shared by all threads, each with a workspace of its own. OpenMP's threads are used when called
///           from outside of its parallel regions.
/// Source    Vaswani et al. 2017.
class StackEncoder {
 public:
  /// What a call works on. Grows to what the largest call needs and stays.
  struct Workspace {
    BlockScratch blocks;
    AttentionScratch attention;
  };

  /// Throws  kUnavailable "model_damaged" that names the tensor.
  StackEncoder(const StackShape& shape, const StackNames& names, const WeightLoader& weights);

  const StackShape& shape() const { return shape_; }
  std::size_t memory_bytes() const;

  /// All layers, in place: `hidden` holds the vectors of sequences whose rows begin at begins[i] (the last of `begins`
  /// is the end), and then the last layer's result, normalised.
  ///
  /// Shapes    hidden [S, D].
  void apply(MatrixView hidden, std::span<const std::size_t> begins, Workspace& work) const;

 private:
  struct Layer {
    SelfAttentionBlock self;
    FeedForwardBlock feed_forward;
  };

  StackShape shape_;
  std::vector<Layer> layers_;
  std::optional<WeightLoader::Norm> final_norm_;
};

}  // namespace rapport::nn
