#include "nn/ops/attention.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace rapport::nn {
namespace {

void check(bool holds, const char* message) {
  if (!holds) throw Error(ErrorKind::kInvalid, "attention_shape", message);
}

/// One query row against the keys that it sees; `inputs` is one head's columns.
void one_row(const float* q, const AttentionInputs& inputs, std::size_t seen, float* scores, float* out) {
  const std::size_t dh = inputs.key.cols;
  const float scale = 1.F / std::sqrt(static_cast<float>(dh));
  float largest = -INFINITY;
  for (std::size_t s = 0; s < seen; ++s) {
    float dot = 0;
    for (std::size_t d = 0; d < dh; ++d) dot += q[d] * inputs.key.row(s)[d];
    scores[s] = dot * scale;
    largest = std::max(largest, scores[s]);
  }
  float total = 0;
  for (std::size_t s = 0; s < seen; ++s) total += scores[s] = std::exp(scores[s] - largest);
  std::fill_n(out, dh, 0.F);
  for (std::size_t s = 0; s < seen; ++s) {
    const float weight = scores[s] / total;
    for (std::size_t d = 0; d < dh; ++d) out[d] += weight * inputs.value.row(s)[d];
  }
}

}  // namespace

void attention(const AttentionInputs& inputs, MatrixView out, AttentionOptions options, AttentionScratch& scratch) {
  const auto& [query, key, value] = inputs;
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
  float* q = scores + key.rows;
  for (std::size_t h = 0; h < options.heads; ++h) {
    const std::size_t begin = h * dh;
    const std::size_t end = begin + dh;
    const AttentionInputs head{query.cols_between(begin, end), key.cols_between(begin, end),
                               value.cols_between(begin, end)};
    for (std::size_t t = 0; t < query.rows; ++t) {
      std::copy_n(head.query.row(t), dh, q);
      one_row(q, head, options.causal_offset ? *options.causal_offset + t + 1 : key.rows, scores, out.row(t) + begin);
    }
  }
}

}  // namespace rapport::nn
