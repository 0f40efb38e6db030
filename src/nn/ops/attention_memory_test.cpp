// What decoders attend with, against plain loops in double over random shapes. (On CPUs with AVX2 these are its
// kernels.)

#include "nn/ops/attention_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace rapport::nn {
namespace {

Matrix random_matrix(Rng& rng, std::size_t rows, std::size_t cols) {
  Matrix m(rows, cols);
  for (std::size_t i = 0; i < rows * cols; ++i) m.data()[i] = static_cast<float>(rng.normal(0, 1));
  return m;
}
std::size_t size_in(Rng& rng, std::int64_t low, std::int64_t high) {
  return static_cast<std::size_t>(rng.integer(low, high));
}

struct Exact {
  std::vector<double> probs;
  std::vector<double> out;
};

/// One query of the head whose columns are [begin, begin + width).
Exact exact(const float* query, ConstMatrixView key, ConstMatrixView value, std::size_t begin, std::size_t width) {
  Exact result{std::vector<double>(key.rows), std::vector<double>(width)};
  for (std::size_t s = 0; s < key.rows; ++s) {
    for (std::size_t d = begin; d < begin + width; ++d) result.probs[s] += double{query[d]} * key.row(s)[d];
    result.probs[s] /= std::sqrt(static_cast<double>(width));
  }
  const double largest = *std::max_element(result.probs.begin(), result.probs.end());
  double total = 0;
  for (double& p : result.probs) total += p = std::exp(p - largest);
  for (std::size_t s = 0; s < key.rows; ++s) {
    result.probs[s] /= total;
    for (std::size_t d = 0; d < width; ++d) result.out[d] += result.probs[s] * value.row(s)[begin + d];
  }
  return result;
}

class MemoryOfEachPrecision : public testing::TestWithParam<Precision> {};

TEST_P(MemoryOfEachPrecision, AgreesWithLoopsInDouble) {
  const double tolerance = GetParam() == Precision::kF32 ? 5e-6 : 0.03;
  Rng rng(7);
  for (int round = 0; round < 60; ++round) {
    const std::size_t heads = size_in(rng, 1, 4);
    const std::size_t width = size_in(rng, 1, round % 4 == 0 ? 80 : 20);
    const std::size_t positions = size_in(rng, 1, round % 3 == 0 ? 200 : 40);
    const Matrix key = random_matrix(rng, positions, heads * width);
    const Matrix value = random_matrix(rng, positions, heads * width);
    Matrix query = random_matrix(rng, size_in(rng, 1, 80), heads * width);
    Matrix probs(query.rows(), positions);
    const AttentionMemory memory(key, value, heads, GetParam());
    std::vector<float> room(memory.head_room(query.rows()));
    for (std::size_t h = 0; h < heads; ++h) {
      std::vector<Exact> rows;
      for (std::size_t t = 0; t < query.rows(); ++t) rows.push_back(exact(query.row(t), key, value, h * width, width));

      memory.attend(h, query, query, probs, room.data());

      for (std::size_t t = 0; t < query.rows(); ++t) {
        for (std::size_t d = 0; d < width; ++d) ASSERT_NEAR(query.row(t)[h * width + d], rows[t].out[d], tolerance);
        for (std::size_t s = 0; s < positions; ++s) ASSERT_NEAR(probs.row(t)[s], rows[t].probs[s], tolerance);
      }
    }
  }
}

// Enough numbers that the heads are packed by several threads.
TEST_P(MemoryOfEachPrecision, PacksLongSourcesTheSame) {
  const double tolerance = GetParam() == Precision::kF32 ? 5e-6 : 0.03;
  Rng rng(8);
  const Matrix key = random_matrix(rng, 400, 128);
  const Matrix value = random_matrix(rng, 400, 128);
  const Matrix query = random_matrix(rng, 1, 128);
  Matrix out(1, 128);
  const AttentionMemory memory(key, value, 4, GetParam());
  std::vector<float> room(memory.head_room(1));
  for (std::size_t h = 0; h < 4; ++h) {
    memory.attend(h, query, out, {}, room.data());
    const Exact expected = exact(query.row(0), key, value, h * 32, 32);
    for (std::size_t d = 0; d < 32; ++d) EXPECT_NEAR(out.row(0)[h * 32 + d], expected.out[d], tolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, MemoryOfEachPrecision,
                         testing::Values(Precision::kF32, Precision::kBf16, Precision::kInt8),
                         [](const auto& each) { return std::string(to_string(each.param)); });

TEST(AttentionMemory, RefusesShapesThatDoNotFit) {
  const Matrix m(4, 6);
  EXPECT_THROW(AttentionMemory(m, m, 4, Precision::kF32), Error);
  EXPECT_THROW(AttentionMemory(m, m, 0, Precision::kF32), Error);
  EXPECT_THROW(AttentionMemory(m, Matrix(3, 6), 2, Precision::kF32), Error);
  EXPECT_THROW(
      AttentionMemory(ConstMatrixView(m).rows_between(0, 0), ConstMatrixView(m).rows_between(0, 0), 2, Precision::kF32),
      Error);
}

TEST(AttentionOverScatteredTokens, AgreesWithLoopsInDouble) {
  Rng rng(9);
  for (int round = 0; round < 60; ++round) {
    const std::size_t heads = size_in(rng, 1, 4);
    const std::size_t width = heads * size_in(rng, 1, round % 4 == 0 ? 80 : 20);
    const std::size_t positions = size_in(rng, 1, 50);
    const std::size_t offset = size_in(rng, 0, 5);
    Matrix entries = random_matrix(rng, positions, offset + 2 * width);
    std::vector<float*> tokens;  // in another order than they lie in memory
    for (std::size_t s = 0; s < positions; ++s) tokens.push_back(entries.row(positions - 1 - s));
    const Matrix query = random_matrix(rng, 1, width);
    std::vector<float> out(width);
    std::vector<float> room(width / heads + positions);

    attention_over({tokens, offset, offset + width}, {query.row(0), width}, heads, out, room.data());

    const ConstMatrixView all = entries;
    for (std::size_t h = 0; h < heads; ++h) {
      const std::size_t dh = width / heads;
      const Exact expected = exact(query.row(0), all.cols_between(offset, offset + width),
                                   all.cols_between(offset + width, offset + 2 * width), h * dh, dh);
      for (std::size_t d = 0; d < dh; ++d) ASSERT_NEAR(out[h * dh + d], expected.out[d], 5e-6);
    }
  }
}

}  // namespace
}  // namespace rapport::nn
