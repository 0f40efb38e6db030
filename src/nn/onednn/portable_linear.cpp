// Linear layers in plain C++: for CPUs without AVX2, and what the other backends are compared with.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "nn/onednn/bfloat16.h"
#include "nn/onednn/packed_linear.h"

namespace rapport::nn {
namespace {

float to_float(float v) {
  return v;
}
float to_float(std::uint16_t v) {
  return from_bf16(v);
}

/// f32 (Number = float) and bf16 (Number = uint16_t).
template <class Number>
class PortableFloat final : public Linear::Packed {
 public:
  PortableFloat(ConstMatrixView weight, std::span<const float> b, Precision p)
      : Packed(weight, b, p, LinearBackend::kPortable), weights_(out * in) {
    for (std::size_t i = 0; i < out; ++i) {
      for (std::size_t k = 0; k < in; ++k) weights_[i * in + k] = rounded(weight.row(i)[k]);
    }
  }

  void apply(ConstMatrixView x, MatrixView y, LinearScratch::Impl& scratch, LinearOptions options) const override {
    auto* inputs = reinterpret_cast<float*>(scratch.inputs.reserve(in * sizeof(float)));
    for (std::size_t t = 0; t < x.rows; ++t) {
      for (std::size_t k = 0; k < in; ++k) inputs[k] = to_float(rounded(x.row(t)[k]));
      for (std::size_t i = 0; i < out; ++i) {
        const Number* w = weights_.data() + i * in;
        float sums[8] = {};
        std::size_t k = 0;
        for (; k + 8 <= in; k += 8) {
          for (std::size_t j = 0; j < 8; ++j) sums[j] += inputs[k + j] * to_float(w[k + j]);
        }
        for (; k < in; ++k) sums[0] += inputs[k] * to_float(w[k]);
        const float sum = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
        const float value = activated(sum + bias[i], options.activation);
        y.row(t)[i] = options.add_to_output ? y.row(t)[i] + value : value;
      }
    }
  }
  std::size_t weight_bytes() const override { return weights_.size() * sizeof(Number); }

 private:
  static Number rounded(float value) {
    if constexpr (std::is_same_v<Number, float>) {
      return value;
    } else {
      return to_bf16(value);
    }
  }
  std::vector<Number> weights_;
};

/// int8, symmetric: weights -127..127 for each output, inputs -127..127 for each row.
class PortableInt8 final : public Linear::Packed {
 public:
  PortableInt8(ConstMatrixView weight, std::span<const float> b)
      : Packed(weight, b, Precision::kInt8, LinearBackend::kPortable), weights_(out * in), steps_(out) {
    for (std::size_t i = 0; i < out; ++i) steps_[i] = quantize({weight.row(i), in}, weights_.data() + i * in);
  }

  void apply(ConstMatrixView x, MatrixView y, LinearScratch::Impl& scratch, LinearOptions options) const override {
    auto* inputs = reinterpret_cast<std::int8_t*>(scratch.inputs.reserve(in));
    for (std::size_t t = 0; t < x.rows; ++t) {
      const float step = quantize({x.row(t), in}, inputs);
      for (std::size_t i = 0; i < out; ++i) {
        const std::int8_t* w = weights_.data() + i * in;
        std::int32_t sum = 0;
        for (std::size_t k = 0; k < in; ++k) sum += inputs[k] * w[k];
        const float value = activated(static_cast<float>(sum) * (step * steps_[i]) + bias[i], options.activation);
        y.row(t)[i] = options.add_to_output ? y.row(t)[i] + value : value;
      }
    }
  }
  std::size_t weight_bytes() const override { return weights_.size() + steps_.size() * sizeof(float); }

 private:
  /// The step; NaN when a value is not finite.
  static float quantize(std::span<const float> values, std::int8_t* codes) {
    float largest = 0;
    bool finite = true;
    for (const float v : values) {
      largest = std::max(largest, std::fabs(v));
      finite = finite && std::isfinite(v);
    }
    if (!finite) {
      std::fill_n(codes, values.size(), std::int8_t{0});
      return std::numeric_limits<float>::quiet_NaN();
    }
    const float inverse = largest > 1e-36F ? 127.F / largest : 0.F;
    for (std::size_t k = 0; k < values.size(); ++k) {
      codes[k] = static_cast<std::int8_t>(std::lrint(values[k] * inverse));
    }
    return largest / 127.F;
  }

  std::vector<std::int8_t> weights_;
  std::vector<float> steps_;
};

}  // namespace

std::unique_ptr<const Linear::Packed> pack_portable(ConstMatrixView weight, std::span<const float> bias,
                                                    Precision precision) {
  switch (precision) {
    case Precision::kF32:
      return std::make_unique<PortableFloat<float>>(weight, bias, precision);
    case Precision::kBf16:
      return std::make_unique<PortableFloat<std::uint16_t>>(weight, bias, precision);
    case Precision::kInt8:
      return std::make_unique<PortableInt8>(weight, bias);
  }
  return nullptr;
}

}  // namespace rapport::nn
