#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/checkpoint/checkpoint.h"
#include "nn/checkpoint/stored_tensor.h"
#include "nn/ops/embedding.h"
#include "nn/precision.h"

namespace rapport::nn {

/// A model's table of token vectors. In Precision::kInt8 it is copied to int8, each row with a scale of its own: a
/// quarter of the memory. Otherwise the file's own memory serves where it can: f32 in Precision::kF32, f16 and bf16 in
/// both. Where it cannot the table is copied: to f32 in Precision::kF32, to f16 in kBf16.
///
/// Ownership  the checkpoint must outlive it while `borrows()`.
/// Threads    immutable.
class TokenTable {
 public:
  /// Where it copies, it lets go of the checkpoint's pages on the way: the file's table is never whole in memory.
  ///
  /// Requires  a tensor of the checkpoint, of floating point numbers, with two dimensions.
  TokenTable(const StoredTensor& tensor, Precision precision, const Checkpoint& checkpoint);
  TokenTable(TokenTable&&) noexcept = default;
  TokenTable& operator=(TokenTable&&) noexcept = default;

  const TableView& view() const { return view_; }
  bool borrows() const { return f32_.empty() && f16_.empty() && int8_.empty(); }
  /// What the copy takes; 0 when there is none.
  std::size_t memory_bytes() const {
    return (f32_.size() + scales_.size()) * sizeof(float) + f16_.size() * sizeof(std::uint16_t) + int8_.size();
  }

 private:
  void copy_to_f16(const StoredTensor& tensor, const Checkpoint& checkpoint);
  void copy_to_int8(const StoredTensor& tensor, const Checkpoint& checkpoint);

  std::vector<float> f32_;
  std::vector<std::uint16_t> f16_;
  std::vector<std::int8_t> int8_;
  std::vector<float> scales_;
  TableView view_;
};

}  // namespace rapport::nn
