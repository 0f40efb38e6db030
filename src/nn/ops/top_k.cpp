#include "nn/ops/top_k.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nn/onednn/linear.h"
#include "nn/ops/elementwise_avx2.h"

namespace rapport::nn {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

bool has_avx2() {
  static const bool has = can_run(LinearBackend::kAvx2, Precision::kF32);
  return has;
}

/// The first index from `from` on whose logit exceeds `bound`; the size when there is none.
std::size_t next_above(std::span<const float> logits, std::size_t from, float bound) {
  if (has_avx2()) return from + avx2::first_above(logits.data() + from, logits.size() - from, bound);
  while (from < logits.size() && !(logits[from] > bound)) ++from;
  return from;
}

}  // namespace

void top_k(std::span<const float> logits, std::size_t count, std::vector<RankedLogit>& out) {
  out.clear();
  if (count == 0) return;
  float bound = -kInfinity;
  for (std::size_t i = next_above(logits, 0, bound); i < logits.size(); i = next_above(logits, i + 1, bound)) {
    if (out.size() == count) out.pop_back();
    const auto place = std::upper_bound(out.begin(), out.end(), logits[i],
                                        [](float value, const RankedLogit& other) { return value > other.logit; });
    out.insert(place, {static_cast<std::int32_t>(i), logits[i]});
    if (out.size() == count) bound = out.back().logit;
  }
}

float log_sum_exp(std::span<const float> logits) {
  if (logits.empty()) return -kInfinity;
  if (has_avx2()) return avx2::log_sum_exp(logits.data(), logits.size());
  float largest = -kInfinity;
  for (const float logit : logits) {
    if (std::isnan(logit)) return logit;
    largest = std::max(largest, logit);
  }
  if (largest == -kInfinity) return largest;
  double total = 0;
  for (const float logit : logits) total += std::exp(logit - largest);
  return largest + static_cast<float>(std::log(total));
}

}  // namespace rapport::nn
