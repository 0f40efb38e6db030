#include "nn/ops/attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"

namespace rapport::nn {
namespace {

void check(bool holds, const char* message) {
  if (!holds) throw Error(ErrorKind::kInvalid, "attention_shape", message);
}

void one_row(const float* q, ConstMatrixView key, ConstMatrixView value, float scale, float* scores, float* out) {
  float largest = -INFINITY;
  for (std::size_t s = 0; s < key.rows; ++s) {
    float dot = 0;
    for (std::size_t d = 0; d < key.cols; ++d) dot += q[d] * key.row(s)[d];
    scores[s] = dot * scale;
    largest = std::max(largest, scores[s]);
  }
  float total = 0;
  for (std::size_t s = 0; s < key.rows; ++s) total += scores[s] = std::exp(scores[s] - largest);
  std::fill_n(out, value.cols, 0.F);
  for (std::size_t s = 0; s < value.rows; ++s) {
    const float weight = scores[s] / total;
    for (std::size_t d = 0; d < value.cols; ++d) out[d] += weight * value.row(s)[d];
  }
}

}  // namespace

void attention(ConstMatrixView query, ConstMatrixView key, ConstMatrixView value, MatrixView out,
               AttentionOptions options, AttentionScratch& scratch) {
  const std::size_t width = query.cols;
  check(options.heads > 0 && width % options.heads == 0, "Attention: the heads do not divide the width.");
  check(
      key.cols == width && value.cols == width && out.cols == width && out.rows == query.rows && key.rows == value.rows,
      "Attention: query, key, value and output do not fit.");
  if (query.rows == 0) return;
  check(key.rows > 0, "Attention: there is no key.");
  check(!options.causal_offset || *options.causal_offset + query.rows <= key.rows,
        "Attention: a causal query stands beyond the keys.");

  const std::size_t dh = width / options.heads;
  float* scores = scratch.values.reserve(key.rows + dh);
  const float scale = 1.F / std::sqrt(static_cast<float>(dh));
  for (std::size_t h = 0; h < options.heads; ++h) {
    for (std::size_t t = 0; t < query.rows; ++t) {
      const std::size_t seen = options.causal_offset ? *options.causal_offset + t + 1 : key.rows;
      std::memcpy(scores + key.rows, query.row(t) + h * dh, dh * sizeof(float));
      one_row(scores + key.rows, key.cols_between(h * dh, (h + 1) * dh).rows_between(0, seen),
              value.cols_between(h * dh, (h + 1) * dh).rows_between(0, seen), scale, scores, out.row(t) + h * dh);
    }
  }
}

}  // namespace rapport::nn
