#pragma once

#include <span>

#include "nn/tensor.h"

namespace rapport::nn {

// Element by element, or row by row, in place. Relative errors against exact arithmetic stay under 1e-6 of the larger
// of the result and the input (tests hold that). NaN stays NaN.
// Threads: pure; they run on the calling thread, but for layer_norm, which from outside of parallel regions shares out
// the rows where that is worth it.

void relu(MatrixView x);
void gelu(MatrixView x);       ///< exact: x Phi(x)
void gelu_tanh(MatrixView x);  ///< the tanh approximation
void tanh(MatrixView x);
void softmax(MatrixView x);      ///< over each row; -inf gives 0; a row of -inf alone, or with NaN or +inf, gives NaN
void log_softmax(MatrixView x);  ///< the same, its logarithm

/// y += x.
void add(ConstMatrixView x, MatrixView y);

/// (x - mean) / sqrt(variance + eps) * gamma + beta over each row (the variance divides by D, not D - 1).
///
/// Shapes    x, out [T, D]; gamma, beta [D].
/// Aliasing  out may be x.
void layer_norm(ConstMatrixView x, std::span<const float> gamma, std::span<const float> beta, float eps,
                MatrixView out);

}  // namespace rapport::nn
