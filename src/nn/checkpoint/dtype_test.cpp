#include "nn/checkpoint/dtype.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace rapport::nn {
namespace {

/// Half precision by its definition, IEEE 754-2008 section 3.4.
double half_by_definition(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1 : 1;
  if (exponent == 31) return fraction == 0 ? sign * std::numeric_limits<double>::infinity() : std::nan("");
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

TEST(DType, ReadsEveryHalfPrecisionNumberExactly) {
  for (int bits = 0; bits < 1 << 16; ++bits) {
    const double expected = half_by_definition(static_cast<std::uint16_t>(bits));
    const float read = f16_to_f32(static_cast<std::uint16_t>(bits));
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(read)) << bits;
    } else {
      ASSERT_EQ(static_cast<double>(read), expected) << bits;
      ASSERT_EQ(std::signbit(read), (bits & 0x8000) != 0) << bits;
    }
  }
}

TEST(DType, ReadsBfloat16AsTheUpperHalfOfAFloat) {
  for (int bits = 0; bits < 1 << 16; ++bits) {
    const float read = bf16_to_f32(static_cast<std::uint16_t>(bits));
    ASSERT_EQ(std::bit_cast<std::uint32_t>(read), static_cast<std::uint32_t>(bits) << 16);
  }
}

TEST(DType, ConvertsNumbersOfAnyAlignment) {
  std::byte bytes[17];
  const double stored[] = {1.5, -2.25};
  std::memcpy(bytes + 1, stored, sizeof(stored));
  float read[2] = {};

  convert_to_f32(DType::kF64, bytes + 1, 2, read);

  EXPECT_EQ(read[0], 1.5F);
  EXPECT_EQ(read[1], -2.25F);
}

}  // namespace
}  // namespace rapport::nn
