#pragma once

#include <cstddef>

// Rows of floats on CPUs with AVX2, FMA and F16C. Call nothing here on others.

namespace rapport::nn::avx2 {

enum class Function { kRelu, kGelu, kGeluTanh, kTanh };
void apply(Function function, float* row, std::size_t count);

/// row = e^(row - its largest); their sum. NaN when a value is NaN or +inf, or all are -inf.
float exponentials(float* row, std::size_t count);
/// log(sum of e^row), the row as it was. -inf when all are -inf; NaN when a value is NaN or +inf.
float log_sum_exp(const float* row, std::size_t count);
/// The first index whose value exceeds `bound`; `count` when there is none.
std::size_t first_above(const float* row, std::size_t count, float bound);
void multiply_by(float* row, std::size_t count, float factor);

struct Affine {
  const float* gamma;
  const float* beta;
  float eps;
};
void layer_norm_row(const float* row, std::size_t count, const Affine& affine, float* out);

}  // namespace rapport::nn::avx2
