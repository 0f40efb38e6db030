#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rapport::nn {

/// One entry of a row of logits.
struct RankedLogit {
  std::int32_t id = 0;
  float logit = 0;
};

/// The `count` largest entries of `logits`, the largest first; of equal ones the lower id first. Entries of -inf are
/// left out: fewer may come.
///
/// Requires  no NaN.
/// Cost      one pass; vectorised where the CPU has AVX2.
void top_k(std::span<const float> logits, std::size_t count, std::vector<RankedLogit>& out);

/// log(sum of e^logit); -inf of nothing or of -inf alone, NaN where a logit is NaN or +inf.
float log_sum_exp(std::span<const float> logits);

}  // namespace rapport::nn
