#pragma once

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/rng.h"
#include "nn/onednn/linear.h"

namespace rapport::bench {

/// What a linear layer's time is divided by: 2 x multiplications, in 10^9 a second.
inline double gops(std::size_t rows, std::size_t in, std::size_t out, double seconds) {
  return 2e-9 * static_cast<double>(rows) * static_cast<double>(in) * static_cast<double>(out) / seconds;
}

/// The best of `runs` runs, in seconds: other work on the machine only ever makes a run slower.
template <class Body>
double best_seconds(int runs, Body body) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int run = 0; run < runs; ++run) {
    const auto start = Clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

inline nn::Matrix random_matrix(std::size_t rows, std::size_t cols) {
  Rng rng(rows * 31 + cols);
  nn::Matrix m(rows, cols);
  for (std::size_t i = 0; i < rows * cols; ++i) m.data()[i] = static_cast<float>(rng.uniform(-1, 1));
  return m;
}

/// The machine's ceiling: the best rate, in 10^9 operations a second, at which any backend that this CPU can run
/// multiplies large matrices (128 and 512 rows by 768x768) in `precision` with `threads` threads. Most runs are short
/// (under 2 ms), so that the best is a true one on a busy machine too. Takes about half a second.
inline double gemm_ceiling_gops(nn::Precision precision, int threads) {
  using nn::LinearBackend;
  const int before = omp_get_max_threads();
  omp_set_num_threads(threads);
  double best = 0;
  for (const LinearBackend backend : {LinearBackend::kAvx2, LinearBackend::kOneDnn}) {
    if (!nn::can_run(backend, precision)) continue;
    const nn::Linear layer(random_matrix(768, 768), {}, precision, backend);
    nn::LinearScratch scratch;
    for (const std::size_t rows : {128, 512}) {
      const nn::Matrix x = random_matrix(rows, 768);
      nn::Matrix y(rows, 768);
      const double seconds = best_seconds(rows == 128 ? 100 : 12, [&] { layer.apply(x, y, scratch); });
      best = std::max(best, gops(rows, 768, 768, seconds));
    }
  }
  omp_set_num_threads(before);
  return best;
}

}  // namespace rapport::bench
