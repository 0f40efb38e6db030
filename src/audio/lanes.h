#pragma once

// Eight floats side by side, in the compiler's own vectors: the code is compiled for AVX2 and for any CPU, and the
// caller chooses at run time. Without FMA in either, both give the same bits. Included by sources of kernels only.

#include <cstddef>
#include <cstdint>

#define RAPPORT_LANES_INLINE __attribute__((always_inline)) inline

namespace rapport::audio {

inline constexpr std::size_t kLanes = 8;
using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
using IntVector = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));

inline bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}

/// log10 in place, of positive normal numbers; absolute error under 4e-7 on -10 .. 10.
///
/// Source    Cephes, logf: x = 2^e (1 + r) with |r| < 0.42, a polynomial of degree 9 in r.
RAPPORT_LANES_INLINE void log10_of(Vector& x) {
  constexpr std::int32_t kMantissa = 0x007FFFFF;
  constexpr std::int32_t kHalfExponent = 0x3F000000;
  const IntVector bits = (IntVector)x;
  const IntVector mantissa_bits = (bits & kMantissa) | kHalfExponent;
  const Vector mantissa = (Vector)mantissa_bits;
  const IntVector small = mantissa < 0.70710678F;  // all ones where true
  const Vector exponent = __builtin_convertvector(((bits >> 23) & 0xFF) - 126 + small, Vector);
  const IntVector extra_bits = (IntVector)mantissa & small;
  const Vector r = mantissa + (Vector)extra_bits - 1.0F;
  const Vector r2 = r * r;
  Vector p = 7.0376836292E-2F * r - 1.1514610310E-1F;
  p = p * r + 1.1676998740E-1F;
  p = p * r - 1.2420140846E-1F;
  p = p * r + 1.4249322787E-1F;
  p = p * r - 1.6668057665E-1F;
  p = p * r + 2.0000714765E-1F;
  p = p * r - 2.4999993993E-1F;
  p = p * r + 3.3333331174E-1F;
  const Vector log_of_mantissa = p * r * r2 - 0.5F * r2 + r;
  x = 0.43429448F * log_of_mantissa + 0.30103000F * exponent;
}

}  // namespace rapport::audio
