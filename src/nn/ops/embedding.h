#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "nn/tensor.h"

namespace rapport::nn {

enum class TableNumber : std::uint8_t { kF32, kF16, kBf16, kInt8 };

/// A borrowed table of vectors, one for each id, as a checkpoint's file stores it: row-major, no alignment needed.
struct TableView {
  const void* values = nullptr;
  TableNumber number = TableNumber::kF32;
  std::size_t rows = 0;
  std::size_t cols = 0;
  const float* scales = nullptr;  ///< kInt8: what a row's numbers are multiplied by, one for each row
};

/// out row t = the table's row ids[t].
///
/// Shapes    ids [T]; out [T, D].
/// Throws    Error kInvalid when an id is not a row of the table; `out` is then unspecified.
void embed(const TableView& table, std::span<const std::int32_t> ids, MatrixView out);

/// out row t += the table's row ids[t]. Otherwise as `embed`.
void add_embedding(const TableView& table, std::span<const std::int32_t> ids, MatrixView out);

}  // namespace rapport::nn
