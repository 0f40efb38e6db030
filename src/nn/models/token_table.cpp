#include "nn/models/token_table.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <span>

namespace rapport::nn {
namespace {

std::optional<TableNumber> number_of(DType dtype) {
  if (dtype == DType::kF32) return TableNumber::kF32;
  if (dtype == DType::kF16) return TableNumber::kF16;
  if (dtype == DType::kBf16) return TableNumber::kBf16;
  return std::nullopt;
}

/// The nearest half precision number, ties to even; beyond its range the largest finite one, as infinity would spoil
/// a whole text.
std::uint16_t to_f16(float value) {
  constexpr float kLargest = 65504;
  constexpr float kSmallestNormal = 6.103515625e-05F;  // 2^-14
  constexpr float kSubnormalShift = 0.5F;              // its last place is 2^-24, as a half's below 2^-14
  const auto sign = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16 & 0x8000);
  const float magnitude = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) & 0x7fffffff);
  if (!(magnitude < kLargest)) return static_cast<std::uint16_t>(sign | 0x7bff);
  if (magnitude < kSmallestNormal) {
    const auto shifted = std::bit_cast<std::uint32_t>(magnitude + kSubnormalShift);
    return static_cast<std::uint16_t>(sign | (shifted - std::bit_cast<std::uint32_t>(kSubnormalShift)));
  }
  const auto bits = std::bit_cast<std::uint32_t>(magnitude);
  const std::uint32_t rounded = bits + 0xfff + (bits >> 13 & 1);
  return static_cast<std::uint16_t>(sign | ((rounded - ((127U - 15U) << 23)) >> 13));
}

/// Calls use(i, row i of the tensor as f32) with all of OpenMP's threads; lets go of the file's pages now and then.
template <class Use>
void for_each_row(const StoredTensor& tensor, const Checkpoint& checkpoint, Use use) {
  constexpr std::size_t kRowsAtOnce = 4096;
  const std::size_t rows = tensor.shape[0];
  const std::size_t cols = tensor.shape[1];
  for (std::size_t begin = 0; begin < rows; begin += kRowsAtOnce) {
    const auto end = static_cast<std::int64_t>(std::min(begin + kRowsAtOnce, rows));
#pragma omp parallel
    {
      std::vector<float> row(cols);
#pragma omp for
      for (auto i = static_cast<std::int64_t>(begin); i < end; ++i) {
        read_f32(tensor, static_cast<std::size_t>(i) * cols, row);
        use(static_cast<std::size_t>(i), std::span<const float>(row));
      }
    }
    checkpoint.drop_pages();
  }
}

}  // namespace

TokenTable::TokenTable(const StoredTensor& tensor, Precision precision, const Checkpoint& checkpoint) {
  const std::size_t rows = tensor.shape[0];
  const std::size_t cols = tensor.shape[1];
  const auto number = number_of(tensor.dtype);
  if (precision == Precision::kInt8) {
    copy_to_int8(tensor, checkpoint);
    view_ = {int8_.data(), TableNumber::kInt8, rows, cols, scales_.data()};
  } else if (tensor.contiguous() && number && (precision == Precision::kF32 || number != TableNumber::kF32)) {
    view_ = {tensor.bytes.data(), *number, rows, cols};
  } else if (precision == Precision::kF32) {
    f32_.resize(rows * cols);
    read_f32(tensor, 0, f32_);
    view_ = {f32_.data(), TableNumber::kF32, rows, cols};
  } else {
    copy_to_f16(tensor, checkpoint);
    view_ = {f16_.data(), TableNumber::kF16, rows, cols};
  }
}

void TokenTable::copy_to_f16(const StoredTensor& tensor, const Checkpoint& checkpoint) {
  f16_.resize(tensor.shape[0] * tensor.shape[1]);
  for_each_row(tensor, checkpoint, [&](std::size_t i, std::span<const float> row) {
    std::transform(row.begin(), row.end(), f16_.begin() + static_cast<std::ptrdiff_t>(i * row.size()), to_f16);
  });
}

void TokenTable::copy_to_int8(const StoredTensor& tensor, const Checkpoint& checkpoint) {
  constexpr float kLargest = 127;
  int8_.resize(tensor.shape[0] * tensor.shape[1]);
  scales_.resize(tensor.shape[0]);
  for_each_row(tensor, checkpoint, [&](std::size_t i, std::span<const float> row) {
    float largest = 0;  // NaN where one is in the row: its scale says so then
    for (const float value : row) largest = std::abs(value) <= largest ? largest : std::abs(value);
    scales_[i] = largest / kLargest;
    const float inverse = largest > 0 ? kLargest / largest : 0;
    for (std::size_t j = 0; j < row.size(); ++j) {
      int8_[i * row.size() + j] = static_cast<std::int8_t>(std::lrint(row[j] * inverse));
    }
  });
}

}  // namespace rapport::nn
