#include "nn/ops/conv1d.h"

#include <algorithm>

#include "base/error.h"

namespace rapport::nn {
namespace {

/// weight [out, in, kernel] as [out, kernel, in]: the order of a window's values in memory.
Matrix windowed(ConstMatrixView weight, std::size_t kernel) {
  if (kernel == 0 || weight.cols % kernel != 0) {
    throw Error(ErrorKind::kInvalid, "conv_shape", "A convolution's weights do not fit its kernel.");
  }
  const std::size_t in = weight.cols / kernel;
  Matrix turned(weight.rows, weight.cols);
  for (std::size_t o = 0; o < weight.rows; ++o) {
    for (std::size_t c = 0; c < in; ++c) {
      for (std::size_t j = 0; j < kernel; ++j) turned.row(o)[j * in + c] = weight.row(o)[c * kernel + j];
    }
  }
  return turned;
}

}  // namespace

Conv1d::Conv1d(ConstMatrixView weight, std::size_t kernel, std::span<const float> bias, Conv1dShape shape,
               Precision precision)
    : kernel_(kernel),
      in_(kernel > 0 ? weight.cols / kernel : 0),
      shape_(shape),
      linear_(windowed(weight, kernel), bias, precision) {
  if (shape.stride == 0) throw Error(ErrorKind::kInvalid, "conv_shape", "A convolution's stride is 0.");
}

std::size_t Conv1d::output_rows(std::size_t rows) const {
  const std::size_t padded = rows + 2 * shape_.padding;
  return padded < kernel_ ? 0 : (padded - kernel_) / shape_.stride + 1;
}

void Conv1d::apply(ConstMatrixView x, MatrixView y, LinearScratch& scratch, Scratch<float>& padded,
                   Activation activation) const {
  if (x.cols != in_ || y.rows != output_rows(x.rows) || y.cols != out_channels()) {
    throw Error(ErrorKind::kInvalid, "conv_shape", "A convolution was given matrices that do not fit it.");
  }
  float* rows = padded.reserve((x.rows + 2 * shape_.padding) * in_);
  float* end = std::fill_n(rows, shape_.padding * in_, 0.F);
  for (std::size_t t = 0; t < x.rows; ++t) end = std::copy_n(x.row(t), in_, end);
  std::fill_n(end, shape_.padding * in_, 0.F);
  linear_.apply({rows, y.rows, kernel_ * in_, shape_.stride * in_}, y, scratch, {.activation = activation});
}

}  // namespace rapport::nn
