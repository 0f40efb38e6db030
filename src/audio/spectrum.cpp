// A Fourier transform of 400 points, for sixteen windows at once.
//
// Idea        Two real windows are one complex signal a + ib, whose transform gives both: A[k] = (Z[k] + conj Z[400-k])
// / 2,
//             B[k] = (Z[k] - conj Z[400-k]) / 2i. Neighbours are paired, so that a loud window does not drown a silent
//             one in its rounding. Eight pairs lie side by side: every step of the transform works on vectors of eight.
// Transform   Stockham's self-sorting algorithm with radices 4, 4, 5, 5: each step reads one buffer and writes the
// other,
//             no bit reversal. After a step of radix R there are R times as many transforms, interleaved, of a R-th of
//             the length.
// Source      C. Van Loan, Computational Frameworks for the Fast Fourier Transform, 1992.
#include "audio/spectrum.h"

#include <array>
#include <cmath>
#include <numbers>

#include "audio/lanes.h"

namespace rapport::audio {
namespace {

static_assert(kSpectrumBatch == 2 * kLanes);

struct Complex {
  Vector re;
  Vector im;
};
using Signal = std::array<Complex, kWindowSamples>;

struct Tables {
  std::array<float, kWindowSamples> hann;
  std::array<float, kWindowSamples> cosine;  ///< of 2 pi n / 400
  std::array<float, kWindowSamples> sine;

  Tables() {
    for (std::size_t n = 0; n < kWindowSamples; ++n) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(n) / kWindowSamples;
      hann[n] = static_cast<float>(0.5 - 0.5 * std::cos(angle));
      cosine[n] = static_cast<float>(std::cos(angle));
      sine[n] = static_cast<float>(std::sin(angle));
    }
  }
};

RAPPORT_LANES_INLINE void butterfly(std::array<Complex, 4>& x) {
  const Complex sum02 = {x[0].re + x[2].re, x[0].im + x[2].im};
  const Complex dif02 = {x[0].re - x[2].re, x[0].im - x[2].im};
  const Complex sum13 = {x[1].re + x[3].re, x[1].im + x[3].im};
  const Complex dif13 = {x[1].re - x[3].re, x[1].im - x[3].im};
  x[0] = {sum02.re + sum13.re, sum02.im + sum13.im};
  x[1] = {dif02.re + dif13.im, dif02.im - dif13.re};
  x[2] = {sum02.re - sum13.re, sum02.im - sum13.im};
  x[3] = {dif02.re - dif13.im, dif02.im + dif13.re};
}

RAPPORT_LANES_INLINE void butterfly(std::array<Complex, 5>& x) {
  constexpr float c1 = 0.30901699437494745F;   // cos(2 pi / 5)
  constexpr float c2 = -0.80901699437494745F;  // cos(4 pi / 5)
  constexpr float s1 = 0.95105651629515353F;   // sin(2 pi / 5)
  constexpr float s2 = 0.58778525229247314F;   // sin(4 pi / 5)
  const Complex sum14 = {x[1].re + x[4].re, x[1].im + x[4].im};
  const Complex dif14 = {x[1].re - x[4].re, x[1].im - x[4].im};
  const Complex sum23 = {x[2].re + x[3].re, x[2].im + x[3].im};
  const Complex dif23 = {x[2].re - x[3].re, x[2].im - x[3].im};
  const Complex even1 = {x[0].re + c1 * sum14.re + c2 * sum23.re, x[0].im + c1 * sum14.im + c2 * sum23.im};
  const Complex even2 = {x[0].re + c2 * sum14.re + c1 * sum23.re, x[0].im + c2 * sum14.im + c1 * sum23.im};
  const Complex odd1 = {s1 * dif14.re + s2 * dif23.re, s1 * dif14.im + s2 * dif23.im};
  const Complex odd2 = {s2 * dif14.re - s1 * dif23.re, s2 * dif14.im - s1 * dif23.im};
  x[0] = {x[0].re + sum14.re + sum23.re, x[0].im + sum14.im + sum23.im};
  x[1] = {even1.re + odd1.im, even1.im - odd1.re};
  x[2] = {even2.re + odd2.im, even2.im - odd2.re};
  x[3] = {even2.re - odd2.im, even2.im + odd2.re};
  x[4] = {even1.re - odd1.im, even1.im + odd1.re};
}

/// One step of radix R on `parts` interleaved transforms of 400 / parts points each.
template <std::size_t R>
RAPPORT_LANES_INLINE void step(const Tables& tables, const Signal& in, Signal& out, std::size_t parts) {
  const std::size_t length = kWindowSamples / parts / R;  // of each transform after this step
  std::array<Complex, R> x;
  for (std::size_t p = 0; p < length; ++p) {
    for (std::size_t q = 0; q < parts; ++q) {
      for (std::size_t r = 0; r < R; ++r) x[r] = in[q + parts * (p + length * r)];
      butterfly(x);
      out[q + parts * R * p] = x[0];
      for (std::size_t r = 1; r < R; ++r) {
        const float c = tables.cosine[p * r * parts];
        const float s = tables.sine[p * r * parts];
        out[q + parts * (R * p + r)] = {x[r].re * c + x[r].im * s, x[r].im * c - x[r].re * s};
      }
    }
  }
}

RAPPORT_LANES_INLINE void load(const Tables& tables, const float* samples, Signal& signal) {
  for (std::size_t n = 0; n < kWindowSamples; ++n) {
    for (std::size_t l = 0; l < kLanes; ++l) {
      signal[n].re[l] = samples[2 * l * kHopSamples + n];
      signal[n].im[l] = samples[(2 * l + 1) * kHopSamples + n];
    }
    signal[n].re *= tables.hann[n];
    signal[n].im *= tables.hann[n];
  }
}

RAPPORT_LANES_INLINE void store_power(const Signal& signal, float* power) {
  for (std::size_t k = 0; k < kSpectrumBins; ++k) {
    const Complex& z = signal[k];
    const Complex& mirror = signal[(kWindowSamples - k) % kWindowSamples];
    const Complex first = {z.re + mirror.re, z.im - mirror.im};
    const Complex second = {z.im + mirror.im, mirror.re - z.re};
    const Vector first_power = 0.25F * (first.re * first.re + first.im * first.im);
    const Vector second_power = 0.25F * (second.re * second.re + second.im * second.im);
    for (std::size_t l = 0; l < kLanes; ++l) {
      power[k * kSpectrumBatch + 2 * l] = first_power[l];
      power[k * kSpectrumBatch + 2 * l + 1] = second_power[l];
    }
  }
}

RAPPORT_LANES_INLINE void transform(const float* samples, float* power) {
  static const Tables tables;
  Signal a;
  Signal b;
  load(tables, samples, a);
  step<4>(tables, a, b, 1);
  step<4>(tables, b, a, 4);
  step<5>(tables, a, b, 16);
  step<5>(tables, b, a, 80);
  store_power(a, power);
}

__attribute__((target("avx2"))) void transform_avx2(const float* samples, float* power) {
  transform(samples, power);
}
void transform_any_cpu(const float* samples, float* power) {
  transform(samples, power);
}

}  // namespace

void power_spectra(std::span<const float, kSpectrumSpan> samples, std::span<float> power) {
  (has_avx2() ? transform_avx2 : transform_any_cpu)(samples.data(), power.data());
}

}  // namespace rapport::audio
