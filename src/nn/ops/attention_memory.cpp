#include "nn/ops/attention_memory.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/error.h"
#include "nn/onednn/bfloat16.h"
#include "nn/onednn/linear.h"
#include "nn/ops/attention_avx2.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kPanel = 16;
/// Under so many numbers, waking a second thread costs more than it brings.
constexpr std::size_t kWorthThreads = 50'000;

bool has_avx2() {
  static const bool has = can_run(LinearBackend::kAvx2, Precision::kF32);
  return has;
}

std::size_t to_panels(std::size_t count) {
  return (count + kPanel - 1) / kPanel * kPanel;
}

/// How many numbers one row of a panel takes.
template <class Number>
constexpr std::size_t kNumbers = kPanel;
template <>
constexpr std::size_t kNumbers<std::uint32_t> = kPanel / 2;

/// Number `n` of a panel's row, whose 16 columns are value(0) to value(15).
template <class Number, class Value>
Number packed(std::size_t n, Value value) {
  if constexpr (std::is_same_v<Number, float>) {
    return value(n);
  } else {
    return static_cast<Number>(to_bf16(value(n))) | static_cast<Number>(to_bf16(value(n + kNumbers<Number>))) << 16;
  }
}

template <class Number>
void pack_head(ConstMatrixView key, ConstMatrixView value, Number* keys, Number* values) {
  for (std::size_t first = 0; first < key.rows; first += kPanel) {
    Number* panel = keys + first * key.cols / kPanel * kNumbers<Number>;
    for (std::size_t n = 0; n < kNumbers<Number>; ++n) {
      for (std::size_t d = 0; d < key.cols; ++d) {
        panel[d * kNumbers<Number> + n] =
            packed<Number>(n, [&](std::size_t c) { return first + c < key.rows ? key.row(first + c)[d] : 0.F; });
      }
    }
  }
  for (std::size_t first = 0; first < value.cols; first += kPanel) {
    Number* panel = values + first / kPanel * value.rows * kNumbers<Number>;
    for (std::size_t s = 0; s < value.rows; ++s, panel += kNumbers<Number>) {
      const float* row = value.row(s) + first;
      for (std::size_t n = 0; n < kNumbers<Number>; ++n) {
        panel[n] = packed<Number>(n, [&](std::size_t c) { return first + c < value.cols ? row[c] : 0.F; });
      }
    }
  }
}

/// e^(score - largest) in place; their sum.
float portable_exponentials(float* scores, std::size_t count) {
  const float largest = *std::max_element(scores, scores + count);
  float total = 0;
  for (std::size_t s = 0; s < count; ++s) total += scores[s] = std::exp(scores[s] - largest);
  return total;
}

void portable_head(const avx2::PackedHead<float>& head, const float* query, float* out, float* probs, float* room) {
  const float scale = 1.F / std::sqrt(static_cast<float>(head.width));
  for (std::size_t s = 0; s < head.positions; ++s) {
    const float* column = head.keys + s / kPanel * head.width * kPanel + s % kPanel;
    float dot = 0;
    for (std::size_t d = 0; d < head.width; ++d) dot += query[d] * column[d * kPanel];
    room[s] = dot * scale;
  }
  const float inverse = 1.F / portable_exponentials(room, head.positions);
  for (std::size_t s = 0; s < head.positions; ++s) room[s] *= inverse;
  for (std::size_t d = 0; d < head.width; ++d) {
    const float* column = head.values + d / kPanel * head.positions * kPanel + d % kPanel;
    float sum = 0;
    for (std::size_t s = 0; s < head.positions; ++s) sum += room[s] * column[s * kPanel];
    out[d] = sum;
  }
  if (probs != nullptr) std::copy_n(room, head.positions, probs);
}

void portable_scattered(const ScatteredTokens& seen, std::size_t begin, std::span<const float> query,
                        std::span<float> out, float* room) {
  const std::size_t width = query.size();
  const std::size_t count = seen.tokens.size();
  const float scale = 1.F / std::sqrt(static_cast<float>(width));
  float* scores = room + width;
  std::copy_n(query.data(), width, room);
  for (std::size_t s = 0; s < count; ++s) {
    float dot = 0;
    for (std::size_t d = 0; d < width; ++d) dot += room[d] * seen.tokens[s][seen.key_offset + begin + d];
    scores[s] = dot * scale;
  }
  const float inverse = 1.F / portable_exponentials(scores, count);
  std::fill(out.begin(), out.end(), 0.F);
  for (std::size_t s = 0; s < count; ++s) {
    const float* value = seen.tokens[s] + seen.value_offset + begin;
    for (std::size_t d = 0; d < width; ++d) out[d] += scores[s] * inverse * value[d];
  }
}

}  // namespace

AttentionMemory::AttentionMemory(ConstMatrixView key, ConstMatrixView value, std::size_t heads, Precision precision)
    : positions_(key.rows), heads_(heads), head_width_(heads == 0 ? 0 : key.cols / heads) {
  if (positions_ == 0 || head_width_ == 0 || head_width_ * heads != key.cols || value.rows != key.rows ||
      value.cols != key.cols) {
    throw Error(ErrorKind::kInvalid, "attention_shape", "Attention: keys and values do not fit.");
  }
  const std::size_t of_head = key_numbers() + value_numbers();
  const auto pack = [&](auto& numbers, std::size_t divisor) {
    const std::size_t count = heads * of_head / divisor;
    auto* all = numbers.reserve(count);
#pragma omp parallel for schedule(static) if (omp_in_parallel() == 0 && count >= kWorthThreads)
    for (std::size_t h = 0; h < heads; ++h) {
      auto* to = all + h * of_head / divisor;
      const std::size_t begin = h * head_width_;
      pack_head(key.cols_between(begin, begin + head_width_), value.cols_between(begin, begin + head_width_), to,
                to + key_numbers() / divisor);
    }
  };
  if (precision == Precision::kF32 || !has_avx2()) {
    pack(f32_, 1);
  } else {
    pack(bf16_, 2);
  }
}

std::size_t AttentionMemory::key_numbers() const {
  return to_panels(positions_) * head_width_;
}
std::size_t AttentionMemory::value_numbers() const {
  return to_panels(head_width_) * positions_;
}

std::size_t AttentionMemory::head_room(std::size_t queries) const {
  return avx2::packed_head_room(queries, positions_, head_width_);
}

void AttentionMemory::attend(std::size_t head, ConstMatrixView query, MatrixView out, MatrixView probs,
                             float* room) const {
  const std::size_t begin = head * head_width_;
  const ConstMatrixView own = query.cols_between(begin, begin + head_width_);
  const MatrixView own_out = out.cols_between(begin, begin + head_width_);
  const std::size_t of_head = key_numbers() + value_numbers();
  const auto packed = [&]<class Number>(const Number* numbers, std::size_t divisor) {
    const Number* keys = numbers + head * of_head / divisor;
    return avx2::PackedHead<Number>{keys, keys + key_numbers() / divisor, positions_, head_width_};
  };
  if (bf16_.capacity() > 0) {
    avx2::attend(packed(bf16_.data(), 2), own, own_out, probs, room);
  } else if (has_avx2()) {
    avx2::attend(packed(f32_.data(), 1), own, own_out, probs, room);
  } else {
    for (std::size_t t = 0; t < query.rows; ++t) {
      portable_head(packed(f32_.data(), 1), own.row(t), own_out.row(t), probs.rows > 0 ? probs.row(t) : nullptr, room);
    }
  }
}

void attention_over(const ScatteredTokens& seen, std::span<const float> query, std::size_t heads, std::span<float> out,
                    float* room) {
  const std::size_t width = query.size() / heads;
  for (std::size_t begin = 0; begin < query.size(); begin += width) {
    const auto own = query.subspan(begin, width);
    const auto own_out = out.subspan(begin, width);
    if (has_avx2()) {
      avx2::attend_scattered(seen, begin, own, own_out, room);
    } else {
      portable_scattered(seen, begin, own, own_out, room);
    }
  }
}

}  // namespace rapport::nn
