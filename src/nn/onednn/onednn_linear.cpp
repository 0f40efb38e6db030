// Linear layers whose product is oneDNN's. Rows are taken in chunks: rounded into scratch, multiplied into scratch, and
// finished (scales, bias, activation, residual) by our own loop. A chunk is padded to one of few lengths, so that few
// primitives are ever made, whatever the lengths of texts. int8: inputs as our own kernels take them (0..255 over a
// row's range), as the VNNI instructions want them; weights -127..127.

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
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

/// oneDNN divides its work among all threads that OpenMP may have and leaves undone what one of them should have done that
/// it does not get: OMP_DYNAMIC and OMP_THREAD_LIMIT can do that. Here the calling thread asks for no more than it gets.
void ask_for_threads_that_come() {
  if (omp_in_parallel() != 0) return;
  if (omp_get_dynamic() != 0) omp_set_dynamic(0);
  if (omp_get_max_threads() > omp_get_thread_limit()) omp_set_num_threads(omp_get_thread_limit());
}

class OneDnnLinear final : public Linear::Packed {
 public:
  OneDnnLinear(ConstMatrixView weight, std::span<const float> b, Precision p)
      : Packed(weight, b, p, LinearBackend::kOneDnn), types_(types_of(p)) {
    ask_for_threads_that_come();
    translated([&] { pack(weight); });
  }

  void apply(ConstMatrixView x, MatrixView y, LinearScratch::Impl& scratch, LinearOptions options) const override {
    ask_for_threads_that_come();
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
    const std::size_t padded = (out + avx2::kPanel - 1) / avx2::kPanel * avx2::kPanel;
    padded_bias_ = bias;
    padded_bias_.resize(padded);
    if (precision == Precision::kInt8) {
      steps_.resize(padded);
      weight_sums_.resize(padded);
    }
    const memory::dims dims{static_cast<memory::dim>(in), static_cast<memory::dim>(out)};
    const auto preferred = descriptor(64, memory::desc(dims, types_.weight, memory::format_tag::any)).weights_desc();
    std::vector<float> plain(out * in);
    std::vector<std::int8_t> codes(precision == Precision::kInt8 ? out * in : 0);
    for (std::size_t i = 0; i < out; ++i) {
      std::copy_n(weight.row(i), in, plain.data() + i * in);
      if (precision == Precision::kInt8) quantize_weights(i, plain.data() + i * in, codes.data() + i * in);
    }
    const bool int8 = precision == Precision::kInt8;
    memory source(memory::desc(dims, int8 ? memory::data_type::s8 : memory::data_type::f32, memory::format_tag::ba),
                  cpu(), int8 ? static_cast<void*>(codes.data()) : plain.data());
    weights_ = memory(preferred, cpu());
    dnnl::stream stream(cpu());
    dnnl::reorder(source, weights_).execute(stream, source, weights_);
    stream.wait();
  }

  void quantize_weights(std::size_t i, const float* w, std::int8_t* codes) {
    float largest = 0;
    for (std::size_t k = 0; k < in; ++k) largest = std::max(largest, std::fabs(w[k]));
    const float inverse = largest > 1e-36F ? 127.F / largest : 0.F;
    steps_[i] = largest / 127.F;
    for (std::size_t k = 0; k < in; ++k) {
      codes[k] = static_cast<std::int8_t>(std::lrint(w[k] * inverse));
      weight_sums_[i] += codes[k];
    }
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
    auto* sums = scratch.sums.reserve((rows * out + avx2::kPanel) * sizeof(float));
    avx2::RowCode* codes = scratch.row_codes.reserve(rows);
#pragma omp parallel for schedule(static) if (omp_in_parallel() == 0 && x.rows > 8)
    for (std::size_t t = 0; t < x.rows; ++t) codes[t] = round_row(x.row(t), inputs + t * in * types_.input_bytes);
    std::memset(inputs + x.rows * in * types_.input_bytes, 0, (rows - x.rows) * in * types_.input_bytes);

    matmul.inputs.set_data_handle(inputs);
    matmul.weights.set_data_handle(weights_.get_data_handle());
    matmul.sums.set_data_handle(sums);
    matmul.workspace.set_data_handle(scratch.workspace.reserve(matmul.workspace.get_desc().get_size()));
    dnnl::stream stream(cpu());
    matmul.primitive.execute(stream, matmul.arguments);
    stream.wait();

#pragma omp parallel for schedule(static) if (omp_in_parallel() == 0 && y.rows > 8)
    for (std::size_t t = 0; t < y.rows; ++t) finish_row(sums + t * out * sizeof(float), codes[t], y.row(t), options);
  }

  /// Rounds one row of x; what its codes stand for (int8).
  avx2::RowCode round_row(const float* x, std::byte* to) const {
    switch (precision) {
      case Precision::kF32:
        std::memcpy(to, x, in * sizeof(float));
        return {};
      case Precision::kBf16:
        for (std::size_t k = 0; k < in; ++k) reinterpret_cast<std::uint16_t*>(to)[k] = to_bf16(x[k]);
        return {};
      case Precision::kInt8:
        break;
    }
    return avx2::quantize_row(x, in, reinterpret_cast<std::uint8_t*>(to));
  }

  /// Scales, bias, activation, residual. What multiplies bf16 or int8 has AVX2 too.
  void finish_row(const std::byte* sums, const avx2::RowCode& code, float* y, LinearOptions options) const {
    if (!avx2_) {
      for (std::size_t i = 0; i < out; ++i) {
        const float value = activated(reinterpret_cast<const float*>(sums)[i] + bias[i], options.activation);
        y[i] = options.add_to_output ? y[i] + value : value;
      }
      return;
    }
    for (std::size_t i = 0; i < out; i += avx2::kPanel) {
      const avx2::TileOutput output{y + i, out, 1, std::min(avx2::kPanel, out - i), options};
      if (precision == Precision::kInt8) {
        avx2::finish_int8_tile(reinterpret_cast<const std::int32_t*>(sums) + i,
                               {&code, steps_.data() + i, weight_sums_.data() + i, padded_bias_.data() + i}, output);
      } else {
        avx2::finish_tile(reinterpret_cast<const float*>(sums) + i, padded_bias_.data() + i, output);
      }
    }
  }

  Types types_;
  bool avx2_ = can_run(LinearBackend::kAvx2, Precision::kF32);
  std::vector<float> padded_bias_;  ///< and the two below: to whole panels of 16
  memory weights_;
  std::vector<float> steps_;               ///< kInt8: of each output's weights
  std::vector<std::int32_t> weight_sums_;  ///< kInt8: of each output
};

}  // namespace

std::unique_ptr<const Linear::Packed> pack_onednn(ConstMatrixView weight, std::span<const float> bias,
                                                  Precision precision) {
  return std::make_unique<OneDnnLinear>(weight, bias, precision);
}

}  // namespace rapport::nn
