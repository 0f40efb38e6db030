#include "nn/tokenizers/merge_table.h"

#include <algorithm>
#include <array>
#include <bit>

namespace rapport::nn {
namespace {

constexpr std::size_t kShortWord = 40;  // symbols; measured: the heap wins from about 60

std::uint64_t pair_of(TokenId left, TokenId right) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

// A pair that may be merged. Stale when the symbols at `left` and `right` are no longer what they were.
struct Candidate {
  std::uint32_t rank = 0;
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  TokenId merged = 0;
  std::uint64_t pair = 0;

  // std heaps give the greatest first: the smallest rank, then the leftmost.
  bool operator<(const Candidate& other) const { return rank != other.rank ? rank > other.rank : left > other.left; }
};

constexpr std::uint32_t kNone = ~std::uint32_t{0};

struct Symbol {
  TokenId id = 0;
  std::uint32_t before = kNone;
  std::uint32_t after = kNone;
  bool gone = false;
};

}  // namespace

MergeTable::MergeTable(std::span<const Merge> merges) {
  entries_.resize(std::bit_ceil(std::max<std::size_t>(2 * merges.size(), 2)));
  mask_ = entries_.size() - 1;
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const Merge& merge = merges[rank];
    const std::uint64_t pair = pair_of(merge.left, merge.right);
    entries_[slot(pair)] = {pair, static_cast<std::uint32_t>(rank), merge.merged};
  }
}

// Where `pair` stands, or the free place where it would.
std::size_t MergeTable::slot(std::uint64_t pair) const {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;
  std::size_t at = static_cast<std::size_t>((pair ^ pair >> 29) * kGolden >> 20) & mask_;
  while (entries_[at].pair != kFree && entries_[at].pair != pair) at = (at + 1) & mask_;
  return at;
}

MergeTable::Entry MergeTable::find(TokenId left, TokenId right) const {
  return entries_[slot(pair_of(left, right))];
}

void MergeTable::apply(std::vector<TokenId>& ids, std::size_t begin) const {
  const std::size_t n = ids.size() - begin;
  if (n < 2 || entries_.empty()) return;
  if (n > kShortWord) {
    apply_long(ids, begin);
  } else {
    ids.resize(begin + apply_short(ids.data() + begin, n));
  }
}

std::size_t MergeTable::apply_short(TokenId* ids, std::size_t n) const {
  std::array<Entry, kShortWord> pairs{};  // pairs[i] is that of ids[i] and ids[i + 1]
  for (std::size_t i = 0; i + 1 < n; ++i) pairs[i] = find(ids[i], ids[i + 1]);
  while (n > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < n; ++i) {
      if (pairs[i].rank < pairs[best].rank) best = i;
    }
    if (pairs[best].rank == kNoRank) break;
    ids[best] = pairs[best].merged;
    std::copy(ids + best + 2, ids + n, ids + best + 1);
    std::copy(pairs.begin() + static_cast<std::ptrdiff_t>(best) + 1, pairs.begin() + static_cast<std::ptrdiff_t>(n) - 1,
              pairs.begin() + static_cast<std::ptrdiff_t>(best));
    --n;
    if (best > 0) pairs[best - 1] = find(ids[best - 1], ids[best]);
    if (best + 1 < n) pairs[best] = find(ids[best], ids[best + 1]);
  }
  return n;
}

void MergeTable::apply_long(std::vector<TokenId>& ids, std::size_t begin) const {
  const auto n = static_cast<std::uint32_t>(ids.size() - begin);
  std::vector<Symbol> symbols(n);
  std::vector<Candidate> heap;
  const auto candidate = [&](std::uint32_t left, std::uint32_t right) -> Candidate {
    const Entry entry = find(symbols[left].id, symbols[right].id);
    return {entry.rank, left, right, entry.merged, pair_of(symbols[left].id, symbols[right].id)};
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    symbols[i] = {ids[begin + i], i == 0 ? kNone : i - 1, i + 1 == n ? kNone : i + 1, false};
  }
  for (std::uint32_t i = 0; i + 1 < n; ++i) {
    if (const Candidate c = candidate(i, i + 1); c.rank != kNoRank) heap.push_back(c);
  }
  std::make_heap(heap.begin(), heap.end());

  const auto push = [&](std::uint32_t left, std::uint32_t right) {
    if (left == kNone || right == kNone) return;
    const Candidate c = candidate(left, right);
    if (c.rank == kNoRank) return;
    heap.push_back(c);
    std::push_heap(heap.begin(), heap.end());
  };
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end());
    const Candidate c = heap.back();
    heap.pop_back();
    Symbol& left = symbols[c.left];
    if (left.gone || left.after != c.right || pair_of(left.id, symbols[c.right].id) != c.pair) continue;
    left.id = c.merged;
    left.after = symbols[c.right].after;
    symbols[c.right].gone = true;
    if (left.after != kNone) symbols[left.after].before = c.left;
    push(left.before, c.left);
    push(c.left, left.after);
  }

  std::size_t end = begin;
  for (std::uint32_t i = 0; i != kNone; i = symbols[i].after) ids[end++] = symbols[i].id;
  ids.resize(end);
}

}  // namespace rapport::nn
