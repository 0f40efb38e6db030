#include "nn/ops/elementwise_avx2.h"

#include <algorithm>
#include <cmath>

#include "nn/avx2_math.h"

namespace rapport::nn::avx2 {
namespace {

RAPPORT_AVX2_INLINE __m256 value_of(Function function, __m256 x) {
  switch (function) {
    case Function::kRelu:
      return _mm256_max_ps(_mm256_setzero_ps(), x);  // NaN is the second operand: it stays
    case Function::kGelu:
      return gelu8(x);
    case Function::kGeluTanh:
      return gelu_tanh8(x);
    case Function::kTanh:
      return tanh8(x);
  }
  return x;
}

/// Eight lanes of which the first `count` are set.
RAPPORT_AVX2_INLINE __m256i first_lanes(std::size_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

template <Function kFunction>
RAPPORT_AVX2 void apply_to(float* row, std::size_t count) {
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) _mm256_storeu_ps(row + k, value_of(kFunction, _mm256_loadu_ps(row + k)));
  if (k < count) {
    const __m256i lanes = first_lanes(count - k);
    _mm256_maskstore_ps(row + k, lanes, value_of(kFunction, _mm256_maskload_ps(row + k, lanes)));
  }
}

RAPPORT_AVX2 float largest_of(const float* row, std::size_t count) {
  __m256 largest = _mm256_set1_ps(-std::numeric_limits<float>::infinity());
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) largest = _mm256_max_ps(largest, _mm256_loadu_ps(row + k));
  float result = max8(largest);
  for (; k < count; ++k) result = std::max(result, row[k]);
  return result;
}

RAPPORT_AVX2 bool has_nan(const float* row, std::size_t count) {
  return std::any_of(row, row + count, [](float v) { return std::isnan(v); });
}

}  // namespace

void apply(Function function, float* row, std::size_t count) {
  switch (function) {
    case Function::kRelu:
      return apply_to<Function::kRelu>(row, count);
    case Function::kGelu:
      return apply_to<Function::kGelu>(row, count);
    case Function::kGeluTanh:
      return apply_to<Function::kGeluTanh>(row, count);
    case Function::kTanh:
      return apply_to<Function::kTanh>(row, count);
  }
}

RAPPORT_AVX2 float exponentials(float* row, std::size_t count) {
  const __m256 largest = _mm256_set1_ps(largest_of(row, count));
  __m256 total = _mm256_setzero_ps();
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) {
    const __m256 e = exp8_of_negative(_mm256_sub_ps(_mm256_loadu_ps(row + k), largest));
    _mm256_storeu_ps(row + k, e);
    total = _mm256_add_ps(total, e);
  }
  if (k < count) {
    const __m256i lanes = first_lanes(count - k);
    const __m256 e = exp8_of_negative(_mm256_sub_ps(_mm256_maskload_ps(row + k, lanes), largest));
    _mm256_maskstore_ps(row + k, lanes, e);
    total = _mm256_add_ps(total, _mm256_and_ps(e, _mm256_castsi256_ps(lanes)));
  }
  return sum8(total);
}

// Sums of a vocabulary's length are made in pieces, each to double: a float's sum of 60,000 terms would be off by more
// than the logits are.
RAPPORT_AVX2 float log_sum_exp(const float* row, std::size_t count) {
  constexpr std::size_t kPiece = 1024;
  const float largest = largest_of(row, count);
  if (largest == -std::numeric_limits<float>::infinity() && !has_nan(row, count)) return largest;
  const __m256 largest8 = _mm256_set1_ps(largest);
  double total = 0;
  for (std::size_t begin = 0; begin < count; begin += kPiece) {
    const std::size_t end = std::min(count, begin + kPiece);
    __m256 sums = _mm256_setzero_ps();
    std::size_t k = begin;
    for (; k + 8 <= end; k += 8) {
      sums = _mm256_add_ps(sums, exp8_of_negative(_mm256_sub_ps(_mm256_loadu_ps(row + k), largest8)));
    }
    if (k < end) {
      const __m256i lanes = first_lanes(end - k);
      const __m256 e = exp8_of_negative(_mm256_sub_ps(_mm256_maskload_ps(row + k, lanes), largest8));
      sums = _mm256_add_ps(sums, _mm256_and_ps(e, _mm256_castsi256_ps(lanes)));
    }
    total += static_cast<double>(sum8(sums));
  }
  return largest + static_cast<float>(std::log(total));
}

RAPPORT_AVX2 std::size_t first_above(const float* row, std::size_t count, float bound) {
  const __m256 bound8 = _mm256_set1_ps(bound);
  std::size_t k = 0;
  for (; k + 32 <= count; k += 32) {
    const __m256 low = _mm256_max_ps(_mm256_loadu_ps(row + k), _mm256_loadu_ps(row + k + 8));
    const __m256 high = _mm256_max_ps(_mm256_loadu_ps(row + k + 16), _mm256_loadu_ps(row + k + 24));
    if (_mm256_movemask_ps(_mm256_cmp_ps(_mm256_max_ps(low, high), bound8, _CMP_GT_OQ)) != 0) break;
  }
  while (k < count && !(row[k] > bound)) ++k;
  return k;
}

RAPPORT_AVX2 void multiply_by(float* row, std::size_t count, float factor) {
  std::size_t k = 0;
  const __m256 factor8 = _mm256_set1_ps(factor);
  for (; k + 8 <= count; k += 8) _mm256_storeu_ps(row + k, _mm256_mul_ps(_mm256_loadu_ps(row + k), factor8));
  for (; k < count; ++k) row[k] *= factor;
}

RAPPORT_AVX2 void layer_norm_row(const float* row, std::size_t count, const Affine& affine, float* out) {
  const std::size_t whole = count / 8 * 8;
  __m256 sums = _mm256_setzero_ps();
  for (std::size_t k = 0; k < whole; k += 8) sums = _mm256_add_ps(sums, _mm256_loadu_ps(row + k));
  float total = sum8(sums);
  for (std::size_t k = whole; k < count; ++k) total += row[k];
  const float mean = total / static_cast<float>(count);

  const __m256 mean8 = _mm256_set1_ps(mean);
  sums = _mm256_setzero_ps();
  for (std::size_t k = 0; k < whole; k += 8) {
    const __m256 distance = _mm256_sub_ps(_mm256_loadu_ps(row + k), mean8);
    sums = _mm256_fmadd_ps(distance, distance, sums);
  }
  total = sum8(sums);
  for (std::size_t k = whole; k < count; ++k) total += (row[k] - mean) * (row[k] - mean);
  const float scale = 1.F / std::sqrt(total / static_cast<float>(count) + affine.eps);

  const __m256 scale8 = _mm256_set1_ps(scale);
  for (std::size_t k = 0; k < whole; k += 8) {
    const __m256 normal = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(row + k), mean8), scale8);
    _mm256_storeu_ps(out + k,
                     _mm256_fmadd_ps(normal, _mm256_loadu_ps(affine.gamma + k), _mm256_loadu_ps(affine.beta + k)));
  }
  for (std::size_t k = whole; k < count; ++k) out[k] = (row[k] - mean) * scale * affine.gamma[k] + affine.beta[k];
}

}  // namespace rapport::nn::avx2
