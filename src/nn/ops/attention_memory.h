#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "nn/ops/attention.h"
#include "nn/precision.h"
#include "nn/tensor.h"

namespace rapport::nn {

/// Keys and values that many queries will meet, one after another: what a decoder remembers of its source. They are put
/// once into the order in which the kernels read them.
///
/// kF32 keeps them as they are; the other precisions round them to bf16, half of the memory, where the CPU has AVX2.
///
/// Threads   const is safe to share; made from outside of parallel regions it shares out the heads.
class AttentionMemory {
 public:
  AttentionMemory() = default;
  /// Shapes    key, value [S, H*Dh].
  /// Throws    Error kInvalid when the shapes do not fit or S is 0.
  AttentionMemory(ConstMatrixView key, ConstMatrixView value, std::size_t heads, Precision precision);

  std::size_t positions() const { return positions_; }
  std::size_t heads() const { return heads_; }
  std::size_t width() const { return heads_ * head_width_; }
  std::size_t memory_bytes() const { return (f32_.capacity() + bf16_.capacity()) * sizeof(float); }

  /// As `attention` with these keys and values, for head `head` alone, on the calling thread. `probs`, where it has
  /// rows, receives the softmax.
  ///
  /// Shapes    query, out [T, H*Dh]; probs [T, S] or no rows; room for head_room(T) floats.
  /// Aliasing  out may be query.
  void attend(std::size_t head, ConstMatrixView query, MatrixView out, MatrixView probs, float* room) const;
  std::size_t head_room(std::size_t queries) const;

 private:
  std::size_t key_numbers() const;    ///< of one head
  std::size_t value_numbers() const;  ///< of one head

  std::size_t positions_ = 0;
  std::size_t heads_ = 0;
  std::size_t head_width_ = 0;
  Scratch<float> f32_;           ///< by head: keys [panels of S][Dh][16], values [panels of Dh][S][16]
  Scratch<std::uint32_t> bf16_;  ///< the same; two in one number, as Panel<uint32_t> has them
};

/// Keys and values of tokens that lie apart: token s has its key [H*Dh] at tokens[s] + key_offset, and its value at
/// tokens[s] + value_offset.
struct ScatteredTokens {
  std::span<float* const> tokens;
  std::size_t key_offset = 0;
  std::size_t value_offset = 0;
};

/// `attention` of one query over scattered tokens, on the calling thread.
///
/// Shapes    query, out [H*Dh]; room for Dh + S floats.
/// Requires  S >= 1; heads divide the width.
/// Aliasing  out may be query.
void attention_over(const ScatteredTokens& seen, std::span<const float> query, std::size_t heads, std::span<float> out,
                    float* room);

}  // namespace rapport::nn
