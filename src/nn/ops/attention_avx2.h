#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "nn/ops/attention.h"
#include "nn/ops/attention_memory.h"

namespace rapport::nn::avx2 {

/// Floats of room that one head needs.
std::size_t attention_room(std::size_t queries, std::size_t keys, std::size_t head_width);

/// Attention of one head; the views hold its columns alone. For CPUs with AVX2, FMA and F16C.
void attention_head(const AttentionInputs& head, MatrixView out, std::optional<std::size_t> causal_offset, float* room);

/// Keys and values of one head in panels of 16: keys [panels of S][Dh][16], values [panels of Dh][S][16].
template <class Number>
struct PackedHead {
  const Number* keys;
  const Number* values;
  std::size_t positions;
  std::size_t width;
};

std::size_t packed_head_room(std::size_t queries, std::size_t positions, std::size_t width);
/// Number: float, or std::uint32_t for bf16. `probs`, where it has rows, receives the softmax.
template <class Number>
void attend(const PackedHead<Number>& head, ConstMatrixView query, MatrixView out, MatrixView probs, float* room);

/// One query of one head, whose columns begin at `begin`; room for the head's width and a float for each token.
void attend_scattered(const ScatteredTokens& seen, std::size_t begin, std::span<const float> query,
                      std::span<float> out, float* room);

}  // namespace rapport::nn::avx2
