#include "nn/ops/attention.h"

#include <omp.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "nn/onednn/linear.h"
#include "nn/ops/attention_avx2.h"

namespace rapport::nn {
namespace {

/// Under so many multiplications, waking a second thread costs more than it brings.
constexpr std::size_t kWorthThreads = 500'000;

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

void portable_head(const AttentionInputs& head, MatrixView out, std::optional<std::size_t> causal_offset, float* room) {
  const std::size_t dh = head.query.cols;
  for (std::size_t t = 0; t < head.query.rows; ++t) {
    std::copy_n(head.query.row(t), dh, room);
    one_row(room, head, causal_offset ? *causal_offset + t + 1 : head.key.rows, room + dh, out.row(t));
  }
}

}  // namespace

void attention(const AttentionInputs& inputs, MatrixView out, AttentionOptions options, AttentionScratch& scratch) {
  const ConstMatrixView query = inputs.query;  // no structured binding: clang 14 takes none into a parallel region
  const ConstMatrixView key = inputs.key;
  const ConstMatrixView value = inputs.value;
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
  const bool avx2 = can_run(LinearBackend::kAvx2, Precision::kF32);
  const std::size_t room = avx2 ? avx2::attention_room(query.rows, key.rows, dh) : dh + key.rows;
  const bool threads = omp_in_parallel() == 0 && query.rows * key.rows * width >= kWorthThreads;
  float* rooms = scratch.values.reserve(room * (threads ? static_cast<std::size_t>(omp_get_max_threads()) : 1));
#pragma omp parallel for schedule(static) if (threads)
  for (std::size_t h = 0; h < options.heads; ++h) {
    const std::size_t begin = h * dh;
    const std::size_t end = begin + dh;
    const AttentionInputs head{query.cols_between(begin, end), key.cols_between(begin, end),
                               value.cols_between(begin, end)};
    float* own = rooms + (threads ? static_cast<std::size_t>(omp_get_thread_num()) : 0) * room;
    const MatrixView head_out = out.cols_between(begin, end);
    if (avx2) {
      avx2::attention_head(head, head_out, options.causal_offset, own);
    } else {
      portable_head(head, head_out, options.causal_offset, own);
    }
  }
}

}  // namespace rapport::nn
