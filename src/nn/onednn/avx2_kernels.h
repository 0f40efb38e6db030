#pragma once

#include <cstddef>
#include <cstdint>

#include "nn/onednn/linear.h"

// The inner loops of our own matrix products, for CPUs with AVX2, FMA and F16C: call nothing here on others. They work
// on tiles of a few rows of x and one panel of 16 outputs. A row's sums are made in the same order in a tile of any
// height, so that its result does not depend on the batch.

namespace rapport::nn::avx2 {

// As many rows as there are registers for their sums.
constexpr std::size_t kFloatTileRows = 6;
constexpr std::size_t kInt8TileRows = 4;
constexpr std::size_t kPanel = 16;

/// Up to kFloatTileRows.
struct Rows {
  const float* values;
  std::size_t stride;
  std::size_t count;
};

/// 16 columns of a matrix of k rows; in bf16 the two halves of columns c and c + 8 stand in one 32-bit number.
template <class Number>
struct Panel {
  const Number* values;
  std::size_t stride;  ///< from one row to the next, in numbers
  std::size_t k;
};

/// sums [count, 16], its rows `stride` floats apart, = x [count, k] . panel [k, 16].
void multiply_tile(Rows x, Panel<float> panel, float* sums, std::size_t stride = kPanel);
void multiply_tile(Rows x, Panel<std::uint32_t> panel, float* sums, std::size_t stride = kPanel);

/// int8: sums [4, 16] = codes [count, 4 * groups] . panel [groups, 16, 4]. Codes are 0..255, weights -64..64: the
/// 16-bit sums of two products (at most 32,640) never saturate.
struct CodeRows {
  const std::uint8_t* codes;
  std::size_t stride;
  std::size_t count;
};
void multiply_int8_tile(CodeRows x, const std::int8_t* panel, std::size_t groups, std::int32_t* sums);

/// The codes of one row: value = step * (code - zero). NaN as step when a value is not finite.
struct RowCode {
  float step;
  std::int32_t zero;
};
RowCode quantize_row(const float* x, std::size_t count, std::uint8_t* codes);

/// Rounds a row to bf16's numbers, kept as f32.
void round_row_to_bf16(const float* x, std::size_t count, float* out);

/// Where a tile's results go: `cols` (1..16) columns of y.
struct TileOutput {
  float* y;
  std::size_t stride;
  std::size_t rows;
  std::size_t cols;
  LinearOptions options;
};
/// y = activation(sums + bias), bias [16].
void finish_tile(const float* sums, const float* bias, const TileOutput& out);

struct Int8Scales {
  const RowCode* rows;              ///< of the tile's rows
  const float* steps;               ///< of the panel's 16 outputs
  const std::int32_t* weight_sums;  ///< of the panel's 16 outputs
  const float* bias;                ///< of the panel's 16 outputs
};
/// y = activation((sums - zero * weight_sums) * step of the row * step of the output + bias).
void finish_int8_tile(const std::int32_t* sums, const Int8Scales& scales, const TileOutput& out);

}  // namespace rapport::nn::avx2
