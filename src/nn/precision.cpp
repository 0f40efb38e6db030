#include "nn/precision.h"

#include <array>
#include <utility>

namespace rapport::nn {
namespace {

constexpr std::array<std::pair<Precision, std::string_view>, 3> kNames = {
    {{Precision::kF32, "f32"}, {Precision::kBf16, "bf16"}, {Precision::kInt8, "int8"}}};

}  // namespace

std::string_view to_string(Precision precision) {
  for (const auto& [value, name] : kNames) {
    if (value == precision) return name;
  }
  return "";
}

std::optional<Precision> parse_precision(std::string_view name) {
  for (const auto& [value, known] : kNames) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace rapport::nn
