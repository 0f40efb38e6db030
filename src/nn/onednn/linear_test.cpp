// Every backend that this CPU can run, in every precision, against sums in double.

#include "nn/onednn/linear.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "nn/onednn/bfloat16.h"

namespace rapport::nn {
namespace {

Matrix random_matrix(Rng& rng, std::size_t rows, std::size_t cols, double deviation = 1) {
  Matrix m(rows, cols);
  for (std::size_t i = 0; i < rows * cols; ++i) m.data()[i] = static_cast<float>(rng.normal(0, deviation));
  return m;
}
std::vector<float> random_vector(Rng& rng, std::size_t size) {
  std::vector<float> v(size);
  for (float& value : v) value = static_cast<float>(rng.normal());
  return v;
}

double activated(double x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return std::max(x, 0.0);
    case Activation::kGelu:
      return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    case Activation::kGeluTanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x)));
    case Activation::kSilu:
      return x / (1 + std::exp(-x));
  }
  return x;
}

double largest_of(const float* values, std::size_t count) {
  double largest = 0;
  for (std::size_t k = 0; k < count; ++k) largest = std::max<double>(largest, std::fabs(values[k]));
  return largest;
}

/// One element of the exact result, and how far a backend may be from it.
struct Expected {
  double value = 0;
  double tolerance = 0;
};

/// f32 and bf16: the sum's rounding. int8: half a step of each code, times what it is multiplied with. A row of x has
/// 254 steps at least from its lowest to its highest value or from -largest to largest; a row of W 64 at least up to
/// its largest. No activation's slope exceeds 1.13.
Expected expected(std::span<const float> x, const float* w, float bias, Precision precision, Activation activation) {
  const std::size_t in = x.size();
  double sum = bias;
  double size = std::fabs(bias);
  double steps = 0;
  const double step_x = largest_of(x.data(), in) / 127;
  const double step_w = largest_of(w, in) / 64;
  for (std::size_t k = 0; k < in; ++k) {
    const bool bf16 = precision == Precision::kBf16;
    const double a = bf16 ? from_bf16(to_bf16(x[k])) : x[k];
    const double b = bf16 ? from_bf16(to_bf16(w[k])) : w[k];
    sum += a * b;
    size += std::fabs(a * b);
    steps += (std::fabs(a) * step_w + std::fabs(b) * step_x) / 2 + step_w * step_x / 4;
  }
  const double rounding = 1e-6 * size + 1e-6 * std::fabs(sum) + 1e-7;
  return {activated(sum, activation), 1.13 * ((precision == Precision::kInt8 ? steps : 0) + rounding) + 1e-6};
}

struct Case {
  LinearBackend backend;
  Precision precision;
};
std::string name_of(const testing::TestParamInfo<Case>& info) {
  return std::string(to_string(info.param.backend)) + "_" + std::string(to_string(info.param.precision));
}

class LinearOfEachBackend : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (!can_run(GetParam().backend, GetParam().precision)) {
      GTEST_SKIP() << "NOT TESTED: this CPU cannot run " << to_string(GetParam().backend) << " in "
                   << to_string(GetParam().precision);
    }
  }
  Linear linear(ConstMatrixView weight, std::span<const float> bias) const {
    return {weight, bias, GetParam().precision, GetParam().backend};
  }
};

INSTANTIATE_TEST_SUITE_P(
    , LinearOfEachBackend,
    testing::Values(Case{LinearBackend::kPortable, Precision::kF32}, Case{LinearBackend::kPortable, Precision::kBf16},
                    Case{LinearBackend::kPortable, Precision::kInt8}, Case{LinearBackend::kAvx2, Precision::kF32},
                    Case{LinearBackend::kAvx2, Precision::kBf16}, Case{LinearBackend::kAvx2, Precision::kInt8},
                    Case{LinearBackend::kOneDnn, Precision::kF32}, Case{LinearBackend::kOneDnn, Precision::kBf16},
                    Case{LinearBackend::kOneDnn, Precision::kInt8}),
    name_of);

TEST_P(LinearOfEachBackend, AgreesWithSumsInDoubleOverRandomShapes) {
  Rng rng(1);
  LinearScratch scratch;
  const Activation activations[] = {Activation::kNone, Activation::kRelu, Activation::kGelu, Activation::kGeluTanh,
                                    Activation::kSilu};
  for (int round = 0; round < 120; ++round) {
    const auto rows = static_cast<std::size_t>(rng.integer(1, round % 4 == 0 ? 70 : 9));
    const auto in = static_cast<std::size_t>(rng.integer(1, round % 3 == 0 ? 400 : 40));
    const auto out = static_cast<std::size_t>(rng.integer(1, round % 5 == 0 ? 150 : 40));
    const Matrix weight = random_matrix(rng, out, in, 0.3);
    const std::vector<float> bias = random_vector(rng, rng.chance(0.7) ? out : 0);
    const auto pad_x = static_cast<std::size_t>(rng.integer(0, 5));
    const auto pad_y = static_cast<std::size_t>(rng.integer(0, 5));
    const Matrix x = random_matrix(rng, rows, in + pad_x, 2);
    Matrix y = random_matrix(rng, rows, out + pad_y);
    const Matrix before = [&] {
      Matrix copy(rows, out + pad_y);
      std::copy_n(y.data(), rows * (out + pad_y), copy.data());
      return copy;
    }();
    const LinearOptions options{.activation = activations[round % 5], .add_to_output = rng.chance(0.3)};
    const ConstMatrixView x_view{x.data(), rows, in, in + pad_x};
    const MatrixView y_view{y.data(), rows, out, out + pad_y};

    linear(weight, bias).apply(x_view, y_view, scratch, options);

    for (std::size_t t = 0; t < rows; ++t) {
      for (std::size_t i = 0; i < out; ++i) {
        const Expected e = expected({x_view.row(t), in}, weight.row(i), bias.empty() ? 0 : bias[i],
                                    GetParam().precision, options.activation);
        const double residual = options.add_to_output ? before.row(t)[i] : 0;
        ASSERT_NEAR(y_view.row(t)[i], e.value + residual, e.tolerance + 1e-6 * std::fabs(residual))
            << "row " << t << " of " << rows << ", output " << i << " of " << out << ", inputs " << in;
      }
      for (std::size_t i = out; i < out + pad_y; ++i) ASSERT_EQ(y.row(t)[i], before.row(t)[i]) << "wrote beside y";
    }
  }
}

TEST_P(LinearOfEachBackend, GivesARowTheSameResultWhateverStandsBesideIt) {
  Rng rng(2);
  const Matrix weight = random_matrix(rng, 130, 259, 0.3);
  const std::vector<float> bias = random_vector(rng, 130);
  const Matrix x = random_matrix(rng, 300, 259);
  const Linear layer = linear(weight, bias);
  LinearScratch scratch;
  Matrix together(300, 130);
  layer.apply(x, together, scratch);

  for (const std::size_t rows : {1, 2, 3, 5, 17, 64}) {
    for (std::size_t begin = 0; begin + rows <= 300; begin += 59) {
      Matrix alone(rows, 130);
      layer.apply(ConstMatrixView(x).rows_between(begin, begin + rows), alone, scratch);

      for (std::size_t t = 0; t < rows; ++t) {
        for (std::size_t i = 0; i < 130; ++i) {
          ASSERT_NEAR(alone.row(t)[i], together.row(begin + t)[i], 1e-6 * 30) << rows << " rows from " << begin;
        }
      }
    }
  }
}

TEST_P(LinearOfEachBackend, KeepsInfinityAndNaNWithinTheirRow) {
  Rng rng(3);
  const Matrix weight = random_matrix(rng, 40, 50);
  const Linear layer = linear(weight, {});
  LinearScratch scratch;
  Matrix x = random_matrix(rng, 12, 50);
  Matrix clean(12, 40);
  layer.apply(x, clean, scratch);

  x.row(3)[7] = std::numeric_limits<float>::quiet_NaN();
  x.row(8)[49] = -std::numeric_limits<float>::infinity();
  Matrix y(12, 40);
  layer.apply(x, y, scratch);

  for (std::size_t t = 0; t < 12; ++t) {
    for (std::size_t i = 0; i < 40; ++i) {
      if (t == 3 || t == 8) {
        ASSERT_FALSE(std::isfinite(y.row(t)[i])) << t;
      } else {
        ASSERT_EQ(y.row(t)[i], clean.row(t)[i]) << t;
      }
    }
  }
}

TEST_P(LinearOfEachBackend, StandsZerosAndTinyAndHugeValues) {
  Rng rng(4);
  Matrix weight = random_matrix(rng, 20, 33);
  std::fill_n(weight.row(5), 33, 0.F);
  const Linear layer = linear(weight, {});
  LinearScratch scratch;
  Matrix x = random_matrix(rng, 4, 33);
  std::fill_n(x.row(0), 33, 0.F);
  for (std::size_t k = 0; k < 33; ++k) x.row(1)[k] *= 1e-41F;
  for (std::size_t k = 0; k < 33; ++k) x.row(2)[k] *= 1e30F;
  Matrix y(4, 20);

  layer.apply(x, y, scratch);

  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(y.row(0)[i], 0);
    EXPECT_NEAR(y.row(1)[i], 0, 1e-38);
    const Expected e = expected({x.row(2), 33}, weight.row(i), 0, GetParam().precision, Activation::kNone);
    EXPECT_NEAR(y.row(2)[i], e.value, e.tolerance);
  }
  for (std::size_t t = 0; t < 4; ++t) EXPECT_EQ(y.row(t)[5], 0);
}

TEST_P(LinearOfEachBackend, GivesTheSameInsideAndOutsideOfAParallelRegion) {
  Rng rng(5);
  const Matrix weight = random_matrix(rng, 256, 512);
  const Linear layer = linear(weight, {});
  const Matrix x = random_matrix(rng, 64, 512);
  LinearScratch scratch;
  Matrix outside(64, 256);
  layer.apply(x, outside, scratch);

  Matrix inside(64, 256);
#pragma omp parallel num_threads(3)
  {
    LinearScratch own;
    const auto part = static_cast<std::size_t>(omp_get_thread_num());
    const auto parts = static_cast<std::size_t>(omp_get_num_threads());
    const std::size_t begin = 64 * part / parts;
    const std::size_t end = 64 * (part + 1) / parts;
    layer.apply(ConstMatrixView(x).rows_between(begin, end), MatrixView(inside).rows_between(begin, end), own);
  }

  for (std::size_t i = 0; i < 64 * 256; ++i) ASSERT_NEAR(inside.data()[i], outside.data()[i], 1e-6 * 50);
}

TEST_P(LinearOfEachBackend, TakesNoRowsAndOverlappingRows) {
  Rng rng(6);
  const Matrix weight = random_matrix(rng, 9, 12);
  const Linear layer = linear(weight, {});
  LinearScratch scratch;
  const std::vector<float> signal = random_vector(rng, 4 * 10 + 12);
  Matrix y(11, 9);

  layer.apply({nullptr, 0, 12, 12}, {nullptr, 0, 9, 9}, scratch);
  layer.apply({signal.data(), 11, 12, 4}, y, scratch);

  for (std::size_t t = 0; t < 11; ++t) {
    for (std::size_t i = 0; i < 9; ++i) {
      const Expected e = expected({&signal[4 * t], 12}, weight.row(i), 0, GetParam().precision, Activation::kNone);
      ASSERT_NEAR(y.row(t)[i], e.value, e.tolerance);
    }
  }
}

TEST(Linear, RefusesWhatDoesNotFit) {
  Rng rng(7);
  Matrix weight = random_matrix(rng, 4, 6);
  const std::vector<float> bias(4);
  LinearScratch scratch;
  const Linear layer(weight, bias, Precision::kF32);
  Matrix x(2, 6);
  Matrix narrow(2, 3);

  EXPECT_THROW(layer.apply(x, narrow, scratch), Error);
  EXPECT_THROW(Linear(weight, std::vector<float>(3), Precision::kF32), Error);
  weight.row(1)[2] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(Linear(weight, bias, Precision::kInt8), Error);
}

TEST(Linear, Int8AndBf16TakeAQuarterAndHalfOfTheMemory) {
  Rng rng(8);
  const Matrix weight = random_matrix(rng, 768, 768);
  const auto f32 = static_cast<double>(Linear(weight, {}, Precision::kF32).memory_bytes());

  EXPECT_LT(static_cast<double>(Linear(weight, {}, Precision::kBf16).memory_bytes()), 0.51 * f32);
  EXPECT_LT(static_cast<double>(Linear(weight, {}, Precision::kInt8).memory_bytes()), 0.26 * f32);
}

}  // namespace
}  // namespace rapport::nn
