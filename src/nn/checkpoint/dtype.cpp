#include "nn/checkpoint/dtype.h"

#include <array>
#include <bit>
#include <cstring>

namespace rapport::nn {
namespace {

struct Names {
  DType dtype;
  std::size_t bytes;
  std::string_view name;
  std::string_view safetensors;
  std::string_view torch_storage;
};

constexpr std::array<Names, 10> kNames = {{
    {DType::kF64, 8, "f64", "F64", "DoubleStorage"},
    {DType::kF32, 4, "f32", "F32", "FloatStorage"},
    {DType::kF16, 2, "f16", "F16", "HalfStorage"},
    {DType::kBf16, 2, "bf16", "BF16", "BFloat16Storage"},
    {DType::kI64, 8, "i64", "I64", "LongStorage"},
    {DType::kI32, 4, "i32", "I32", "IntStorage"},
    {DType::kI16, 2, "i16", "I16", "ShortStorage"},
    {DType::kI8, 1, "i8", "I8", "CharStorage"},
    {DType::kU8, 1, "u8", "U8", "ByteStorage"},
    {DType::kBool, 1, "bool", "BOOL", "BoolStorage"},
}};

const Names& names_of(DType dtype) {
  return kNames[static_cast<std::size_t>(dtype)];
}

template <class Stored, class Convert>
void convert(const std::byte* from, std::size_t count, float* to, Convert as_f32) {
  for (std::size_t i = 0; i < count; ++i) {
    Stored value;
    std::memcpy(&value, from + i * sizeof(Stored), sizeof(Stored));
    to[i] = as_f32(value);
  }
}

template <class Stored>
void cast(const std::byte* from, std::size_t count, float* to) {
  convert<Stored>(from, count, to, [](Stored value) { return static_cast<float>(value); });
}

}  // namespace

std::size_t size_bytes(DType dtype) {
  return names_of(dtype).bytes;
}

std::string_view to_string(DType dtype) {
  return names_of(dtype).name;
}

std::optional<DType> parse_safetensors_dtype(std::string_view name) {
  for (const Names& known : kNames) {
    if (known.safetensors == name) return known.dtype;
  }
  return std::nullopt;
}

std::optional<DType> parse_torch_storage(std::string_view name) {
  for (const Names& known : kNames) {
    if (known.torch_storage == name) return known.dtype;
  }
  return std::nullopt;
}

float bf16_to_f32(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

float f16_to_f32(std::uint16_t bits) {
  constexpr std::uint32_t kExponent = 0x7c00;
  constexpr float kSubnormalUnit = 1.0F / (1 << 24);
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000) << 16;
  const std::uint32_t magnitude = bits & 0x7fff;
  if ((magnitude & kExponent) == 0) {
    const float value = static_cast<float>(magnitude) * kSubnormalUnit;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) | sign);
  }
  const std::uint32_t rebias = (magnitude & kExponent) == kExponent ? (255 - 31) << 23 : (127 - 15) << 23;
  return std::bit_cast<float>(((magnitude << 13) + rebias) | sign);
}

void convert_to_f32(DType dtype, const std::byte* from, std::size_t count, float* to) {
  switch (dtype) {
    case DType::kF64:
      return cast<double>(from, count, to);
    case DType::kF32:
      if (count != 0) std::memcpy(to, from, count * sizeof(float));
      return;
    case DType::kF16:
      return convert<std::uint16_t>(from, count, to, f16_to_f32);
    case DType::kBf16:
      return convert<std::uint16_t>(from, count, to, bf16_to_f32);
    case DType::kI64:
      return cast<std::int64_t>(from, count, to);
    case DType::kI32:
      return cast<std::int32_t>(from, count, to);
    case DType::kI16:
      return cast<std::int16_t>(from, count, to);
    case DType::kI8:
      return cast<std::int8_t>(from, count, to);
    case DType::kU8:
      return cast<std::uint8_t>(from, count, to);
    case DType::kBool:
      return convert<std::uint8_t>(from, count, to, [](std::uint8_t v) { return v != 0 ? 1.0F : 0.0F; });
  }
}

}  // namespace rapport::nn
