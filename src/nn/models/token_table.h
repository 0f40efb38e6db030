#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/checkpoint/stored_tensor.h"
#include "nn/ops/embedding.h"
#include "nn/precision.h"

namespace rapport::nn {

/// A model's table of token vectors. The file's own memory serves where it can: f32 in Precision::kF32, f16 and
/// bf16 in all. Otherwise the table is copied: to f32 in Precision::kF32, and to f16, half of the memory, in the
/// others.
///
/// Ownership  the checkpoint must outlive it while `borrows()`.
/// Threads    immutable.
class TokenTable {
 public:
  /// Requires  a tensor of floating point numbers with two dimensions.
  TokenTable(const StoredTensor& tensor, Precision precision);
  TokenTable(TokenTable&&) noexcept = default;
  TokenTable& operator=(TokenTable&&) noexcept = default;

  const TableView& view() const { return view_; }
  bool borrows() const { return f32_.empty() && f16_.empty(); }
  /// What the copy takes; 0 when there is none.
  std::size_t memory_bytes() const { return f32_.size() * sizeof(float) + f16_.size() * sizeof(std::uint16_t); }

 private:
  std::vector<float> f32_;
  std::vector<std::uint16_t> f16_;
  TableView view_;
};

}  // namespace rapport::nn
