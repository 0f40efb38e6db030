#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace rapport::ml {

/// Where a hash stands in a table of groups of eight slots: the group, and a mark of 16 bits by which its slots are
/// compared (0 marks a free slot). A hash that is not in the table is taken for another one in about one of 10,000
/// cases.
struct NgramSlots {
  static constexpr std::size_t kGroup = 8;

  static std::size_t group(std::uint64_t hash, unsigned log2_groups) {
    return static_cast<std::size_t>(hash >> 16) & ((std::size_t{1} << log2_groups) - 1);
  }
  static std::uint16_t mark(std::uint64_t hash) {
    const auto low = static_cast<std::uint16_t>(hash);
    return low == 0 ? std::uint16_t{1} : low;
  }
  /// The slot of `hash` in `marks` (little-endian, unaligned), or -1.
  static std::ptrdiff_t find(const std::byte* marks, std::uint64_t hash, unsigned log2_groups) {
    const std::size_t first = group(hash, log2_groups) * kGroup;
    std::array<std::uint16_t, kGroup> slots;
    std::memcpy(slots.data(), marks + first * sizeof(std::uint16_t), sizeof slots);
    const std::uint16_t wanted = mark(hash);
    for (std::size_t i = 0; i < kGroup; ++i) {
      if (slots[i] == wanted) return static_cast<std::ptrdiff_t>(first + i);
    }
    return -1;
  }
};

/// What the words and emoji of a lexicon are worth, -4 (very bad) to 4 (very good), by hash. Borrows its bytes.
class NgramLexicon {
 public:
  NgramLexicon() = default;
  /// Requires  2 and 1 bytes for each of the 8 * 2^log2_groups slots.
  NgramLexicon(const std::byte* marks, const std::byte* values, unsigned log2_groups)
      : marks_(marks), values_(values), log2_groups_(log2_groups) {}

  /// 0 for a word that is not in it.
  float valence(std::uint64_t unit) const {
    if (marks_ == nullptr) return 0;
    const std::ptrdiff_t slot = NgramSlots::find(marks_, unit, log2_groups_);
    return slot < 0 ? 0 : static_cast<float>(static_cast<std::int8_t>(values_[slot])) * kUnit;
  }

  static constexpr float kUnit = 4.0F / 127;  ///< of a stored value

 private:
  const std::byte* marks_ = nullptr;
  const std::byte* values_ = nullptr;
  unsigned log2_groups_ = 0;
};

}  // namespace rapport::ml
