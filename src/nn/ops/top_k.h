#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace rapport::nn {

/// One entry of a row of logits.
struct RankedLogit {
  std::int32_t id = 0;
  float logit = 0;
};

/// The `count` largest entries of `logits` that exceed `floor`, the largest first; of equal ones the lower id first.
///
/// Requires  no NaN.
/// Cost      one pass; vectorised where the CPU has AVX2.
void top_k(std::span<const float> logits, std::size_t count, std::vector<RankedLogit>& out,
           float floor = -std::numeric_limits<float>::infinity());

/// log(sum of e^logit); -inf of nothing or of -inf alone, NaN where a logit is NaN or +inf.
float log_sum_exp(std::span<const float> logits);

}  // namespace rapport::nn
