#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rapport::nn {

/// The number formats in which checkpoints keep tensors.
enum class DType : std::uint8_t { kF64, kF32, kF16, kBf16, kI64, kI32, kI16, kI8, kU8, kBool };

std::size_t size_bytes(DType dtype);
std::string_view to_string(DType dtype);  ///< "f32", "bf16", ...

/// "F32", "BF16", ... as safetensors headers write them.
std::optional<DType> parse_safetensors_dtype(std::string_view name);
/// "FloatStorage", "HalfStorage", ... as PyTorch pickles name the class of a storage.
std::optional<DType> parse_torch_storage(std::string_view name);

/// `count` stored numbers at `from`, of any alignment, as f32. Exact but for f64 and the large integers, which are
/// rounded.
void convert_to_f32(DType dtype, const std::byte* from, std::size_t count, float* to);

/// One IEEE 754 half precision number as f32, exactly.
float f16_to_f32(std::uint16_t bits);
/// One bfloat16 number as f32, exactly.
float bf16_to_f32(std::uint16_t bits);

}  // namespace rapport::nn
