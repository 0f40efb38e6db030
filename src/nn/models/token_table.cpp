#include "nn/models/token_table.h"

#include <bit>
#include <optional>

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

}  // namespace

TokenTable::TokenTable(const StoredTensor& tensor, Precision precision) {
  const std::size_t rows = tensor.shape[0];
  const std::size_t cols = tensor.shape[1];
  const auto number = number_of(tensor.dtype);
  const bool as_stored = number && (precision == Precision::kF32 || number != TableNumber::kF32);
  if (tensor.contiguous() && as_stored) {
    view_ = {tensor.bytes.data(), *number, rows, cols};
  } else if (precision == Precision::kF32) {
    f32_.resize(rows * cols);
    read_f32(tensor, 0, f32_);
    view_ = {f32_.data(), TableNumber::kF32, rows, cols};
  } else {
    f16_.resize(rows * cols);
    const auto count = static_cast<std::int64_t>(rows);
#pragma omp parallel
    {
      std::vector<float> row(cols);
#pragma omp for
      for (std::int64_t i = 0; i < count; ++i) {
        const std::size_t first = static_cast<std::size_t>(i) * cols;
        read_f32(tensor, first, row);
        for (std::size_t j = 0; j < cols; ++j) f16_[first + j] = to_f16(row[j]);
      }
    }
    view_ = {f16_.data(), TableNumber::kF16, rows, cols};
  }
}

}  // namespace rapport::nn
