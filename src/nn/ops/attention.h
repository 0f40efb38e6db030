#pragma once

#include <cstddef>
#include <optional>

#include "nn/tensor.h"

namespace rapport::nn {

/// Room that attention needs. Threads: one call at a time. Cost: grows to what the largest call needs and stays.
struct AttentionScratch {
  Scratch<float> values;
};

struct AttentionInputs {
  ConstMatrixView query;
  ConstMatrixView key;
  ConstMatrixView value;
};

struct AttentionOptions {
  std::size_t heads = 1;
  /// Decoders: the query's row t stands at position causal_offset + t and sees the keys 0 .. causal_offset + t only.
  /// Absent: every row sees every key.
  std::optional<std::size_t> causal_offset = std::nullopt;
};

/// softmax(query . key^T / sqrt(Dh)) . value, for one sequence, for H heads that stand side by side in the columns.
///
/// Shapes    query [T, H*Dh]; key, value [S, H*Dh]; out [T, H*Dh]; views of a fused projection [T, 3*H*Dh] or of a
///           decoder's cache as they are.
/// Requires  S >= 1 when T >= 1; widths that H divides; causal: causal_offset + T <= S.
/// Aliasing  out may be query; it overlaps no other input.
/// Threads   as Linear: from outside of parallel regions it shares out the heads where that is worth it.
/// Throws    Error kInvalid when the shapes do not fit.
/// Cost      O(T S H Dh); numerically stable (the row's largest score is taken off); a NaN in a row of query gives NaN
///           in that row, a NaN in key or value in every row that sees it.
/// Source    Vaswani et al. 2017, eq. 1.
void attention(const AttentionInputs& inputs, MatrixView out, AttentionOptions options, AttentionScratch& scratch);

}  // namespace rapport::nn
