#include "nn/onednn/avx2_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "nn/avx2_math.h"
#include "nn/onednn/bfloat16.h"

// The loops over a tile's rows and halves must be unrolled for its sums to live in registers.
#define RAPPORT_UNROLL _Pragma("GCC unroll 6")

namespace rapport::nn::avx2 {
namespace {

struct Halves {
  __m256 low, high;
};
RAPPORT_AVX2_INLINE Halves load16(const float* p) {
  return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)};
}
RAPPORT_AVX2_INLINE Halves load16(const std::uint32_t* p) {
  const __m256i both = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  return {_mm256_castsi256_ps(_mm256_slli_epi32(both, 16)),
          _mm256_castsi256_ps(_mm256_and_si256(both, _mm256_set1_epi32(static_cast<int>(0xffff0000U))))};
}

template <std::size_t kRows, class Number>
RAPPORT_AVX2 void multiply(Rows x, Panel<Number> panel, float* sums, std::size_t stride) {
  __m256 low[kRows];
  __m256 high[kRows];
  RAPPORT_UNROLL for (std::size_t i = 0; i < kRows; ++i) low[i] = high[i] = _mm256_setzero_ps();
  const Number* w = panel.values;
  for (std::size_t k = 0; k < panel.k; ++k, w += panel.stride) {
    const Halves weights = load16(w);
    RAPPORT_UNROLL for (std::size_t i = 0; i < kRows; ++i) {
      const __m256 value = _mm256_broadcast_ss(x.values + i * x.stride + k);
      low[i] = _mm256_fmadd_ps(value, weights.low, low[i]);
      high[i] = _mm256_fmadd_ps(value, weights.high, high[i]);
    }
  }
  RAPPORT_UNROLL for (std::size_t i = 0; i < kRows; ++i) {
    _mm256_storeu_ps(sums + i * stride, low[i]);
    _mm256_storeu_ps(sums + i * stride + 8, high[i]);
  }
}

template <class Number>
void multiply_any(Rows x, Panel<Number> panel, float* sums, std::size_t stride) {
  switch (x.count) {
    case 1:
      return multiply<1>(x, panel, sums, stride);
    case 2:
      return multiply<2>(x, panel, sums, stride);
    case 3:
      return multiply<3>(x, panel, sums, stride);
    case 4:
      return multiply<4>(x, panel, sums, stride);
    case 5:
      return multiply<5>(x, panel, sums, stride);
    default:
      return multiply<6>(x, panel, sums, stride);
  }
}

/// sums += the products of four codes and weights in each of eight lanes.
RAPPORT_AVX2_INLINE __m256i add_products(__m256i sums, __m256i codes, __m256i weights) {
  const __m256i pairs = _mm256_maddubs_epi16(codes, weights);
  return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

template <std::size_t kRows>
RAPPORT_AVX2 void multiply_int8(CodeRows x, const std::int8_t* panel, std::size_t groups, std::int32_t* sums) {
  __m256i low[kRows];
  __m256i high[kRows];
  RAPPORT_UNROLL for (std::size_t i = 0; i < kRows; ++i) low[i] = high[i] = _mm256_setzero_si256();
  for (std::size_t g = 0; g < groups; ++g) {
    const __m256i w_low = _mm256_load_si256(reinterpret_cast<const __m256i*>(panel + g * 64));
    const __m256i w_high = _mm256_load_si256(reinterpret_cast<const __m256i*>(panel + g * 64 + 32));
    RAPPORT_UNROLL for (std::size_t i = 0; i < kRows; ++i) {
      std::int32_t four;
      std::memcpy(&four, x.codes + i * x.stride + g * 4, sizeof(four));
      const __m256i codes = _mm256_set1_epi32(four);
      low[i] = add_products(low[i], codes, w_low);
      high[i] = add_products(high[i], codes, w_high);
    }
  }
  RAPPORT_UNROLL for (std::size_t i = 0; i < kRows; ++i) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + i * kPanel), low[i]);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums + i * kPanel + 8), high[i]);
  }
}

RAPPORT_AVX2_INLINE __m256 activated8(__m256 x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return _mm256_max_ps(_mm256_setzero_ps(), x);  // NaN is the second operand: it stays
    case Activation::kGelu:
      return gelu8(x);
    case Activation::kGeluTanh:
      return gelu_tanh8(x);
    case Activation::kSilu:
      return silu8(x);
  }
  return x;
}

/// One row's 16 results to y.
RAPPORT_AVX2_INLINE void store_row(Halves sums, float* y, std::size_t cols, LinearOptions options) {
  __m256 low = activated8(sums.low, options.activation);
  __m256 high = activated8(sums.high, options.activation);
  if (cols == kPanel) {
    if (options.add_to_output) {
      low = _mm256_add_ps(low, _mm256_loadu_ps(y));
      high = _mm256_add_ps(high, _mm256_loadu_ps(y + 8));
    }
    _mm256_storeu_ps(y, low);
    _mm256_storeu_ps(y + 8, high);
    return;
  }
  float values[kPanel];
  _mm256_storeu_ps(values, low);
  _mm256_storeu_ps(values + 8, high);
  for (std::size_t c = 0; c < cols; ++c) y[c] = options.add_to_output ? y[c] + values[c] : values[c];
}

RAPPORT_AVX2_INLINE __m256i load_s32(const std::int32_t* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}

/// The smallest and largest of a row and 0; `finite` is false when one is infinite or NaN.
struct Range {
  float low, high;
  bool finite;
};
RAPPORT_AVX2 Range range_of(const float* x, std::size_t count) {
  const __m256 absolute = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff));
  const __m256 infinity = _mm256_set1_ps(std::numeric_limits<float>::infinity());
  __m256 low = _mm256_setzero_ps();
  __m256 high = _mm256_setzero_ps();
  __m256 finite = _mm256_cmp_ps(low, infinity, _CMP_LT_OQ);
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) {
    const __m256 v = _mm256_loadu_ps(x + k);
    low = _mm256_min_ps(low, v);
    high = _mm256_max_ps(high, v);
    finite = _mm256_and_ps(finite, _mm256_cmp_ps(_mm256_and_ps(v, absolute), infinity, _CMP_LT_OQ));
  }
  Range range{-max8(_mm256_sub_ps(_mm256_setzero_ps(), low)), max8(high), _mm256_movemask_ps(finite) == 0xff};
  for (; k < count; ++k) {
    range.low = std::min(range.low, x[k]);
    range.high = std::max(range.high, x[k]);
    range.finite = range.finite && std::isfinite(x[k]);
  }
  return range;
}

}  // namespace

void multiply_tile(Rows x, Panel<float> panel, float* sums, std::size_t stride) {
  multiply_any(x, panel, sums, stride);
}
void multiply_tile(Rows x, Panel<std::uint32_t> panel, float* sums, std::size_t stride) {
  multiply_any(x, panel, sums, stride);
}

void multiply_int8_tile(CodeRows x, const std::int8_t* panel, std::size_t groups, std::int32_t* sums) {
  switch (x.count) {
    case 1:
      return multiply_int8<1>(x, panel, groups, sums);
    case 2:
      return multiply_int8<2>(x, panel, groups, sums);
    case 3:
      return multiply_int8<3>(x, panel, groups, sums);
    default:
      return multiply_int8<4>(x, panel, groups, sums);
  }
}

RAPPORT_AVX2 RowCode quantize_row(const float* x, std::size_t count, std::uint8_t* codes) {
  const Range range = range_of(x, count);
  const float width = range.high / 255 - range.low / 255;  // the difference itself may be infinite
  if (!range.finite || width < 1e-36F) {
    std::memset(codes, 0, count);
    return {range.finite ? 0.F : std::numeric_limits<float>::quiet_NaN(), 0};
  }
  const float inverse = 1.F / width;
  const auto zero = static_cast<std::int32_t>(std::lrint(-range.low * inverse));
  const __m256 inverse8 = _mm256_set1_ps(inverse);
  const __m256i zero8 = _mm256_set1_epi32(zero);
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  std::size_t k = 0;
  for (; k + 32 <= count; k += 32) {
    __m256i v[4];
    RAPPORT_UNROLL for (std::size_t j = 0; j < 4; ++j) {
      const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(x + k + 8 * j), inverse8);
      v[j] = _mm256_add_epi32(_mm256_cvtps_epi32(scaled), zero8);
    }
    const __m256i bytes =
        _mm256_packus_epi16(_mm256_packs_epi32(v[0], v[1]), _mm256_packs_epi32(v[2], v[3]));  // saturate to 0..255
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes + k), _mm256_permutevar8x32_epi32(bytes, order));
  }
  for (; k < count; ++k) {
    codes[k] = static_cast<std::uint8_t>(std::clamp<long>(std::lrint(x[k] * inverse) + zero, 0, 255));
  }
  return {width, zero};
}

RAPPORT_AVX2 void round_row_to_bf16(const float* x, std::size_t count, float* out) {
  const __m256i half = _mm256_set1_epi32(0x7fff);
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) {
    const __m256 value = _mm256_loadu_ps(x + k);
    const __m256i bits = _mm256_castps_si256(value);
    const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    const __m256i rounded = _mm256_and_si256(_mm256_add_epi32(bits, _mm256_add_epi32(half, odd)),
                                             _mm256_set1_epi32(static_cast<int>(0xffff0000U)));
    const __m256 nan = _mm256_cmp_ps(value, value, _CMP_UNORD_Q);
    _mm256_storeu_ps(out + k, _mm256_blendv_ps(_mm256_castsi256_ps(rounded), value, nan));
  }
  for (; k < count; ++k) out[k] = from_bf16(to_bf16(x[k]));
}

RAPPORT_AVX2 void finish_tile(const float* sums, const float* bias, const TileOutput& out) {
  const Halves b = load16(bias);
  for (std::size_t i = 0; i < out.rows; ++i) {
    const Halves s = load16(sums + i * kPanel);
    store_row({_mm256_add_ps(s.low, b.low), _mm256_add_ps(s.high, b.high)}, out.y + i * out.stride, out.cols,
              out.options);
  }
}

RAPPORT_AVX2 void finish_int8_tile(const std::int32_t* sums, const Int8Scales& scales, const TileOutput& out) {
  const Halves bias = load16(scales.bias);
  const Halves steps = load16(scales.steps);
  const __m256i sums_low = load_s32(scales.weight_sums);
  const __m256i sums_high = load_s32(scales.weight_sums + 8);
  for (std::size_t i = 0; i < out.rows; ++i) {
    const __m256 step = _mm256_set1_ps(scales.rows[i].step);
    const __m256i zero = _mm256_set1_epi32(scales.rows[i].zero);
    const __m256i low = _mm256_sub_epi32(load_s32(sums + i * kPanel), _mm256_mullo_epi32(zero, sums_low));
    const __m256i high = _mm256_sub_epi32(load_s32(sums + i * kPanel + 8), _mm256_mullo_epi32(zero, sums_high));
    store_row({_mm256_fmadd_ps(_mm256_cvtepi32_ps(low), _mm256_mul_ps(step, steps.low), bias.low),
               _mm256_fmadd_ps(_mm256_cvtepi32_ps(high), _mm256_mul_ps(step, steps.high), bias.high)},
              out.y + i * out.stride, out.cols, out.options);
  }
}

}  // namespace rapport::nn::avx2
