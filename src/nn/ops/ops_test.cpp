// Every operation against plain loops in double, over random shapes. (On CPUs with AVX2 these are its kernels.)

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "nn/onednn/bfloat16.h"
#include "nn/ops/attention.h"
#include "nn/ops/conv1d.h"
#include "nn/ops/elementwise.h"
#include "nn/ops/embedding.h"

namespace rapport::nn {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Matrix random_matrix(Rng& rng, std::size_t rows, std::size_t cols, double deviation = 1) {
  Matrix m(rows, cols);
  for (std::size_t i = 0; i < rows * cols; ++i) m.data()[i] = static_cast<float>(rng.normal(0, deviation));
  return m;
}
std::size_t size_in(Rng& rng, std::int64_t low, std::int64_t high) {
  return static_cast<std::size_t>(rng.integer(low, high));
}

/// One query row of one head.
std::vector<double> exact_row(const float* q, ConstMatrixView key, ConstMatrixView value, std::size_t seen) {
  std::vector<double> scores(seen);
  for (std::size_t s = 0; s < seen; ++s) {
    for (std::size_t d = 0; d < key.cols; ++d) scores[s] += double{q[d]} * key.row(s)[d];
    scores[s] /= std::sqrt(static_cast<double>(key.cols));
  }
  const double largest = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (double& s : scores) total += s = std::exp(s - largest);
  std::vector<double> out(key.cols);
  for (std::size_t s = 0; s < seen; ++s) {
    for (std::size_t d = 0; d < key.cols; ++d) out[d] += scores[s] / total * value.row(s)[d];
  }
  return out;
}

void expect_exact(const AttentionInputs& in, ConstMatrixView out, AttentionOptions options) {
  const std::size_t dh = in.query.cols / options.heads;
  for (std::size_t h = 0; h < options.heads; ++h) {
    for (std::size_t t = 0; t < in.query.rows; ++t) {
      const std::size_t seen = options.causal_offset ? *options.causal_offset + t + 1 : in.key.rows;
      const auto exact = exact_row(in.query.row(t) + h * dh, in.key.cols_between(h * dh, h * dh + dh),
                                   in.value.cols_between(h * dh, h * dh + dh), seen);
      for (std::size_t d = 0; d < dh; ++d) {
        ASSERT_NEAR(out.row(t)[h * dh + d], exact[d], 5e-6)
            << "row " << t << " of " << in.query.rows << ", keys " << in.key.rows << ", head width " << dh;
      }
    }
  }
}

TEST(Attention, AgreesWithLoopsInDoubleOnViewsOfAFusedProjection) {
  Rng rng(1);
  AttentionScratch scratch;
  for (int round = 0; round < 80; ++round) {
    const std::size_t heads = size_in(rng, 1, 4);
    const std::size_t width = heads * size_in(rng, 1, round % 4 == 0 ? 80 : 20);
    const std::size_t rows = round < 4 ? static_cast<std::size_t>(round) + 1 : size_in(rng, 1, 70);
    const Matrix fused = random_matrix(rng, rows, 3 * width + 3, 1.5);
    const ConstMatrixView all = fused;
    const AttentionInputs in{all.cols_between(0, width), all.cols_between(width, 2 * width),
                             all.cols_between(2 * width, 3 * width)};
    Matrix out(rows, width);

    attention(in, out, {.heads = heads}, scratch);

    expect_exact(in, out, {.heads = heads});
  }
}

TEST(Attention, SeesOnlyThePastWhenCausal) {
  Rng rng(2);
  AttentionScratch scratch;
  for (int round = 0; round < 60; ++round) {
    const std::size_t heads = size_in(rng, 1, 3);
    const std::size_t width = heads * size_in(rng, 1, 40);
    const std::size_t rows = size_in(rng, 1, round % 2 == 0 ? 3 : 90);
    const std::size_t offset = size_in(rng, 0, 50);
    const std::size_t keys = rows + offset + size_in(rng, 0, 2);
    const Matrix query = random_matrix(rng, rows, width);
    const Matrix key = random_matrix(rng, keys, width);
    const Matrix value = random_matrix(rng, keys, width);
    Matrix out(rows, width);
    const AttentionOptions options{.heads = heads, .causal_offset = offset};

    attention({query, key, value}, out, options, scratch);

    expect_exact({query, key, value}, out, options);
  }
}

TEST(Attention, StandsLargeScoresAndWritesOverItsQuery) {
  Rng rng(3);
  AttentionScratch scratch;
  Matrix query = random_matrix(rng, 37, 64, 100);
  const Matrix key = random_matrix(rng, 600, 64, 100);
  const Matrix value = random_matrix(rng, 600, 64);
  Matrix out(37, 64);

  attention({query, key, value}, out, {.heads = 2}, scratch);
  attention({query, key, value}, query, {.heads = 2}, scratch);

  for (std::size_t i = 0; i < 37 * 64; ++i) {
    ASSERT_TRUE(std::isfinite(out.data()[i]));
    ASSERT_EQ(query.data()[i], out.data()[i]);
  }
}

TEST(Attention, KeepsNaNWithinItsQuery) {
  Rng rng(4);
  AttentionScratch scratch;
  Matrix query = random_matrix(rng, 9, 16);
  query.row(5)[3] = kNaN;
  const Matrix key = random_matrix(rng, 11, 16);
  Matrix out(9, 16);

  attention({query, key, key}, out, {}, scratch);

  for (std::size_t t = 0; t < 9; ++t) EXPECT_EQ(std::isnan(out.row(t)[0]), t == 5) << t;
}

TEST(Attention, RefusesShapesThatDoNotFit) {
  AttentionScratch scratch;
  Matrix m(4, 6);
  Matrix out(4, 6);
  EXPECT_THROW(attention({m, m, m}, out, {.heads = 4}, scratch), Error);
  EXPECT_THROW(attention({m, m, m}, out, {.heads = 2, .causal_offset = 1}, scratch), Error);
  EXPECT_THROW(attention({m, ConstMatrixView(m).rows_between(0, 0), ConstMatrixView(m).rows_between(0, 0)}, out,
                         {.heads = 2}, scratch),
               Error);
}

/// x from -12 to 12 and some beyond, in rows of every length up to 20.
template <class Operation, class Exact>
void expect_elementwise(Operation operation, Exact exact, double tolerance) {
  Rng rng(5);
  for (std::size_t cols = 1; cols <= 20; ++cols) {
    Matrix x = random_matrix(rng, 200, cols + 2, 4);
    x.row(0)[0] = 0;
    x.row(1)[0] = 100;
    x.row(2)[0] = -100;
    x.row(3)[0] = 1e-20F;
    const Matrix before = [&] {
      Matrix copy(200, cols + 2);
      std::copy_n(x.data(), 200 * (cols + 2), copy.data());
      return copy;
    }();
    x.row(199)[0] = kNaN;

    operation(MatrixView(x).cols_between(0, cols));

    for (std::size_t t = 0; t < 199; ++t) {
      for (std::size_t d = 0; d < cols; ++d) {
        const double v = before.row(t)[d];
        ASSERT_NEAR(x.row(t)[d], exact(v), tolerance * (1 + std::fabs(v))) << v;
      }
      ASSERT_EQ(x.row(t)[cols], before.row(t)[cols]) << "wrote beside the view";
    }
    ASSERT_TRUE(std::isnan(x.row(199)[0]));
  }
}

TEST(Elementwise, AgreesWithDoubleAndKeepsNaN) {
  expect_elementwise(
      relu, [](double v) { return std::max(v, 0.0); }, 0);
  expect_elementwise(
      gelu, [](double v) { return 0.5 * v * std::erfc(-v / std::sqrt(2.0)); }, 4e-7);
  expect_elementwise(
      gelu_tanh,
      [](double v) { return 0.5 * v * (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (v + 0.044715 * v * v * v))); },
      4e-7);
  expect_elementwise([](MatrixView x) { nn::tanh(x); }, [](double v) { return std::tanh(v); }, 3e-7);
}

TEST(Softmax, AgreesWithDoubleOverRandomShapes) {
  Rng rng(6);
  for (int round = 0; round < 60; ++round) {
    const std::size_t rows = size_in(rng, 1, 5);
    const std::size_t cols = size_in(rng, 1, 90);
    Matrix x = random_matrix(rng, rows, cols, round % 2 == 0 ? 3 : 60);
    if (cols > 3) x.row(0)[2] = -kInfinity;
    Matrix logs(rows, cols);
    std::copy_n(x.data(), rows * cols, logs.data());
    const std::vector<float> before(x.data(), x.data() + rows * cols);

    softmax(x);
    log_softmax(logs);

    for (std::size_t t = 0; t < rows; ++t) {
      const float* row = before.data() + t * cols;
      const double largest = *std::max_element(row, row + cols);
      double total = 0;
      for (std::size_t d = 0; d < cols; ++d) total += std::exp(row[d] - largest);
      for (std::size_t d = 0; d < cols; ++d) {
        ASSERT_NEAR(x.row(t)[d], std::exp(row[d] - largest) / total, 1e-6);
        if (row[d] == -kInfinity) {
          ASSERT_EQ(logs.row(t)[d], -kInfinity);
        } else {
          const double exact = row[d] - largest - std::log(total);
          ASSERT_NEAR(logs.row(t)[d], exact, 1e-6 * (1 + std::fabs(exact)));
        }
      }
    }
  }
}

TEST(Softmax, GivesNaNForARowThatHasNoAnswer) {
  Matrix x(3, 9);
  std::fill_n(x.data(), 27, 1.F);
  std::fill_n(x.row(0), 9, -kInfinity);
  x.row(1)[8] = kNaN;
  softmax(x);
  EXPECT_TRUE(std::isnan(x.row(0)[4]));
  EXPECT_TRUE(std::isnan(x.row(1)[4]));
  EXPECT_NEAR(x.row(2)[4], 1.0 / 9, 1e-7);
}

TEST(LayerNorm, AgreesWithDoubleInPlaceToo) {
  Rng rng(7);
  for (int round = 0; round < 60; ++round) {
    const std::size_t cols = size_in(rng, 1, 100);
    Matrix x = random_matrix(rng, 3, cols, 2);
    for (std::size_t d = 0; d < cols; ++d) x.row(1)[d] += 30;
    const Matrix gamma = random_matrix(rng, 1, cols);
    const Matrix beta = random_matrix(rng, 1, cols);
    Matrix out(3, cols);

    layer_norm(x, {gamma.data(), cols}, {beta.data(), cols}, 1e-5F, out);

    for (std::size_t t = 0; t < 3; ++t) {
      double mean = 0;
      double variance = 0;
      for (std::size_t d = 0; d < cols; ++d) mean += x.row(t)[d] / static_cast<double>(cols);
      for (std::size_t d = 0; d < cols; ++d) variance += std::pow(x.row(t)[d] - mean, 2) / static_cast<double>(cols);
      for (std::size_t d = 0; d < cols; ++d) {
        const double exact = (x.row(t)[d] - mean) / std::sqrt(variance + 1e-5) * gamma.data()[d] + beta.data()[d];
        ASSERT_NEAR(out.row(t)[d], exact, 2e-5 * (1 + std::fabs(exact))) << cols;
      }
    }
    layer_norm(x, {gamma.data(), cols}, {beta.data(), cols}, 1e-5F, x);
    for (std::size_t i = 0; i < 3 * cols; ++i) ASSERT_EQ(x.data()[i], out.data()[i]);
  }
}

TEST(Add, AddsAndRefusesOtherShapes) {
  Rng rng(8);
  const Matrix x = random_matrix(rng, 3, 11);
  Matrix y = random_matrix(rng, 3, 11);
  const float before = y.row(2)[10];
  add(x, y);
  EXPECT_EQ(y.row(2)[10], before + x.row(2)[10]);
  Matrix narrow(3, 10);
  EXPECT_THROW(add(x, narrow), Error);
}

TEST(Embedding, ReadsF32F16AndBf16AtAnyAlignment) {
  const std::uint16_t f16[] = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x8400, 0x3555};  // 1 -2 65504 2^-24 -2^-14 0.333..
  const float values[] = {1.F, -2.F, 65504.F, 0x1p-24F, -0x1p-14F, 0.333251953125F};
  std::vector<char> bytes(1 + sizeof(f16));
  std::copy_n(reinterpret_cast<const char*>(f16), sizeof(f16), bytes.data() + 1);
  const std::vector<std::int32_t> ids{2, 0, 1, 2};
  Matrix out(4, 2);

  embed({bytes.data() + 1, TableNumber::kF16, 3, 2}, ids, out);
  add_embedding({values, TableNumber::kF32, 3, 2}, ids, out);

  for (std::size_t t = 0; t < 4; ++t) {
    for (std::size_t d = 0; d < 2; ++d) {
      EXPECT_EQ(out.row(t)[d], 2 * values[static_cast<std::size_t>(ids[t]) * 2 + d]);
    }
  }
  const std::uint16_t bf16[] = {to_bf16(1.5F), to_bf16(-3.F)};
  Matrix one(1, 2);
  embed({bf16, TableNumber::kBf16, 1, 2}, std::vector<std::int32_t>{0}, one);
  EXPECT_EQ(one.row(0)[0], 1.5F);
  EXPECT_EQ(one.row(0)[1], -3.F);
}

TEST(Embedding, RefusesAnIdThatIsNotInTheTable) {
  const float values[4] = {};
  Matrix out(1, 2);
  EXPECT_THROW(embed({values, TableNumber::kF32, 2, 2}, std::vector<std::int32_t>{2}, out), Error);
  EXPECT_THROW(embed({values, TableNumber::kF32, 2, 2}, std::vector<std::int32_t>{-1}, out), Error);
}

TEST(Conv1d, AgreesWithLoopsInDouble) {
  Rng rng(9);
  LinearScratch scratch;
  Scratch<float> padded;
  for (int round = 0; round < 40; ++round) {
    const std::size_t in = size_in(rng, 1, 20);
    const std::size_t out = size_in(rng, 1, 40);
    const std::size_t rows = size_in(rng, 1, 30);
    const Conv1dShape shape{.stride = size_in(rng, 1, 2), .padding = 1};
    const Matrix weight = random_matrix(rng, out, in * 3);
    const Matrix bias = random_matrix(rng, 1, out);
    const Conv1d conv(weight, 3, {bias.data(), out}, shape, Precision::kF32);
    const Matrix x = random_matrix(rng, rows, in);
    Matrix y(conv.output_rows(rows), out);

    conv.apply(x, y, scratch, padded);

    ASSERT_EQ(y.rows(), (rows + 2 - 3) / shape.stride + 1);
    for (std::size_t t = 0; t < y.rows(); ++t) {
      for (std::size_t o = 0; o < out; ++o) {
        double exact = bias.data()[o];
        for (std::size_t j = 0; j < 3; ++j) {
          const std::size_t from = t * shape.stride + j;
          if (from < 1 || from > rows) continue;
          for (std::size_t c = 0; c < in; ++c) exact += double{weight.row(o)[c * 3 + j]} * x.row(from - 1)[c];
        }
        ASSERT_NEAR(y.row(t)[o], exact, 1e-4);
      }
    }
  }
}

}  // namespace
}  // namespace rapport::nn
