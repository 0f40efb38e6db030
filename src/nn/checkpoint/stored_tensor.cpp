#include "nn/checkpoint/stored_tensor.h"

#include <limits>

namespace rapport::nn {
namespace {

bool aligned_for_float(const std::byte* bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes) % alignof(float) == 0;
}

/// Where element `index` (in row-major order) of a tensor stands, in elements.
std::size_t position(const StoredTensor& tensor, std::size_t index) {
  std::size_t at = 0;
  for (std::size_t d = tensor.shape.size(); d-- > 0;) {
    at += index % tensor.shape[d] * tensor.strides[d];
    index /= tensor.shape[d];
  }
  return at;
}

}  // namespace

std::optional<std::size_t> element_count(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t size : shape) {
    if (size == 0) return 0;
  }
  for (const std::size_t size : shape) {
    if (__builtin_mul_overflow(count, size, &count)) return std::nullopt;
  }
  if (count > static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return count;
}

std::vector<std::size_t> row_major_strides(const std::vector<std::size_t>& shape) {
  std::vector<std::size_t> strides(shape.size());
  std::size_t stride = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= shape[d] == 0 ? 1 : shape[d];
  }
  return strides;
}

std::size_t StoredTensor::count() const {
  return element_count(shape).value_or(0);
}

bool StoredTensor::contiguous() const {
  std::size_t stride = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    if (shape[d] == 0) return true;
    if (shape[d] != 1 && strides[d] != stride) return false;
    stride *= shape[d];
  }
  return true;
}

void read_f32(const StoredTensor& tensor, std::size_t first, std::span<float> to) {
  const std::size_t size = size_bytes(tensor.dtype);
  if (tensor.contiguous()) {
    convert_to_f32(tensor.dtype, tensor.bytes.data() + first * size, to.size(), to.data());
    return;
  }
  for (std::size_t i = 0; i < to.size(); ++i) {
    convert_to_f32(tensor.dtype, tensor.bytes.data() + position(tensor, first + i) * size, 1, &to[i]);
  }
}

FloatValues::FloatValues(const StoredTensor& tensor) : size_(tensor.count()) {
  if (tensor.dtype == DType::kF32 && tensor.contiguous() && aligned_for_float(tensor.bytes.data())) {
    values_ = reinterpret_cast<const float*>(tensor.bytes.data());
    return;
  }
  float* copy = copy_.reserve(size_);
  read_f32(tensor, 0, {copy, size_});
  values_ = copy;
}

std::string shape_text(const std::vector<std::size_t>& shape) {
  std::string text = "[";
  for (std::size_t d = 0; d < shape.size(); ++d) text += (d == 0 ? "" : ", ") + std::to_string(shape[d]);
  return text + "]";
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  std::string out = "\"";
  for (const char c : text.substr(0, kLongest)) out += c >= ' ' && c <= '~' && c != '"' ? c : '?';
  return out + (text.size() > kLongest ? "...\"" : "\"");
}

}  // namespace rapport::nn
