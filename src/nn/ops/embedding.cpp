#include "nn/ops/embedding.h"

#include <bit>
#include <cstring>

#include "base/error.h"
#include "nn/onednn/bfloat16.h"

namespace rapport::nn {
namespace {

float from_f16(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fU;
  const std::uint32_t fraction = half & 0x3ffU;
  if (exponent == 0) {  // zero and subnormal: fraction * 2^-24
    const float value = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -value : value;
  }
  const std::uint32_t bits = exponent == 0x1f ? 0x7f800000U : (exponent + 112) << 23;
  return std::bit_cast<float>(sign | bits | (fraction << 13));
}

float value_at(const TableView& table, std::size_t row, std::size_t col) {
  const std::size_t index = row * table.cols + col;
  if (table.number == TableNumber::kInt8) {
    return table.scales[row] * static_cast<float>(static_cast<const std::int8_t*>(table.values)[index]);
  }
  if (table.number == TableNumber::kF32) {
    float value;
    std::memcpy(&value, static_cast<const char*>(table.values) + index * sizeof(float), sizeof(float));
    return value;
  }
  std::uint16_t bits;
  std::memcpy(&bits, static_cast<const char*>(table.values) + index * sizeof(bits), sizeof(bits));
  return table.number == TableNumber::kF16 ? from_f16(bits) : from_bf16(bits);
}

template <class Store>
void for_each_row(const TableView& table, std::span<const std::int32_t> ids, MatrixView out, Store store) {
  if (out.rows != ids.size() || out.cols != table.cols) {
    throw Error(ErrorKind::kInvalid, "embedding_shape", "An embedding's output does not fit its ids and its table.");
  }
  for (std::size_t t = 0; t < ids.size(); ++t) {
    if (ids[t] < 0 || static_cast<std::size_t>(ids[t]) >= table.rows) {
      throw Error(ErrorKind::kInvalid, "embedding_id", "An id is not in the model's vocabulary.");
    }
    const auto row = static_cast<std::size_t>(ids[t]);
    for (std::size_t d = 0; d < table.cols; ++d) store(out.row(t)[d], value_at(table, row, d));
  }
}

}  // namespace

void embed(const TableView& table, std::span<const std::int32_t> ids, MatrixView out) {
  for_each_row(table, ids, out, [](float& to, float value) { to = value; });
}

void add_embedding(const TableView& table, std::span<const std::int32_t> ids, MatrixView out) {
  for_each_row(table, ids, out, [](float& to, float value) { to += value; });
}

}  // namespace rapport::nn
