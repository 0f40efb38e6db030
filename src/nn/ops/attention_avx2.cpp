// Attention of one head by the tile kernel of the linear layers. Keys are turned once into panels of 16 and values are
// cut into panels of 16 columns, so that both products read memory in order; then four queries at a time: scores,
// softmax, and the weighted sum of values, while the scores are in the first or second level cache. Few queries (a
// decoder's) are not worth that: they meet keys and values where these stand.

#include "nn/ops/attention_avx2.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

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

/// Where the results of up to four queries go, and how many keys each sees: the counts do not fall from one to the
/// next.
struct TileOfQueries {
  const std::size_t* seen;
  MatrixView out;
  MatrixView probs;  ///< without rows where nobody asks
};

/// Needs the queries, scaled, in `room`.
template <class Number>
void finish_queries(const PackedHead<Number>& head, const TileOfQueries& tile, const Room& room) {
  constexpr std::size_t kNumbers = std::is_same_v<Number, float> ? kPanel : kPanel / 2;
  const std::size_t rows = tile.out.rows;
  const std::size_t stride = panels_of(head.positions) * kPanel;
  const std::size_t longest = tile.seen[rows - 1];
  float sums[kTileRows * kPanel];
  for (std::size_t p = 0; p < panels_of(longest); ++p) {
    multiply_tile({room.queries, head.width, rows},
                  Panel<Number>{head.keys + p * head.width * kNumbers, kNumbers, head.width}, sums);
    for (std::size_t i = 0; i < rows; ++i) {
      std::copy_n(sums + i * kPanel, kPanel, room.scores + i * stride + p * kPanel);
    }
  }
  float inverse[kTileRows];
  for (std::size_t i = 0; i < rows; ++i) {
    float* row = room.scores + i * stride;
    inverse[i] = 1.F / exponentials(row, tile.seen[i]);
    std::fill(row + tile.seen[i], row + longest, 0.F);
    for (std::size_t s = 0; tile.probs.rows > 0 && s < longest; ++s) tile.probs.row(i)[s] = row[s] * inverse[i];
  }
  for (std::size_t begin = 0; begin < head.width; begin += kPanel) {
    multiply_tile({room.scores, stride, rows},
                  Panel<Number>{head.values + begin / kPanel * head.positions * kNumbers, kNumbers, longest}, sums);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t c = 0; c < std::min(kPanel, head.width - begin); ++c) {
        tile.out.row(i)[begin + c] = sums[i * kPanel + c] * inverse[i];
      }
    }
  }
}

template <class Number>
void attend_packed(const PackedHead<Number>& head, ConstMatrixView query, MatrixView out, MatrixView probs,
                   float* room) {
  const Room parts{room, room + kTileRows * head.width, nullptr, nullptr};
  const std::size_t seen[kTileRows] = {head.positions, head.positions, head.positions, head.positions};
  for (std::size_t t = 0; t < query.rows; t += kTileRows) {
    const std::size_t end = std::min(query.rows, t + kTileRows);
    for (std::size_t i = t; i < end; ++i) scale_query(query.row(i), head.width, room + (i - t) * head.width);
    finish_queries(head, {seen, out.rows_between(t, end), probs.rows > 0 ? probs.rows_between(t, end) : MatrixView{}},
                   parts);
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

/// out = the sum of weights[s] * row(s), `cols` long.
template <class RowAt>
RAPPORT_AVX2 void weighted_sum(const float* weights, std::size_t rows, std::size_t cols, RowAt row_at, float* out) {
  std::size_t d = 0;
  for (; d + 32 <= cols; d += 32) {
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::size_t s = 0; s < rows; ++s) {
      const __m256 weight = _mm256_set1_ps(weights[s]);
      const float* row = row_at(s) + d;
      _Pragma("GCC unroll 4") for (std::size_t j = 0; j < 4; ++j) {
        sums[j] = _mm256_fmadd_ps(weight, _mm256_loadu_ps(row + 8 * j), sums[j]);
      }
    }
    _Pragma("GCC unroll 4") for (std::size_t j = 0; j < 4; ++j) _mm256_storeu_ps(out + d + 8 * j, sums[j]);
  }
  for (; d < cols; ++d) {
    float sum = 0;
    for (std::size_t s = 0; s < rows; ++s) sum += weights[s] * row_at(s)[d];
    out[d] = sum;
  }
}

void one_query(const AttentionInputs& head, const float* query, std::size_t seen, const Room& room, float* out) {
  const std::size_t width = head.query.cols;
  scale_query(query, width, room.queries);
  for (std::size_t s = 0; s < seen; ++s) room.scores[s] = dot(room.queries, head.key.row(s), width);
  const float inverse = 1.F / exponentials(room.scores, seen);
  weighted_sum(
      room.scores, seen, width, [&](std::size_t s) { return head.value.row(s); }, out);
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
    for (std::size_t i = t; i < end; ++i) {
      scale_query(head.query.row(i), head.query.cols, parts.queries + (i - t) * head.query.cols);
    }
    finish_queries(PackedHead<float>{parts.keys, parts.values, keys, head.query.cols},
                   {counts, out.rows_between(t, end), {}}, parts);
  }
}

std::size_t packed_head_room(std::size_t positions, std::size_t width) {
  return kTileRows * (width + panels_of(positions) * kPanel);
}

void attend(const PackedHead<float>& head, ConstMatrixView query, MatrixView out, MatrixView probs, float* room) {
  attend_packed(head, query, out, probs, room);
}
void attend(const PackedHead<std::uint32_t>& head, ConstMatrixView query, MatrixView out, MatrixView probs,
            float* room) {
  attend_packed(head, query, out, probs, room);
}

void attend_scattered(const ScatteredTokens& seen, std::size_t begin, std::span<const float> query,
                      std::span<float> out, float* room) {
  const std::size_t width = query.size();
  const std::size_t count = seen.tokens.size();
  float* scores = room + width;
  scale_query(query.data(), width, room);
  for (std::size_t s = 0; s < count; ++s) scores[s] = dot(room, seen.tokens[s] + seen.key_offset + begin, width);
  const float inverse = 1.F / exponentials(scores, count);
  const std::size_t offset = seen.value_offset + begin;
  weighted_sum(
      scores, count, width, [&](std::size_t s) { return seen.tokens[s] + offset; }, out.data());
  multiply_by(out.data(), width, inverse);
}

}  // namespace rapport::nn::avx2
