#pragma once

#include <cstddef>
#include <optional>

#include "nn/ops/attention.h"

namespace rapport::nn::avx2 {

/// Floats of room that one head needs.
std::size_t attention_room(std::size_t queries, std::size_t keys, std::size_t head_width);

/// Attention of one head; the views hold its columns alone. For CPUs with AVX2, FMA and F16C.
void attention_head(const AttentionInputs& head, MatrixView out, std::optional<std::size_t> causal_offset, float* room);

}  // namespace rapport::nn::avx2
