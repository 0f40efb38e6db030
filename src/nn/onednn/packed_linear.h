#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "nn/onednn/avx2_kernels.h"
#include "nn/onednn/linear.h"

namespace rapport::nn {

/// One backend's packed weights: what `Linear` hides. Within this folder only.
class Linear::Packed {
 public:
  Packed(ConstMatrixView weight, std::span<const float> bias, Precision precision, LinearBackend backend);
  virtual ~Packed() = default;
  Packed(const Packed&) = delete;
  Packed& operator=(const Packed&) = delete;

  /// As `Linear::apply`; the views fit and x has a row at least.
  virtual void apply(ConstMatrixView x, MatrixView y, LinearScratch::Impl& scratch, LinearOptions options) const = 0;
  virtual std::size_t weight_bytes() const = 0;

  const std::size_t in;
  const std::size_t out;
  const Precision precision;
  const LinearBackend backend;
  const std::vector<float> bias;  ///< `out` values; zeros where there is none
};

std::unique_ptr<const Linear::Packed> pack_portable(ConstMatrixView weight, std::span<const float> bias,
                                                    Precision precision);
std::unique_ptr<const Linear::Packed> pack_avx2(ConstMatrixView weight, std::span<const float> bias,
                                                Precision precision);
std::unique_ptr<const Linear::Packed> pack_onednn(ConstMatrixView weight, std::span<const float> bias,
                                                  Precision precision);

/// oneDNN's primitive for one shape, with the memory objects of its arguments. Defined where oneDNN is.
struct OneDnnMatmul;
void delete_matmul(OneDnnMatmul* matmul);
struct DeleteMatmul {
  void operator()(OneDnnMatmul* m) const { delete_matmul(m); }
};

struct LinearScratch::Impl {
  Scratch<std::byte> inputs;         ///< x, rounded to the layer's numbers
  Scratch<avx2::RowCode> row_codes;  ///< kInt8: what each row's codes stand for
  Scratch<std::byte> sums;           ///< oneDNN's sums before bias and activation
  Scratch<std::byte> workspace;      ///< oneDNN's own

  /// By what decides a primitive: precision, in, out, rows, and whether it may use several threads.
  using MatmulKey = std::tuple<Precision, std::size_t, std::size_t, std::size_t, bool>;
  std::map<MatmulKey, std::unique_ptr<OneDnnMatmul, DeleteMatmul>> matmuls;
};

/// Within this folder: what each backend does to a sum at its end.
float activated(float x, Activation activation);

}  // namespace rapport::nn
