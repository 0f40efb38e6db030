#include "nn/onednn/linear.h"

#include <cmath>
#include <string>

#include "base/error.h"
#include "nn/onednn/packed_linear.h"

namespace rapport::nn {
namespace {

/// So that 255 * 127 * inputs, the largest sum of any backend, fits into 32 bits.
constexpr std::size_t kMostInt8Inputs = 65'536;

void check(bool holds, const char* message) {
  if (!holds) throw Error(ErrorKind::kInvalid, "linear_shape", message);
}

void check_finite(ConstMatrixView weight) {
  for (std::size_t i = 0; i < weight.rows; ++i) {
    for (std::size_t k = 0; k < weight.cols; ++k) {
      check(std::isfinite(weight.row(i)[k]), "A weight of the model is not a finite number.");
    }
  }
}

std::unique_ptr<const Linear::Packed> pack(ConstMatrixView weight, std::span<const float> bias, Precision precision,
                                           LinearBackend backend) {
  switch (backend) {
    case LinearBackend::kPortable:
      return pack_portable(weight, bias, precision);
    case LinearBackend::kAvx2:
      return pack_avx2(weight, bias, precision);
    case LinearBackend::kOneDnn:
      return pack_onednn(weight, bias, precision);
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(LinearBackend backend) {
  switch (backend) {
    case LinearBackend::kPortable:
      return "portable";
    case LinearBackend::kAvx2:
      return "avx2";
    case LinearBackend::kOneDnn:
      return "onednn";
  }
  return "";
}

LinearScratch::LinearScratch() : impl_(std::make_unique<Impl>()) {}
LinearScratch::~LinearScratch() = default;
LinearScratch::LinearScratch(LinearScratch&&) noexcept = default;
LinearScratch& LinearScratch::operator=(LinearScratch&&) noexcept = default;

Linear::Packed::Packed(ConstMatrixView weight, std::span<const float> b, Precision p, LinearBackend who)
    : in(weight.cols),
      out(weight.rows),
      precision(p),
      backend(who),
      bias(b.empty() ? std::vector<float>(out, 0.F) : std::vector<float>(b.begin(), b.end())) {}

Linear::Linear(ConstMatrixView weight, std::span<const float> bias, Precision precision,
               std::optional<LinearBackend> backend) {
  check(weight.rows > 0 && weight.cols > 0, "A linear layer needs at least one input and one output.");
  check(bias.empty() || bias.size() == weight.rows, "A linear layer's bias is not as long as it has outputs.");
  check(precision != Precision::kInt8 || weight.cols <= kMostInt8Inputs,
        "An int8 linear layer takes 65,536 inputs at most.");
  check_finite(weight);
  const LinearBackend chosen = backend.value_or(best_backend(precision));
  if (!can_run(chosen, precision)) {
    throw Error(ErrorKind::kUnavailable, "backend_unavailable",
                "This CPU cannot run " + std::string(to_string(precision)) + " layers with " +
                    std::string(to_string(chosen)) + ".");
  }
  packed_ = pack(weight, bias, precision, chosen);
}
Linear::~Linear() = default;
Linear::Linear(Linear&&) noexcept = default;
Linear& Linear::operator=(Linear&&) noexcept = default;

void Linear::apply(ConstMatrixView x, MatrixView y, LinearScratch& scratch, LinearOptions options) const {
  check(x.cols == packed_->in && y.cols == packed_->out && x.rows == y.rows,
        "A linear layer was given matrices of other widths or lengths than its own.");
  if (x.rows > 0) packed_->apply(x, y, scratch.impl(), options);
}

std::size_t Linear::in_features() const {
  return packed_->in;
}
std::size_t Linear::out_features() const {
  return packed_->out;
}
Precision Linear::precision() const {
  return packed_->precision;
}
LinearBackend Linear::backend() const {
  return packed_->backend;
}
std::size_t Linear::memory_bytes() const {
  return packed_->weight_bytes() + packed_->bias.size() * sizeof(float);
}

float activated(float x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return x < 0 ? 0 : x;
    case Activation::kGelu:
      return 0.5F * x * (1 + std::erf(x * 0.70710678F));
    case Activation::kGeluTanh:
      return 0.5F * x * (1 + std::tanh(0.7978845608F * (x + 0.044715F * x * x * x)));
    case Activation::kSilu:
      return x / (1 + std::exp(-x));
  }
  return x;
}

}  // namespace rapport::nn
