// Linear layers whose product is oneDNN's. Rows are taken in chunks: rounded into scratch, multiplied into scratch, and
// finished (scales, bias, activation, residual) by our own loop. A chunk is padded to one of few lengths, so that few
// primitives are ever made, whatever the lengths of texts. int8: inputs are held as code + 128 (unsigned, as the VNNI
// instructions want them); what the 128 adds is taken off through the sums of each output's weights.

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "base/error.h"
#include "nn/onednn/bfloat16.h"
#include "nn/onednn/dnnl_version.h"
#include "nn/onednn/packed_linear.h"

namespace rapport::nn {

using dnnl::memory;

struct OneDnnMatmul {
  dnnl::matmul primitive;
  memory inputs, weights, sums, workspace;
  std::unordered_map<int, memory> arguments;
};
void delete_matmul(OneDnnMatmul* matmul) {
  delete matmul;
}

namespace {

constexpr std::size_t kChunkRows = 256;

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// Foreign errors end here.
template <class Body>
auto translated(Body body) {
  try {
    return body();
  } catch (const dnnl::error& e) {
    throw Error(ErrorKind::kInternal, "onednn", "A neural network could not be computed.").with_log(e.what());
  }
}

/// `rows` or a little more: one of about 20 lengths.
std::size_t padded_rows(std::size_t rows) {
  const std::size_t step = rows <= 4 ? 1 : rows <= 32 ? 4 : rows <= 128 ? 16 : 32;
  return (rows + step - 1) / step * step;
}

struct Types {
  memory::data_type input, weight, sum;
  std::size_t input_bytes;
};
Types types_of(Precision precision) {
  using type = memory::data_type;
  switch (precision) {
    case Precision::kF32:
      return {type::f32, type::f32, type::f32, 4};
    case Precision::kBf16:
      return {type::bf16, type::bf16, type::f32, 2};
    case Precision::kInt8:
      return {type::u8, type::s8, type::s32, 1};
  }
  return {};
}

memory::desc rows_desc(std::size_t rows, std::size_t cols, memory::data_type type) {
  return {{static_cast<memory::dim>(rows), static_cast<memory::dim>(cols)}, type, memory::format_tag::ab};
}

class OneDnnLinear final : public Linear::Packed {
 public:
  OneDnnLinear(ConstMatrixView weight, std::span<const float> b, Precision p)
      : Packed(weight, b, p, LinearBackend::kOneDnn), types_(types_of(p)) {
    translated([&] { pack(weight); });
  }

  void apply(ConstMatrixView x, MatrixView y, LinearScratch::Impl& scratch, LinearOptions options) const override {
    translated([&] {
      for (std::size_t begin = 0; begin < x.rows; begin += kChunkRows) {
        const std::size_t end = std::min(x.rows, begin + kChunkRows);
        chunk(x.rows_between(begin, end), y.rows_between(begin, end), scratch, options);
      }
    });
  }
  std::size_t weight_bytes() const override {
    return weights_.get_desc().get_size() + (steps_.size() + weight_sums_.size()) * sizeof(float);
  }

 private:
  dnnl::matmul::primitive_desc descriptor(std::size_t rows, const memory::desc& weights) const {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return matmul_descriptor(cpu(), rows_desc(rows, in, types_.input), weights, rows_desc(rows, out, types_.sum),
                             attributes);
  }

  void pack(ConstMatrixView weight) {
    const memory::dims dims{static_cast<memory::dim>(in), static_cast<memory::dim>(out)};
    const auto preferred = descriptor(64, memory::desc(dims, types_.weight, memory::format_tag::any)).weights_desc();
    std::vector<float> plain(out * in);
    std::vector<std::int8_t> codes(precision == Precision::kInt8 ? out * in : 0);
    for (std::size_t i = 0; i < out; ++i) {
      std::copy_n(weight.row(i), in, plain.data() + i * in);
      if (precision == Precision::kInt8) quantize_weights(plain.data() + i * in, codes.data() + i * in);
    }
    const bool int8 = precision == Precision::kInt8;
    memory source(memory::desc(dims, int8 ? memory::data_type::s8 : memory::data_type::f32, memory::format_tag::ba),
                  cpu(), int8 ? static_cast<void*>(codes.data()) : plain.data());
    weights_ = memory(preferred, cpu());
    dnnl::stream stream(cpu());
    dnnl::reorder(source, weights_).execute(stream, source, weights_);
    stream.wait();
  }

  void quantize_weights(const float* w, std::int8_t* codes) {
    float largest = 0;
    for (std::size_t k = 0; k < in; ++k) largest = std::max(largest, std::fabs(w[k]));
    const float inverse = largest > 0 ? 127.F / largest : 0.F;
    std::int32_t sum = 0;
    for (std::size_t k = 0; k < in; ++k) sum += codes[k] = static_cast<std::int8_t>(std::lrint(w[k] * inverse));
    steps_.push_back(largest / 127.F);
    weight_sums_.push_back(128 * sum);
  }

  OneDnnMatmul& matmul(std::size_t rows, LinearScratch::Impl& scratch) const {
    auto& slot = scratch.matmuls[{precision, in, out, rows, omp_in_parallel() != 0}];
    if (slot == nullptr) {
      const auto pd = descriptor(rows, weights_.get_desc());
      auto made = std::make_unique<OneDnnMatmul>();
      made->primitive = dnnl::matmul(pd);
      made->inputs = memory(pd.src_desc(), cpu(), nullptr);
      made->weights = memory(pd.weights_desc(), cpu(), nullptr);
      made->sums = memory(pd.dst_desc(), cpu(), nullptr);
      made->workspace = memory(pd.scratchpad_desc(), cpu(), nullptr);
      made->arguments = {{DNNL_ARG_SRC, made->inputs},
                         {DNNL_ARG_WEIGHTS, made->weights},
                         {DNNL_ARG_DST, made->sums},
                         {DNNL_ARG_SCRATCHPAD, made->workspace}};
      slot.reset(made.release());
    }
    return *slot;
  }

  void chunk(ConstMatrixView x, MatrixView y, LinearScratch::Impl& scratch, LinearOptions options) const {
    const std::size_t rows = padded_rows(x.rows);
    OneDnnMatmul& matmul = this->matmul(rows, scratch);
    auto* inputs = scratch.inputs.reserve(rows * in * types_.input_bytes);
    auto* sums = scratch.sums.reserve(rows * out * sizeof(float));
    float* steps = scratch.row_scales.reserve(rows);
    for (std::size_t t = 0; t < x.rows; ++t) steps[t] = round_row(x.row(t), inputs + t * in * types_.input_bytes);
    std::memset(inputs + x.rows * in * types_.input_bytes, 0, (rows - x.rows) * in * types_.input_bytes);

    matmul.inputs.set_data_handle(inputs);
    matmul.weights.set_data_handle(weights_.get_data_handle());
    matmul.sums.set_data_handle(sums);
    matmul.workspace.set_data_handle(scratch.workspace.reserve(matmul.workspace.get_desc().get_size()));
    dnnl::stream stream(cpu());
    matmul.primitive.execute(stream, matmul.arguments);
    stream.wait();

    for (std::size_t t = 0; t < y.rows; ++t) finish_row(sums + t * out * sizeof(float), steps[t], y.row(t), options);
  }

  /// Rounds one row of x; the step of its codes.
  float round_row(const float* x, std::byte* to) const {
    switch (precision) {
      case Precision::kF32:
        std::memcpy(to, x, in * sizeof(float));
        return 1;
      case Precision::kBf16:
        for (std::size_t k = 0; k < in; ++k) reinterpret_cast<std::uint16_t*>(to)[k] = to_bf16(x[k]);
        return 1;
      case Precision::kInt8:
        break;
    }
    auto* codes = reinterpret_cast<std::uint8_t*>(to);
    float largest = 0;
    bool finite = true;
    for (std::size_t k = 0; k < in; ++k) {
      largest = std::max(largest, std::fabs(x[k]));
      finite = finite && std::isfinite(x[k]);
    }
    const float inverse = finite && largest > 0 ? 127.F / largest : 0.F;
    for (std::size_t k = 0; k < in; ++k) {
      codes[k] = static_cast<std::uint8_t>(128 + (finite ? std::lrint(x[k] * inverse) : 0));
    }
    return finite ? largest / 127.F : std::numeric_limits<float>::quiet_NaN();
  }

  void finish_row(const std::byte* sums, float step, float* y, LinearOptions options) const {
    for (std::size_t i = 0; i < out; ++i) {
      float sum;
      if (precision == Precision::kInt8) {
        sum = static_cast<float>(reinterpret_cast<const std::int32_t*>(sums)[i] - weight_sums_[i]) * (step * steps_[i]);
      } else {
        sum = reinterpret_cast<const float*>(sums)[i];
      }
      const float value = activated(sum + bias[i], options.activation);
      y[i] = options.add_to_output ? y[i] + value : value;
    }
  }

  Types types_;
  memory weights_;
  std::vector<float> steps_;               ///< kInt8: of each output's weights
  std::vector<std::int32_t> weight_sums_;  ///< kInt8: 128 times the sum of each output's weights
};

}  // namespace

std::unique_ptr<const Linear::Packed> pack_onednn(ConstMatrixView weight, std::span<const float> bias,
                                                  Precision precision) {
  return std::make_unique<OneDnnLinear>(weight, bias, precision);
}

}  // namespace rapport::nn
