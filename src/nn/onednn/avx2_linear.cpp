// Linear layers by our own kernels, for CPUs with AVX2 (ADR 7).
//
// The outputs are cut into panels of 16; a panel's weights stand in the order in which the kernel reads them, so that a
// call with few rows streams the weights once, at the speed of memory. Rows are taken in chunks that stay in the second
// level cache; within a chunk each panel, hot in the first level, meets all rows, a tile at a time. Threads share out
// the panels.
//
// int8: a row's codes are 0..255 over its own range [min, max]; weights are -64..64, so that vpmaddubsw's 16-bit sums
// of two products hold exactly. With u = x / step + zero, x W^T = step (u W^T - zero sum(W)).

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "nn/onednn/avx2_kernels.h"
#include "nn/onednn/bfloat16.h"
#include "nn/onednn/packed_linear.h"

namespace rapport::nn {
namespace {

using avx2::kPanel;

/// A chunk's inputs: half of a second-level cache of 512 KiB.
constexpr std::size_t kChunkBytes = 256 * 1024;
/// Under so many multiplications, waking a second thread costs more than it brings.
constexpr std::size_t kWorthThreads = 500'000;

std::size_t round_up(std::size_t value, std::size_t to) {
  return (value + to - 1) / to * to;
}

std::vector<float> padded_bias(const std::vector<float>& bias) {
  std::vector<float> padded = bias;
  padded.resize(round_up(bias.size(), kPanel));
  return padded;
}

/// What the three precisions have in common: chunks, threads, panels and tiles.
class Avx2Linear : public Linear::Packed {
 public:
  Avx2Linear(ConstMatrixView weight, std::span<const float> b, Precision p)
      : Packed(weight, b, p, LinearBackend::kAvx2), panels_(round_up(out, kPanel) / kPanel), bias_(padded_bias(bias)) {}

  void apply(ConstMatrixView x, MatrixView y, LinearScratch::Impl& scratch, LinearOptions options) const final {
    const std::size_t chunk = round_up(std::clamp<std::size_t>(kChunkBytes / input_bytes(), 32, 512), tile_rows());
    const std::size_t chunks = (x.rows + chunk - 1) / chunk;
    const bool threads = omp_in_parallel() == 0 && x.rows * in * out >= kWorthThreads;
    scratch.inputs.reserve(std::min(x.rows, chunk) * input_bytes());
    scratch.row_codes.reserve(std::min(x.rows, chunk));
#pragma omp parallel if (threads)
    for (std::size_t c = 0; c < chunks; ++c) {
      const std::size_t begin = x.rows * c / chunks;
      const std::size_t end = x.rows * (c + 1) / chunks;
      const ConstMatrixView rows = x.rows_between(begin, end);
      if (prepares()) {
#pragma omp for schedule(static)
        for (std::size_t t = 0; t < rows.rows; ++t) prepare(rows, t, scratch);
      }
#pragma omp for schedule(static)
      for (std::size_t p = 0; p < panels_; ++p) panel(rows, y.rows_between(begin, end), p, scratch, options);
    }
  }

 protected:
  virtual std::size_t tile_rows() const = 0;
  /// A row of inputs as the kernel reads it.
  virtual std::size_t input_bytes() const = 0;
  virtual bool prepares() const {
    return true;
  }
  virtual void prepare(ConstMatrixView x, std::size_t row, LinearScratch::Impl& scratch) const = 0;
  virtual void tile(ConstMatrixView x, std::size_t row, std::size_t panel, const LinearScratch::Impl& scratch,
                    const avx2::TileOutput& output) const = 0;

  const std::size_t panels_;
  const std::vector<float> bias_;

 private:
  void panel(ConstMatrixView x, MatrixView y, std::size_t p, const LinearScratch::Impl& scratch,
             LinearOptions options) const {
    const std::size_t rows = tile_rows();
    for (std::size_t t = 0; t < x.rows; t += rows) {
      tile(x, t, p, scratch,
           {y.row(t) + p * kPanel, y.stride, std::min(rows, x.rows - t), std::min(kPanel, out - p * kPanel), options});
    }
  }
};

/// f32 (Number = float) and bf16 (Number = uint32_t: two weights).
template <class Number>
class Avx2Float final : public Avx2Linear {
 public:
  static constexpr bool kBf16 = std::is_same_v<Number, std::uint32_t>;
  static constexpr std::size_t kNumbers = kBf16 ? kPanel / 2 : kPanel;  ///< in a panel's row

  Avx2Float(ConstMatrixView weight, std::span<const float> b, Precision p)
      : Avx2Linear(weight, b, p), weights_(panels_ * in * kNumbers) {
    std::fill_n(weights_.data(), weights_.capacity(), Number{});
    for (std::size_t i = 0; i < out; ++i) {
      Number* column = weights_.data() + i / kPanel * in * kNumbers;
      for (std::size_t k = 0; k < in; ++k) pack(column + k * kNumbers, i % kPanel, weight.row(i)[k]);
    }
  }
  std::size_t weight_bytes() const override { return weights_.capacity() * sizeof(Number); }

 protected:
  std::size_t tile_rows() const override { return avx2::kFloatTileRows; }
  std::size_t input_bytes() const override { return in * sizeof(float); }
  bool prepares() const override { return kBf16; }
  void prepare(ConstMatrixView x, std::size_t row, LinearScratch::Impl& scratch) const override {
    avx2::round_row_to_bf16(x.row(row), in, reinterpret_cast<float*>(scratch.inputs.data()) + row * in);
  }
  void tile(ConstMatrixView x, std::size_t row, std::size_t panel, const LinearScratch::Impl& scratch,
            const avx2::TileOutput& output) const override {
    float sums[avx2::kFloatTileRows * kPanel];
    const avx2::Rows rows =
        kBf16 ? avx2::Rows{reinterpret_cast<const float*>(scratch.inputs.data()) + row * in, in, output.rows}
              : avx2::Rows{x.row(row), x.stride, output.rows};
    avx2::multiply_tile(rows, avx2::Panel<Number>{weights_.data() + panel * in * kNumbers, kNumbers, in}, sums);
    avx2::finish_tile(sums, bias_.data() + panel * kPanel, output);
  }

 private:
  static void pack(Number* row, std::size_t column, float value) {
    if constexpr (kBf16) {
      row[column % 8] |= static_cast<std::uint32_t>(to_bf16(value)) << (column < 8 ? 0 : 16);
    } else {
      row[column] = value;
    }
  }
  Scratch<Number> weights_;
};

class Avx2Int8 final : public Avx2Linear {
 public:
  Avx2Int8(ConstMatrixView weight, std::span<const float> b)
      : Avx2Linear(weight, b, Precision::kInt8),
        groups_(round_up(in, 4) / 4),
        weights_(panels_ * groups_ * 4 * kPanel),
        steps_(panels_ * kPanel, 0.F),
        weight_sums_(panels_ * kPanel, 0) {
    std::fill_n(weights_.data(), weights_.capacity(), std::int8_t{0});
    for (std::size_t i = 0; i < out; ++i) pack(weight.row(i), i);
  }
  std::size_t weight_bytes() const override {
    return weights_.capacity() + steps_.size() * (sizeof(float) + sizeof(std::int32_t));
  }

 protected:
  std::size_t tile_rows() const override { return avx2::kInt8TileRows; }
  std::size_t input_bytes() const override { return groups_ * 4; }
  void prepare(ConstMatrixView x, std::size_t row, LinearScratch::Impl& scratch) const override {
    auto* codes = reinterpret_cast<std::uint8_t*>(scratch.inputs.data()) + row * groups_ * 4;
    scratch.row_codes.data()[row] = avx2::quantize_row(x.row(row), in, codes);
    std::fill(codes + in, codes + groups_ * 4, std::uint8_t{0});
  }
  void tile(ConstMatrixView, std::size_t row, std::size_t panel, const LinearScratch::Impl& scratch,
            const avx2::TileOutput& output) const override {
    std::int32_t sums[avx2::kInt8TileRows * kPanel];
    const auto* codes = reinterpret_cast<const std::uint8_t*>(scratch.inputs.data()) + row * groups_ * 4;
    avx2::multiply_int8_tile({codes, groups_ * 4, output.rows}, weights_.data() + panel * groups_ * 4 * kPanel, groups_,
                             sums);
    const std::size_t first = panel * kPanel;
    avx2::finish_int8_tile(
        sums,
        {scratch.row_codes.data() + row, steps_.data() + first, weight_sums_.data() + first, bias_.data() + first},
        output);
  }

 private:
  static constexpr float kLargestCode = 64;

  void pack(const float* w, std::size_t i) {
    float largest = 0;
    for (std::size_t k = 0; k < in; ++k) largest = std::max(largest, std::fabs(w[k]));
    if (largest < 1e-36F) return;  // zeros, for all that matters: step 0
    steps_[i] = largest / kLargestCode;
    const float inverse = kLargestCode / largest;
    std::int8_t* panel = weights_.data() + i / kPanel * groups_ * 4 * kPanel + i % kPanel * 4;
    for (std::size_t k = 0; k < in; ++k) {
      const auto code = static_cast<std::int8_t>(std::lrint(w[k] * inverse));
      panel[k / 4 * 4 * kPanel + k % 4] = code;
      weight_sums_[i] += code;
    }
  }

  const std::size_t groups_;
  Scratch<std::int8_t> weights_;  ///< [panel][group of 4 inputs][16 outputs][4 inputs]
  std::vector<float> steps_;
  std::vector<std::int32_t> weight_sums_;
};

}  // namespace

std::unique_ptr<const Linear::Packed> pack_avx2(ConstMatrixView weight, std::span<const float> bias,
                                                Precision precision) {
  switch (precision) {
    case Precision::kF32:
      return std::make_unique<Avx2Float<float>>(weight, bias, precision);
    case Precision::kBf16:
      return std::make_unique<Avx2Float<std::uint32_t>>(weight, bias, precision);
    case Precision::kInt8:
      return std::make_unique<Avx2Int8>(weight, bias);
  }
  return nullptr;
}

}  // namespace rapport::nn
