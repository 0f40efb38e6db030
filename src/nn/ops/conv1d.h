#pragma once

#include <cstddef>
#include <span>

#include "nn/onednn/linear.h"
#include "nn/tensor.h"

namespace rapport::nn {

struct Conv1dShape {
  std::size_t stride = 1;
  std::size_t padding = 1;  ///< rows of zeros before and after
};

/// A convolution over time: y[t] = activation(bias + sum over j, c of weight[:, c, j] * x[t*stride + j - padding, c]).
/// Time runs down the rows. It is one linear layer over overlapping windows of the padded input, which are never
/// copied.
///
/// Threads   as Linear.
class Conv1d {
 public:
  /// Shapes    weight [out, in, kernel] as Hugging Face stores it, seen as a matrix [out, in * kernel]; bias [out] or
  ///           empty.
  /// Throws    Error kInvalid when `kernel` does not divide the weight's columns, or as Linear's constructor.
  Conv1d(ConstMatrixView weight, std::size_t kernel, std::span<const float> bias, Conv1dShape shape,
         Precision precision);

  /// Rows of y for `rows` rows of x: (rows + 2 * padding - kernel) / stride + 1, and 0 when the padded input is
  /// shorter than the kernel.
  std::size_t output_rows(std::size_t rows) const;

  /// Shapes    x [T, in]; y [output_rows(T), out].
  /// Aliasing  y may be x's memory: x is copied first. `padded` is the caller's room for that.
  void apply(ConstMatrixView x, MatrixView y, LinearScratch& scratch, Scratch<float>& padded,
             Activation activation = Activation::kNone) const;

  std::size_t in_channels() const { return in_; }
  std::size_t out_channels() const { return linear_.out_features(); }
  std::size_t memory_bytes() const { return linear_.memory_bytes(); }

 private:
  std::size_t kernel_;
  std::size_t in_;
  Conv1dShape shape_;
  Linear linear_;
};

}  // namespace rapport::nn
