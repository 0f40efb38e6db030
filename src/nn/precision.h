#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rapport::nn {

/// In which numbers the large matrices of a model are kept and multiplied. Sums are f32 or i32, and everything else
/// (embeddings' sums, normalisation, softmax) is f32, in each of them.
enum class Precision : std::uint8_t {
  kF32,
  kBf16,  ///< weights and inputs rounded to bfloat16
  kInt8,  ///< weights per output channel, inputs per token, both 8 bits or the next fewer that the CPU multiplies
          ///< exactly
};

/// "f32", "bf16", "int8".
std::string_view to_string(Precision precision);
std::optional<Precision> parse_precision(std::string_view name);

}  // namespace rapport::nn
