#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nn/tokenizers/tokenizer.h"

namespace rapport::nn {

/// Two neighbouring symbols that become one.
struct Merge {
  TokenId left = 0;
  TokenId right = 0;
  TokenId merged = 0;
};

/// Byte-pair encoding of one word: again and again, the pair whose merge was learned first is merged, the leftmost
/// first, until no pair has a merge.
///
/// Short words look at every pair each time; long ones keep the pairs in a heap, so that a word of n symbols costs
/// n log n.
///
/// Threads   const is safe.
/// Source    Sennrich et al. 2016.
class MergeTable {
 public:
  MergeTable() = default;
  /// `merges` in the order in which they were learned; of a pair that occurs twice the later counts.
  explicit MergeTable(std::span<const Merge> merges);

  /// Merges the symbols from `ids[begin]` to the end of `ids`, in place.
  void apply(std::vector<TokenId>& ids, std::size_t begin) const;

 private:
  struct Entry {
    std::uint64_t pair = kFree;
    std::uint32_t rank = kNoRank;
    TokenId merged = 0;
  };
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};
  static constexpr std::uint32_t kNoRank = ~std::uint32_t{0};

  Entry find(TokenId left, TokenId right) const;
  std::size_t slot(std::uint64_t pair) const;
  std::size_t apply_short(TokenId* ids, std::size_t n) const;
  void apply_long(std::vector<TokenId>& ids, std::size_t begin) const;

  std::vector<Entry> entries_;  ///< open addressing; a power of two, at most half full
  std::size_t mask_ = 0;
};

}  // namespace rapport::nn
