#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nn/checkpoint/dtype.h"
#include "nn/tensor.h"

namespace rapport::nn {

/// A tensor as it lies in a file: element (i, j, ...) stands at bytes[(i * strides[0] + j * strides[1] + ...) * size of
/// one]. Its parser has checked that every element lies within `bytes`, and that there are no more elements than stored
/// numbers.
///
/// Ownership  borrows the file's memory.
struct StoredTensor {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::size_t> shape;
  std::vector<std::size_t> strides;  ///< in elements
  std::span<const std::byte> bytes;

  std::size_t count() const;
  /// Row-major without gaps: the bytes are the values.
  bool contiguous() const;
};

/// Elements [first, first + to.size()) of the tensor, counted in row-major order, as f32.
///
/// Requires  first + to.size() <= tensor.count().
void read_f32(const StoredTensor& tensor, std::size_t first, std::span<float> to);

/// All values of a tensor as f32 in row-major order: the file's own memory where it is stored so, a copy otherwise.
///
/// Ownership  the file must outlive it.
class FloatValues {
 public:
  explicit FloatValues(const StoredTensor& tensor);
  const float* data() const { return values_; }
  std::size_t size() const { return size_; }

 private:
  Scratch<float> copy_;
  const float* values_ = nullptr;
  std::size_t size_ = 0;
};

/// Why bytes are no checkpoint, in words for the operator who put them there.
struct Refusal {
  std::string reason;
};

/// The product of `shape`, or nothing when it does not fit 63 bits.
std::optional<std::size_t> element_count(const std::vector<std::size_t>& shape);
/// The strides of a row-major tensor without gaps. Requires that element_count(shape) exists.
std::vector<std::size_t> row_major_strides(const std::vector<std::size_t>& shape);
/// "[3, 4]", for messages.
std::string shape_text(const std::vector<std::size_t>& shape);
/// At most 100 bytes of a hostile text, anything but printable ASCII replaced, in quotes: for messages.
std::string in_quotes(std::string_view text);

}  // namespace rapport::nn
