#pragma once

// exp, erf and tanh of eight floats at once. Included by sources of kernels only; each caller carries RAPPORT_AVX2 too.

#include <immintrin.h>

#include <limits>

/// Compiles a function for CPUs with AVX2, FMA and F16C, whatever the rest is compiled for. Call it only on these.
#define RAPPORT_AVX2 __attribute__((target("avx2,fma,f16c")))
/// The same, for the small pieces that kernels are made of.
#define RAPPORT_AVX2_INLINE __attribute__((target("avx2,fma,f16c"), always_inline)) inline

namespace rapport::nn {

/// Relative error under 3e-7 where the result is a normal number; 0 below -87.33; +inf above 88.72; NaN stays NaN.
/// 2^n e^r with |r| <= ln(2)/2, e^r by Taylor's polynomial of degree 7; 2^n in two halves, so that n = 128 works.
RAPPORT_AVX2_INLINE __m256 exp8(__m256 x) {
  const __m256 n =
      _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504F)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375F), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4F), r);
  __m256 p = _mm256_set1_ps(1.F / 5040);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F / 720));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F / 120));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F / 24));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F / 6));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F));
  const __m256i exponent = _mm256_cvtps_epi32(n);
  const __m256i half = _mm256_srai_epi32(exponent, 1);
  const __m256i bias = _mm256_set1_epi32(127);
  const __m256 low = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(half, bias), 23));
  const __m256 high =
      _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_sub_epi32(exponent, half), bias), 23));
  p = _mm256_mul_ps(_mm256_mul_ps(p, low), high);
  const __m256 small = _mm256_cmp_ps(x, _mm256_set1_ps(-87.33F), _CMP_LT_OQ);
  const __m256 large = _mm256_cmp_ps(x, _mm256_set1_ps(88.72F), _CMP_GT_OQ);
  p = _mm256_andnot_ps(small, p);
  return _mm256_blendv_ps(p, _mm256_set1_ps(std::numeric_limits<float>::infinity()), large);
}

/// exp8 for x <= 0 (softmax, erf): the same without the cases that then cannot be.
RAPPORT_AVX2_INLINE __m256 exp8_of_negative(__m256 x) {
  const __m256 clamped = _mm256_max_ps(_mm256_set1_ps(-87.33F), x);  // NaN in x is the second operand: it stays
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(clamped, _mm256_set1_ps(1.44269504F)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375F), clamped);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4F), r);
  __m256 p = _mm256_set1_ps(1.F / 720);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F / 120));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F / 24));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F / 6));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.F));
  const __m256i power = _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
  return _mm256_mul_ps(p, _mm256_castsi256_ps(power));
}

/// x Phi(x), exact GELU. Absolute error under 4e-7 (1 + |x|); NaN stays NaN.
/// erfc(z) = e^(-z^2) (a1 t + .. + a5 t^5), t = 1 / (1 + p z): Abramowitz and Stegun 7.1.26, its error 1.5e-7.
RAPPORT_AVX2_INLINE __m256 gelu8(__m256 x) {
  const __m256 sign = _mm256_set1_ps(-0.F);
  const __m256 z = _mm256_mul_ps(_mm256_andnot_ps(sign, x), _mm256_set1_ps(0.70710678F));
  const __m256 one = _mm256_set1_ps(1.F);
  const __m256 t = _mm256_div_ps(one, _mm256_fmadd_ps(z, _mm256_set1_ps(0.3275911F), one));
  // Halves of the published coefficients: Phi(-|x|) = erfc(z) / 2.
  __m256 p = _mm256_set1_ps(0.5F * 1.061405429F);
  p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(0.5F * -1.453152027F));
  p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(0.5F * 1.421413741F));
  p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(0.5F * -0.284496736F));
  p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(0.5F * 0.254829592F));
  p = _mm256_mul_ps(p, t);
  const __m256 tail = _mm256_mul_ps(p, exp8_of_negative(_mm256_xor_ps(sign, _mm256_mul_ps(z, z))));
  const __m256 phi = _mm256_blendv_ps(_mm256_sub_ps(one, tail), tail, x);
  return _mm256_mul_ps(x, phi);
}

/// Absolute error under 3e-7; NaN stays NaN. 1 - 2 / (e^2|x| + 1), with the sign of x.
RAPPORT_AVX2_INLINE __m256 tanh8(__m256 x) {
  const __m256 sign = _mm256_set1_ps(-0.F);
  const __m256 one = _mm256_set1_ps(1.F);
  const __m256 twice = _mm256_mul_ps(_mm256_andnot_ps(sign, x), _mm256_set1_ps(-2.F));
  const __m256 e = exp8_of_negative(twice);
  const __m256 size = _mm256_div_ps(_mm256_sub_ps(one, e), _mm256_add_ps(one, e));
  return _mm256_or_ps(size, _mm256_and_ps(sign, x));
}

/// GELU's tanh approximation. Absolute error under 4e-7 (1 + |x|); NaN stays NaN.
RAPPORT_AVX2_INLINE __m256 gelu_tanh8(__m256 x) {
  const __m256 cubic = _mm256_fmadd_ps(_mm256_mul_ps(x, x), _mm256_set1_ps(0.044715F), _mm256_set1_ps(1.F));
  const __m256 inner = _mm256_mul_ps(_mm256_mul_ps(x, cubic), _mm256_set1_ps(0.7978845608F));
  // (1 + tanh(u)) / 2 = 1 / (1 + e^-2u), from the side where the power is at most 1.
  const __m256 sign = _mm256_set1_ps(-0.F);
  const __m256 one = _mm256_set1_ps(1.F);
  const __m256 e = exp8_of_negative(_mm256_mul_ps(_mm256_andnot_ps(sign, inner), _mm256_set1_ps(-2.F)));
  const __m256 share = _mm256_div_ps(_mm256_blendv_ps(one, e, inner), _mm256_add_ps(one, e));
  return _mm256_mul_ps(x, share);
}

/// x / (1 + e^-x). Absolute error under 4e-7 (1 + |x|); NaN stays NaN.
RAPPORT_AVX2_INLINE __m256 silu8(__m256 x) {
  const __m256 one = _mm256_set1_ps(1.F);
  const __m256 e = exp8_of_negative(_mm256_or_ps(_mm256_set1_ps(-0.F), x));
  return _mm256_mul_ps(x, _mm256_div_ps(_mm256_blendv_ps(one, e, x), _mm256_add_ps(one, e)));
}

/// The sum of eight, always in the same order.
RAPPORT_AVX2_INLINE float sum8(__m256 v) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

/// The largest of eight that are not NaN.
RAPPORT_AVX2_INLINE float max8(__m256 v) {
  const __m128 four = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}

}  // namespace rapport::nn
