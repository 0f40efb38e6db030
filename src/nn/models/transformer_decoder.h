#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "nn/models/key_value_cache.h"
#include "nn/models/layer_stack.h"
#include "nn/ops/attention_memory.h"
#include "nn/tensor.h"

namespace rapport::nn {

/// The decoder layers of Marian, M2M-100 and Whisper: self-attention over the tokens so far, attention over the
/// encoder's result, feed-forward. What stands before (token and position vectors) and behind (the projection to the
/// vocabulary) is the model's.
///
/// One call takes rows of many hypotheses of many sequences, each as long as it is, without padding.
///
/// Threads   immutable: shared by all threads, each with a workspace and a cache of its own. OpenMP's threads are used
///           when called from outside of its parallel regions.
/// Source    Vaswani et al. 2017; Lewis et al. 2019.
class TransformerDecoder {
 public:
  /// What the layers remember of one sequence that the encoder has read. Shared by the sequence's hypotheses.
  class Source {
   public:
    std::size_t positions() const { return layers_.empty() ? 0 : layers_.front().positions(); }
    std::size_t memory_bytes() const;

   private:
    friend class TransformerDecoder;
    std::vector<AttentionMemory> layers_;
  };

  /// The next rows of `hidden` as one hypothesis's next tokens.
  struct Input {
    KeyValueCache::Hypothesis* past = nullptr;  ///< what it has read; these tokens come behind it
    const Source* source = nullptr;
    std::size_t tokens = 1;
  };

  /// How chosen heads looked at the source. All inputs of the call must be of one source.
  struct CrossAttention {
    struct Head {
      std::size_t layer = 0;
      std::size_t head = 0;
    };
    std::vector<Head> heads;
    std::vector<Matrix> probs;  ///< by head: [T, S], T the call's rows
  };

  /// What a call works on. Grows to what the largest call needs and stays.
  struct Workspace {
    BlockScratch blocks;
    AttentionScratch attention;

    struct Row {
      std::size_t first = 0;  ///< where its hypothesis begins in `entries`
      std::size_t seen = 0;   ///< how many tokens it sees, itself included
    };
    /// Neighbouring rows of one source.
    struct Group {
      std::size_t begin = 0;
      std::size_t end = 0;
      const Source* source = nullptr;
    };
    std::vector<Row> rows;
    std::vector<float*> entries;
    std::vector<Group> groups;
  };

  /// Throws  kUnavailable "model_damaged" that names the tensor.
  TransformerDecoder(const StackShape& shape, const StackNames& names, const WeightLoader& weights);

  const StackShape& shape() const { return shape_; }
  std::size_t memory_bytes() const;
  /// A cache that fits.
  KeyValueCache make_cache() const { return {shape_.layers, shape_.width}; }

  /// One source for each sequence of `encoded`, whose rows begin at begins[i]; the last of `begins` is the end. In
  /// precisions below f32, keys and values are kept in bf16.
  ///
  /// Shapes    encoded [S, D].
  /// Requires  sequences of a row at least.
  std::vector<Source> remember(ConstMatrixView encoded, std::span<const std::size_t> begins, Workspace& work) const;

  /// All layers, in place: `hidden` holds the tokens' vectors and then the last layer's result, normalised. Each
  /// hypothesis grows by its tokens, which see those before them and themselves. The rows of a source's hypotheses
  /// should be neighbours: they then share its keys and values while these are in the CPU's caches.
  ///
  /// Shapes    hidden [sum of the inputs' tokens, D].
  /// Requires  hypotheses of one cache of make_cache()'s kind, each once.
  void apply(MatrixView hidden, std::span<const Input> inputs, Workspace& work, CrossAttention* seen = nullptr) const;

 private:
  struct Layer {
    Layer(const WeightLoader& weights, const StackShape& shape, const StackNames& names, std::size_t index);

    SelfAttentionBlock self;
    Linear cross_query;
    Linear cross_key_value;
    Linear cross_output;
    WeightLoader::Norm cross_norm;
    FeedForwardBlock feed_forward;
  };

  void place(std::span<const Input> inputs, Workspace& work) const;
  void attend_to_tokens(std::size_t layer, MatrixView hidden, Workspace& work) const;
  void attend_to_sources(std::size_t layer, MatrixView hidden, Workspace& work, CrossAttention* seen) const;

  StackShape shape_;
  Precision precision_;
  std::vector<Layer> layers_;
  std::optional<WeightLoader::Norm> final_norm_;
};

}  // namespace rapport::nn
