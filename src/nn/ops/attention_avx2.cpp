// Attention of one head by the tile kernel of the linear layers. Keys are turned once into panels of 16 and values are
// cut into panels of 16 columns, so that both products read memory in order; then a block of queries at a time: scores,
// softmax, and the weighted sum of values. A panel of keys stays in the first level cache and a panel of values in the
// second while the block's queries meet it, six at a time. Few queries (a decoder's) are not worth that: they meet keys
// and values where these stand.

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
/// Queries that meet a panel together: with 1,500 keys (Whisper's) their scores take 212 KiB of a second-level cache.
constexpr std::size_t kBlock = 36;

std::size_t panels_of(std::size_t count) {
  return (count + kPanel - 1) / kPanel;
}

struct Room {
  float* queries;  ///< [block, Dh], scaled
  float* scores;   ///< [block, S to whole panels]
  float* keys;     ///< [panels of S][Dh][16]
  float* values;   ///< [panels of Dh][S][16]
};
Room divided(float* room, std::size_t block, std::size_t keys, std::size_t width) {
  Room r{room, room + block * width, nullptr, nullptr};
  r.keys = r.scores + block * panels_of(keys) * kPanel;
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

/// Where the results of a block of queries go, and how many keys the first of them sees: all the same, or each one more
/// than the one before.
struct Block {
  std::size_t seen;
  bool causal;
  MatrixView out;
  MatrixView probs;  ///< without rows where nobody asks

  std::size_t seen_by(std::size_t row) const { return causal ? seen + row : seen; }
};

/// tile(t, rows, seen): six queries from the t-th on, of which the last sees `seen` keys.
template <class Tile>
void for_each_tile(const Block& block, Tile tile) {
  for (std::size_t t = 0; t < block.out.rows; t += kFloatTileRows) {
    const std::size_t rows = std::min(kFloatTileRows, block.out.rows - t);
    tile(t, rows, block.seen_by(t + rows - 1));
  }
}

/// Needs the queries, scaled, in `room`.
template <class Number>
void finish_queries(const PackedHead<Number>& head, const Block& block, const Room& room) {
  constexpr std::size_t kNumbers = std::is_same_v<Number, float> ? kPanel : kPanel / 2;
  const std::size_t stride = panels_of(head.positions) * kPanel;
  for (std::size_t begin = 0; begin < block.seen_by(block.out.rows - 1); begin += kPanel) {
    const Panel<Number> keys{head.keys + begin / kPanel * head.width * kNumbers, kNumbers, head.width};
    for_each_tile(block, [&](std::size_t t, std::size_t rows, std::size_t seen) {
      if (begin >= seen) return;
      multiply_tile({room.queries + t * head.width, head.width, rows}, keys, room.scores + t * stride + begin, stride);
    });
  }
  float inverse[kBlock];
  for_each_tile(block, [&](std::size_t t, std::size_t rows, std::size_t longest) {
    for (std::size_t i = t; i < t + rows; ++i) {
      float* row = room.scores + i * stride;
      inverse[i] = 1.F / exponentials(row, block.seen_by(i));
      std::fill(row + block.seen_by(i), row + longest, 0.F);
      for (std::size_t s = 0; block.probs.rows > 0 && s < longest; ++s) block.probs.row(i)[s] = row[s] * inverse[i];
    }
  });
  float sums[kFloatTileRows * kPanel];
  for (std::size_t begin = 0; begin < head.width; begin += kPanel) {
    const Number* values = head.values + begin / kPanel * head.positions * kNumbers;
    for_each_tile(block, [&](std::size_t t, std::size_t rows, std::size_t seen) {
      multiply_tile({room.scores + t * stride, stride, rows}, Panel<Number>{values, kNumbers, seen}, sums);
      for (std::size_t i = 0; i < rows; ++i) {
        float* out = block.out.row(t + i) + begin;
        for (std::size_t c = 0; c < std::min(kPanel, head.width - begin); ++c) {
          out[c] = sums[i * kPanel + c] * inverse[t + i];
        }
      }
    });
  }
}

/// All queries over keys and values in panels, a block at a time; what the first query sees is `seen`.
template <class Number>
void attend_packed(const PackedHead<Number>& head, ConstMatrixView query, const Block& all, const Room& room) {
  for (std::size_t t = 0; t < query.rows; t += kBlock) {
    const std::size_t end = std::min(query.rows, t + kBlock);
    for (std::size_t i = t; i < end; ++i) scale_query(query.row(i), head.width, room.queries + (i - t) * head.width);
    finish_queries(head,
                   {all.seen_by(t), all.causal, all.out.rows_between(t, end),
                    all.probs.rows > 0 ? all.probs.rows_between(t, end) : MatrixView{}},
                   room);
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
  const std::size_t block = std::min(queries, kBlock) * (width + panels_of(keys) * kPanel);
  const std::size_t packed = panels_of(keys) * kPanel * width + panels_of(width) * kPanel * keys;
  return queries < kFewQueries ? block : block + packed;
}

void attention_head(const AttentionInputs& head, MatrixView out, std::optional<std::size_t> causal_offset,
                    float* room) {
  const std::size_t queries = head.query.rows;
  const std::size_t keys = head.key.rows;
  const Room parts = divided(room, std::min(queries, kBlock), keys, head.query.cols);
  const Block block{causal_offset ? *causal_offset + 1 : keys, causal_offset.has_value(), out, {}};
  if (queries < kFewQueries) {
    for (std::size_t t = 0; t < queries; ++t) one_query(head, head.query.row(t), block.seen_by(t), parts, out.row(t));
    return;
  }
  pack_keys(head.key, parts.keys);
  pack_values(head.value, parts.values);
  attend_packed(PackedHead<float>{parts.keys, parts.values, keys, head.query.cols}, head.query, block, parts);
}

std::size_t packed_head_room(std::size_t queries, std::size_t positions, std::size_t width) {
  return std::min(queries, kBlock) * (width + panels_of(positions) * kPanel);
}

template <class Number>
void attend(const PackedHead<Number>& head, ConstMatrixView query, MatrixView out, MatrixView probs, float* room) {
  const std::size_t block = std::min(query.rows, kBlock);
  attend_packed(head, query, {head.positions, false, out, probs}, {room, room + block * head.width, nullptr, nullptr});
}
template void attend(const PackedHead<float>&, ConstMatrixView, MatrixView, MatrixView, float*);
template void attend(const PackedHead<std::uint32_t>&, ConstMatrixView, MatrixView, MatrixView, float*);

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
