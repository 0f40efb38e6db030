// Attention of one head by the tile kernel of the linear layers. Keys are turned once into panels of 16 and values are
// cut into panels of 16 columns, so that both products read memory in order; then four queries at a time: scores,
// softmax, and the weighted sum of values, while the scores are in the first or second level cache. Few queries (a
// decoder's) are not worth that: they meet keys and values where these stand.

#include "nn/ops/attention_avx2.h"

#include <algorithm>
#include <cmath>

#include "nn/avx2_math.h"
#include "nn/onednn/avx2_kernels.h"
#include "nn/ops/elementwise_avx2.h"

namespace rapport::nn::avx2 {
namespace {

constexpr std::size_t kFewQueries = 4;

std::size_t panels_of(std::size_t count) {
  return (count + kPanel - 1) / kPanel;
}

struct Room {
  float* queries;  ///< [4, Dh], scaled
  float* scores;   ///< [4, S to whole panels]
  float* keys;     ///< [panels of S][Dh][16]
  float* values;   ///< [panels of Dh][S][16]
};
Room divided(float* room, std::size_t keys, std::size_t width) {
  Room r{room, room + kTileRows * width, nullptr, nullptr};
  r.keys = r.scores + kTileRows * panels_of(keys) * kPanel;
  r.values = r.keys + panels_of(keys) * kPanel * width;
  return r;
}

void pack_keys(ConstMatrixView key, float* to) {
  for (std::size_t p = 0; p < panels_of(key.rows); ++p, to += key.cols * kPanel) {
    for (std::size_t c = 0; c < kPanel; ++c) {
      const std::size_t s = p * kPanel + c;
      for (std::size_t d = 0; d < key.cols; ++d) to[d * kPanel + c] = s < key.rows ? key.row(s)[d] : 0.F;
    }
  }
}

void pack_values(ConstMatrixView value, float* to) {
  for (std::size_t begin = 0; begin < value.cols; begin += kPanel) {
    const std::size_t cols = std::min(kPanel, value.cols - begin);
    for (std::size_t s = 0; s < value.rows; ++s, to += kPanel) {
      std::copy_n(value.row(s) + begin, cols, to);
      std::fill_n(to + cols, kPanel - cols, 0.F);
    }
  }
}

void scale_query(const float* query, std::size_t width, float* to) {
  std::copy_n(query, width, to);
  multiply_by(to, width, 1.F / std::sqrt(static_cast<float>(width)));
}

/// Up to four queries; query i sees the first seen[i] keys, which do not fall from one to the next.
void tile_of_queries(const AttentionInputs& head, std::size_t first, const std::size_t* seen, const Room& room,
                     MatrixView out) {
  const std::size_t width = head.query.cols;
  const std::size_t rows = out.rows;
  const std::size_t stride = panels_of(head.key.rows) * kPanel;
  const std::size_t longest = seen[rows - 1];
  for (std::size_t i = 0; i < rows; ++i) scale_query(head.query.row(first + i), width, room.queries + i * width);

  float tile[kTileRows * kPanel];
  for (std::size_t p = 0; p < panels_of(longest); ++p) {
    multiply_tile({room.queries, width, rows}, Panel<float>{room.keys + p * width * kPanel, kPanel, width}, tile);
    for (std::size_t i = 0; i < rows; ++i) {
      std::copy_n(tile + i * kPanel, kPanel, room.scores + i * stride + p * kPanel);
    }
  }
  float inverse[kTileRows];
  for (std::size_t i = 0; i < rows; ++i) {
    float* row = room.scores + i * stride;
    inverse[i] = 1.F / exponentials(row, seen[i]);
    std::fill(row + seen[i], row + longest, 0.F);
  }
  for (std::size_t begin = 0; begin < width; begin += kPanel) {
    multiply_tile({room.scores, stride, rows}, Panel<float>{room.values + begin * head.key.rows, kPanel, longest},
                  tile);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t c = 0; c < std::min(kPanel, width - begin); ++c) {
        out.row(i)[begin + c] = tile[i * kPanel + c] * inverse[i];
      }
    }
  }
}

RAPPORT_AVX2 float dot(const float* a, const float* b, std::size_t count) {
  __m256 sums = _mm256_setzero_ps();
  std::size_t k = 0;
  for (; k + 8 <= count; k += 8) sums = _mm256_fmadd_ps(_mm256_loadu_ps(a + k), _mm256_loadu_ps(b + k), sums);
  float sum = sum8(sums);
  for (; k < count; ++k) sum += a[k] * b[k];
  return sum;
}

/// out = the sum of weights[s] * row s of `rows`.
RAPPORT_AVX2 void weighted_sum(const float* weights, ConstMatrixView rows, float* out) {
  std::size_t d = 0;
  for (; d + 32 <= rows.cols; d += 32) {
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::size_t s = 0; s < rows.rows; ++s) {
      const __m256 weight = _mm256_set1_ps(weights[s]);
      const float* row = rows.row(s) + d;
      _Pragma("GCC unroll 4") for (std::size_t j = 0; j < 4; ++j) {
        sums[j] = _mm256_fmadd_ps(weight, _mm256_loadu_ps(row + 8 * j), sums[j]);
      }
    }
    _Pragma("GCC unroll 4") for (std::size_t j = 0; j < 4; ++j) _mm256_storeu_ps(out + d + 8 * j, sums[j]);
  }
  for (; d < rows.cols; ++d) {
    float sum = 0;
    for (std::size_t s = 0; s < rows.rows; ++s) sum += weights[s] * rows.row(s)[d];
    out[d] = sum;
  }
}

void one_query(const AttentionInputs& head, const float* query, std::size_t seen, const Room& room, float* out) {
  const std::size_t width = head.query.cols;
  scale_query(query, width, room.queries);
  for (std::size_t s = 0; s < seen; ++s) room.scores[s] = dot(room.queries, head.key.row(s), width);
  const float inverse = 1.F / exponentials(room.scores, seen);
  weighted_sum(room.scores, head.value.rows_between(0, seen), out);
  multiply_by(out, width, inverse);
}

}  // namespace

std::size_t attention_room(std::size_t queries, std::size_t keys, std::size_t width) {
  const std::size_t few = kTileRows * width + kTileRows * panels_of(keys) * kPanel;
  const std::size_t packed = panels_of(keys) * kPanel * width + panels_of(width) * kPanel * keys;
  return queries < kFewQueries ? few : few + packed;
}

void attention_head(const AttentionInputs& head, MatrixView out, std::optional<std::size_t> causal_offset,
                    float* room) {
  const std::size_t queries = head.query.rows;
  const std::size_t keys = head.key.rows;
  const Room parts = divided(room, keys, head.query.cols);
  const auto seen = [&](std::size_t t) { return causal_offset ? *causal_offset + t + 1 : keys; };
  if (queries < kFewQueries) {
    for (std::size_t t = 0; t < queries; ++t) one_query(head, head.query.row(t), seen(t), parts, out.row(t));
    return;
  }
  pack_keys(head.key, parts.keys);
  pack_values(head.value, parts.values);
  for (std::size_t t = 0; t < queries; t += kTileRows) {
    const std::size_t end = std::min(queries, t + kTileRows);
    const std::size_t counts[kTileRows] = {seen(t), seen(t + 1), seen(t + 2), seen(t + 3)};
    tile_of_queries(head, t, counts, parts, out.rows_between(t, end));
  }
}

}  // namespace rapport::nn::avx2
