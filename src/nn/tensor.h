#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace rapport::nn {

/// A borrowed matrix of floats that may be written: `rows` by `cols`, row-major, rows `stride` floats apart.
struct MatrixView {
  float* values = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t stride = 0;

  float* row(std::size_t i) const { return values + i * stride; }
  /// Rows [begin, end).
  MatrixView rows_between(std::size_t begin, std::size_t end) const {
    return {values + begin * stride, end - begin, cols, stride};
  }
  /// Columns [begin, end).
  MatrixView cols_between(std::size_t begin, std::size_t end) const {
    return {values + begin, rows, end - begin, stride};
  }
};

/// The same, read only.
struct ConstMatrixView {
  const float* values = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t stride = 0;

  ConstMatrixView() = default;
  ConstMatrixView(const float* v, std::size_t r, std::size_t c, std::size_t s)
      : values(v), rows(r), cols(c), stride(s) {}
  ConstMatrixView(MatrixView m)  // NOLINT(google-explicit-constructor)
      : values(m.values), rows(m.rows), cols(m.cols), stride(m.stride) {}

  const float* row(std::size_t i) const { return values + i * stride; }
  ConstMatrixView rows_between(std::size_t begin, std::size_t end) const {
    return {values + begin * stride, end - begin, cols, stride};
  }
  ConstMatrixView cols_between(std::size_t begin, std::size_t end) const {
    return {values + begin, rows, end - begin, stride};
  }
};

/// Memory that kernels like: aligned to a cache line, not initialised, grows and never shrinks. A state keeps one for
/// each intermediate result, so that the steady state of a forward pass allocates nothing.
///
/// Ownership  owns; moves, does not copy.
/// Threads    one thread at a time.
template <class T>
class Scratch {
 public:
  static constexpr std::size_t kAlignment = 64;

  Scratch() = default;
  explicit Scratch(std::size_t count) { reserve(count); }

  /// Room for `count` values; what was in it is lost when it has to grow.
  T* reserve(std::size_t count) {
    if (count > capacity_) {
      const std::size_t bytes = (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
      memory_.reset(static_cast<T*>(std::aligned_alloc(kAlignment, bytes)));
      if (memory_ == nullptr) throw std::bad_alloc();
      capacity_ = count;
    }
    return memory_.get();
  }
  T* data() const { return memory_.get(); }
  std::size_t capacity() const { return capacity_; }

 private:
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  std::unique_ptr<T, Free> memory_;
  std::size_t capacity_ = 0;
};

/// A matrix that owns its values: row-major without gaps, 64-byte aligned, not initialised. `resize` keeps memory that
/// is large enough.
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols) { resize(rows, cols); }

  MatrixView resize(std::size_t rows, std::size_t cols) {
    memory_.reserve(rows * cols);
    rows_ = rows;
    cols_ = cols;
    return *this;
  }
  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  float* row(std::size_t i) { return memory_.data() + i * cols_; }
  const float* row(std::size_t i) const { return memory_.data() + i * cols_; }
  float* data() { return memory_.data(); }
  const float* data() const { return memory_.data(); }

  operator MatrixView() { return {data(), rows_, cols_, cols_}; }             // NOLINT(google-explicit-constructor)
  operator ConstMatrixView() const { return {data(), rows_, cols_, cols_}; }  // NOLINT(google-explicit-constructor)

 private:
  Scratch<float> memory_;
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
};

}  // namespace rapport::nn
