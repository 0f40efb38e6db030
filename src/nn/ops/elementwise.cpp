#include "nn/ops/elementwise.h"

#include <algorithm>
#include <cmath>

namespace rapport::nn {
namespace {

template <class Function>
void for_each(MatrixView x, Function function) {
  for (std::size_t t = 0; t < x.rows; ++t) {
    for (std::size_t d = 0; d < x.cols; ++d) x.row(t)[d] = function(x.row(t)[d]);
  }
}

}  // namespace

void relu(MatrixView x) {
  for_each(x, [](float v) { return v < 0 ? 0.F : v; });
}
void gelu(MatrixView x) {
  for_each(x, [](float v) { return 0.5F * v * (1 + std::erf(v * 0.70710678F)); });
}
void gelu_tanh(MatrixView x) {
  for_each(x, [](float v) { return 0.5F * v * (1 + std::tanh(0.7978845608F * (v + 0.044715F * v * v * v))); });
}
void tanh(MatrixView x) {
  for_each(x, [](float v) { return std::tanh(v); });
}

void softmax(MatrixView x) {
  for (std::size_t t = 0; t < x.rows; ++t) {
    float* row = x.row(t);
    const float largest = *std::max_element(row, row + x.cols);
    float total = 0;
    for (std::size_t d = 0; d < x.cols; ++d) total += row[d] = std::exp(row[d] - largest);
    for (std::size_t d = 0; d < x.cols; ++d) row[d] /= total;
  }
}

void log_softmax(MatrixView x) {
  for (std::size_t t = 0; t < x.rows; ++t) {
    float* row = x.row(t);
    const float largest = *std::max_element(row, row + x.cols);
    float total = 0;
    for (std::size_t d = 0; d < x.cols; ++d) total += std::exp(row[d] - largest);
    const float log_total = std::log(total) + largest;
    for (std::size_t d = 0; d < x.cols; ++d) row[d] -= log_total;
  }
}

void add(ConstMatrixView x, MatrixView y) {
  for (std::size_t t = 0; t < x.rows; ++t) {
    for (std::size_t d = 0; d < x.cols; ++d) y.row(t)[d] += x.row(t)[d];
  }
}

void layer_norm(ConstMatrixView x, std::span<const float> gamma, std::span<const float> beta, float eps,
                MatrixView out) {
  for (std::size_t t = 0; t < x.rows; ++t) {
    const float* row = x.row(t);
    float mean = 0;
    for (std::size_t d = 0; d < x.cols; ++d) mean += row[d];
    mean /= static_cast<float>(x.cols);
    float variance = 0;
    for (std::size_t d = 0; d < x.cols; ++d) variance += (row[d] - mean) * (row[d] - mean);
    const float scale = 1.F / std::sqrt(variance / static_cast<float>(x.cols) + eps);
    for (std::size_t d = 0; d < x.cols; ++d) out.row(t)[d] = (row[d] - mean) * scale * gamma[d] + beta[d];
  }
}

}  // namespace rapport::nn
