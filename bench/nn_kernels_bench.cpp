// The engine's kernels: linear layers of RoBERTa-base's shapes in each precision and backend, and attention. `gops` is
// the best of the runs; `of_ceiling` its share of what the machine's best kernel reaches on large matrices in the same
// precision, measured in this run.

#include <benchmark/benchmark.h>
#include <omp.h>

#include <map>
#include <string>
#include <utility>

#include "gemm_ceiling.h"
#include "nn/onednn/linear.h"
#include "nn/ops/attention.h"

namespace {

using namespace rapport;

double ceiling(nn::Precision precision, int threads) {
  static std::map<std::pair<nn::Precision, int>, double> measured;
  double& value = measured[{precision, threads}];
  if (value == 0) value = bench::gemm_ceiling_gops(precision, threads);
  return value;
}

struct Shape {
  std::size_t rows, in, out;
};
struct How {
  nn::Precision precision;
  nn::LinearBackend backend;
  int threads;
};

void report(benchmark::State& state, double rate, double best) {
  state.counters["gops"] = rate;
  state.counters["ceiling"] = best;
  state.counters["of_ceiling"] = rate / best;
}

void linear(benchmark::State& state, Shape shape, How how) {
  const double best = ceiling(how.precision, how.threads);
  omp_set_num_threads(how.threads);
  const nn::Linear layer(bench::random_matrix(shape.out, shape.in), {}, how.precision, how.backend);
  const nn::Matrix x = bench::random_matrix(shape.rows, shape.in);
  nn::Matrix y(shape.rows, shape.out);
  nn::LinearScratch scratch;
  double seconds = 1e9;
  for (auto _ : state) {
    seconds = std::min(seconds, bench::best_seconds(1, [&] { layer.apply(x, y, scratch); }));
  }
  report(state, bench::gops(shape.rows, shape.in, shape.out, seconds), best);
}

void attention(benchmark::State& state, std::size_t rows, int threads) {
  const double best = ceiling(nn::Precision::kF32, threads);
  omp_set_num_threads(threads);
  const nn::Matrix fused = bench::random_matrix(rows, 3 * 768);
  const nn::ConstMatrixView all = fused;
  nn::Matrix out(rows, 768);
  nn::AttentionScratch scratch;
  double seconds = 1e9;
  for (auto _ : state) {
    seconds =
        std::min(seconds, bench::best_seconds(1, [&] {
                   nn::attention({all.cols_between(0, 768), all.cols_between(768, 1536), all.cols_between(1536, 2304)},
                                 out, {.heads = 12}, scratch);
                 }));
  }
  report(state, bench::gops(rows, rows, 2 * 768, seconds), best);
}

const bool registered = [] {
  using nn::LinearBackend;
  using nn::Precision;
  for (const int threads : {1, 2}) {
    for (const Precision precision : {Precision::kInt8, Precision::kBf16, Precision::kF32}) {
      for (const LinearBackend backend : {LinearBackend::kAvx2, LinearBackend::kOneDnn}) {
        if (!nn::can_run(backend, precision)) continue;
        for (const auto& [in, out] : {std::pair{768, 768}, std::pair{768, 3072}, std::pair{3072, 768}}) {
          for (const int rows : {1, 5, 20, 128, 512}) {
            const Shape shape{static_cast<std::size_t>(rows), static_cast<std::size_t>(in),
                              static_cast<std::size_t>(out)};
            const std::string name = "Linear/" + std::string(to_string(precision)) + "/" +
                                     std::string(to_string(backend)) + "/" + std::to_string(in) + "x" +
                                     std::to_string(out) + "/rows:" + std::to_string(rows) +
                                     "/threads:" + std::to_string(threads);
            benchmark::RegisterBenchmark(name.c_str(), [shape, how = How{precision, backend, threads}](
                                                           benchmark::State& state) {
              linear(state, shape, how);
            })->UseRealTime();
          }
        }
      }
    }
    for (const int rows : {20, 128, 512, 1500}) {
      const std::string name = "Attention/768x12/rows:" + std::to_string(rows) + "/threads:" + std::to_string(threads);
      benchmark::RegisterBenchmark(name.c_str(), [rows, threads](benchmark::State& state) {
        attention(state, static_cast<std::size_t>(rows), threads);
      })->UseRealTime();
    }
  }
  return true;
}();

}  // namespace
