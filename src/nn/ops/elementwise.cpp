#include "nn/ops/elementwise.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "nn/onednn/linear.h"
#include "nn/ops/elementwise_avx2.h"

namespace rapport::nn {
namespace {

/// Under so many numbers, waking a second thread costs more than it brings.
constexpr std::size_t kWorthThreads = 50'000;

bool has_avx2() {
  static const bool has = can_run(LinearBackend::kAvx2, Precision::kF32);
  return has;
}

template <class Portable>
void for_each(MatrixView x, avx2::Function function, Portable portable) {
  for (std::size_t t = 0; t < x.rows; ++t) {
    if (has_avx2()) {
      avx2::apply(function, x.row(t), x.cols);
    } else {
      for (std::size_t d = 0; d < x.cols; ++d) x.row(t)[d] = portable(x.row(t)[d]);
    }
  }
}

/// row = e^(row - its largest); their sum.
float portable_exponentials(float* row, std::size_t count) {
  const float largest = *std::max_element(row, row + count);
  float total = 0;
  for (std::size_t d = 0; d < count; ++d) total += row[d] = std::exp(row[d] - largest);
  return total;
}

void portable_layer_norm_row(const float* row, std::size_t count, const avx2::Affine& affine, float* out) {
  float mean = 0;
  for (std::size_t d = 0; d < count; ++d) mean += row[d];
  mean /= static_cast<float>(count);
  float variance = 0;
  for (std::size_t d = 0; d < count; ++d) variance += (row[d] - mean) * (row[d] - mean);
  const float scale = 1.F / std::sqrt(variance / static_cast<float>(count) + affine.eps);
  for (std::size_t d = 0; d < count; ++d) out[d] = (row[d] - mean) * scale * affine.gamma[d] + affine.beta[d];
}

}  // namespace

void relu(MatrixView x) {
  for_each(x, avx2::Function::kRelu, [](float v) { return v < 0 ? 0.F : v; });
}
void gelu(MatrixView x) {
  for_each(x, avx2::Function::kGelu, [](float v) { return 0.5F * v * (1 + std::erf(v * 0.70710678F)); });
}
void gelu_tanh(MatrixView x) {
  for_each(x, avx2::Function::kGeluTanh,
           [](float v) { return 0.5F * v * (1 + std::tanh(0.7978845608F * (v + 0.044715F * v * v * v))); });
}
void tanh(MatrixView x) {
  for_each(x, avx2::Function::kTanh, [](float v) { return std::tanh(v); });
}

void softmax(MatrixView x) {
  if (x.cols == 0) return;
  for (std::size_t t = 0; t < x.rows; ++t) {
    float* row = x.row(t);
    const float total = has_avx2() ? avx2::exponentials(row, x.cols) : portable_exponentials(row, x.cols);
    for (std::size_t d = 0; d < x.cols; ++d) row[d] /= total;
  }
}

// Vocabularies are long but this runs once for a row: plain loops, summed in double.
void log_softmax(MatrixView x) {
  if (x.cols == 0) return;
  for (std::size_t t = 0; t < x.rows; ++t) {
    float* row = x.row(t);
    const float largest = *std::max_element(row, row + x.cols);
    double total = 0;
    for (std::size_t d = 0; d < x.cols; ++d) total += std::exp(row[d] - largest);
    const auto log_total = static_cast<float>(std::log(total));
    for (std::size_t d = 0; d < x.cols; ++d) row[d] = (row[d] - largest) - log_total;
  }
}

void add(ConstMatrixView x, MatrixView y) {
  if (x.rows != y.rows || x.cols != y.cols) {
    throw Error(ErrorKind::kInvalid, "add_shape", "Two matrices of different shapes cannot be added.");
  }
  for (std::size_t t = 0; t < x.rows; ++t) {
    const float* from = x.row(t);
    float* to = y.row(t);
    for (std::size_t d = 0; d < x.cols; ++d) to[d] += from[d];
  }
}

void layer_norm(ConstMatrixView x, std::span<const float> gamma, std::span<const float> beta, float eps,
                MatrixView out) {
  if (gamma.size() != x.cols || beta.size() != x.cols || out.rows != x.rows || out.cols != x.cols) {
    throw Error(ErrorKind::kInvalid, "layer_norm_shape", "A layer norm was given matrices that do not fit it.");
  }
  if (x.cols == 0) return;
  const avx2::Affine affine{gamma.data(), beta.data(), eps};
#pragma omp parallel for schedule(static) if (omp_in_parallel() == 0 && x.rows * x.cols >= kWorthThreads)
  for (std::size_t t = 0; t < x.rows; ++t) {
    if (has_avx2()) {
      avx2::layer_norm_row(x.row(t), x.cols, affine, out.row(t));
    } else {
      portable_layer_norm_row(x.row(t), x.cols, affine, out.row(t));
    }
  }
}

}  // namespace rapport::nn
