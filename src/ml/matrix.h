#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace rapport::ml {

/// A borrowed table of features: `rows` by `cols` doubles, row-major; NaN is a missing value.
struct MatrixView {
  const double* values = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;

  std::span<const double> row(std::size_t i) const { return {values + i * cols, cols}; }
  double at(std::size_t i, std::size_t j) const { return values[i * cols + j]; }
};

/// The same, owned.
struct Matrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(std::size_t r, std::size_t c) : rows(r), cols(c), values(r * c) {}

  operator MatrixView() const { return {values.data(), rows, cols}; }  // NOLINT(google-explicit-constructor)
  std::span<const double> row(std::size_t i) const { return {values.data() + i * cols, cols}; }
  std::span<double> row(std::size_t i) { return {values.data() + i * cols, cols}; }
  double at(std::size_t i, std::size_t j) const { return values[i * cols + j]; }
  /// Adds a row of `cols` values.
  void push_row(std::span<const double> row) {
    values.insert(values.end(), row.begin(), row.end());
    ++rows;
  }
};

}  // namespace rapport::ml
