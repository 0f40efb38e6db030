#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "nn/precision.h"
#include "nn/tensor.h"

namespace rapport::nn {

/// What a layer does to its sums at the end.
enum class Activation : std::uint8_t {
  kNone,
  kRelu,
  kGelu,      ///< exact: x Phi(x), through erf
  kGeluTanh,  ///< the tanh approximation ("gelu_new", "gelu_pytorch_tanh")
  kSilu,      ///< x / (1 + e^-x) ("silu", "swish")
};

/// Whose kernels multiply. `best_backend` chooses; tests and benchmarks name each.
enum class LinearBackend : std::uint8_t {
  kPortable,  ///< plain loops, for any CPU
  kAvx2,      ///< our own, for CPUs with AVX2, FMA and F16C
  kOneDnn,    ///< f32: any CPU; bf16 and int8: CPUs that multiply these themselves (AVX512_BF16, AVX512_VNNI)
};

/// "portable", "avx2", "onednn".
std::string_view to_string(LinearBackend backend);

/// Whether this CPU can run `backend` in `precision`.
bool can_run(LinearBackend backend, Precision precision);

/// The fastest backend that this CPU can run.
LinearBackend best_backend(Precision precision);

/// What a call of a linear layer needs besides weights: room for rounded inputs and sums, and oneDNN's primitives by
/// shape. One for each thread (or forward pass) suffices for all layers of all models.
///
/// Threads   one call at a time.
/// Cost      grows to what the largest call needs and stays; calls of shapes seen before allocate nothing.
class LinearScratch {
 public:
  LinearScratch();
  ~LinearScratch();
  LinearScratch(LinearScratch&&) noexcept;
  LinearScratch& operator=(LinearScratch&&) noexcept;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

struct LinearOptions {
  Activation activation = Activation::kNone;
  /// y += activation(x W^T + b), not y = ...: the residual is what y holds.
  bool add_to_output = false;
};

/// A linear layer: y = activation(x W^T + b).
///
/// A row of x is a token; the rows of many sequences may stand one after another. A row's result does not depend on
/// which rows stand beside it: the same to 1e-6 of its size, whatever the batch. kInt8 scales each row of x by its own
/// largest value and each row of W by its own; a row of x that holds an infinity or NaN gives a row of NaN, and harms
/// no other row. Weights must be finite; an int8 layer has 65,536 inputs at most.
///
/// Ownership  packs the weights once, at construction, in an order that suits the CPU; keeps no view of what it was
/// given. Threads    immutable: shared by all threads, each with a scratch of its own. A call from outside of OpenMP's
/// parallel
///            regions uses all of OpenMP's threads where the work is worth it (one text at a time); a call inside of
///            one runs on the calling thread alone (so that each core takes its own part of a batch). OpenMP keeps one
///            team of threads for each thread that starts a region: let few threads do so. Its idle threads spin for
///            some milliseconds before they sleep (docs/operations.md says how to change that).
class Linear {
 public:
  /// Shapes    weight [out, in], as Hugging Face stores it; bias [out], or empty for none.
  /// Throws    Error kInvalid when the shapes do not fit or a weight is not finite, kUnavailable when the CPU cannot
  ///           run `backend`.
  Linear(ConstMatrixView weight, std::span<const float> bias, Precision precision,
         std::optional<LinearBackend> backend = std::nullopt);
  ~Linear();
  Linear(Linear&&) noexcept;
  Linear& operator=(Linear&&) noexcept;

  /// Shapes    x [T, in]; y [T, out]; T may be 0. Rows of x may overlap (a convolution's windows).
  /// Requires  views of the layer's widths.
  /// Aliasing  y overlaps no x.
  void apply(ConstMatrixView x, MatrixView y, LinearScratch& scratch, LinearOptions options = {}) const;

  std::size_t in_features() const;
  std::size_t out_features() const;
  Precision precision() const;
  LinearBackend backend() const;
  /// What the packed weights, scales and bias occupy.
  std::size_t memory_bytes() const;

  class Packed;

 private:
  std::unique_ptr<const Packed> packed_;
};

}  // namespace rapport::nn
