#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/tensor.h"

namespace rapport::nn {

/// What a decoder keeps of the tokens that it has read, for many hypotheses at once.
///
/// Each token has an entry of its own: its key and value in every layer. A hypothesis is a list of entries, and
/// hypotheses that begin alike share them: a beam search branches by copying the list, never keys and values.
///
/// Ownership  outlives its hypotheses.
/// Threads    one at a time; entries that no thread changes may be read by many.
/// Cost       grows to the most tokens held at once, and stays.
class KeyValueCache {
 public:
  KeyValueCache(std::size_t layers, std::size_t width) : layers_(layers), width_(width) {}
  KeyValueCache(const KeyValueCache&) = delete;
  KeyValueCache& operator=(const KeyValueCache&) = delete;

  /// The tokens of one hypothesis, the first one first. A copy shares them until either is appended to; then only what
  /// is new is apart.
  class Hypothesis {
   public:
    explicit Hypothesis(KeyValueCache& cache) : cache_(&cache) {}
    Hypothesis(const Hypothesis& other);
    Hypothesis(Hypothesis&& other) noexcept;
    Hypothesis& operator=(Hypothesis other) noexcept;
    ~Hypothesis();

    std::size_t size() const { return entries_.size(); }
    /// A token more, its key and value not yet set.
    void append();
    /// [layers][key | value][D] of token i.
    float* entry(std::size_t i) const { return cache_->values(entries_[i]); }

   private:
    KeyValueCache* cache_;
    std::vector<std::uint32_t> entries_;
  };

  std::size_t width() const { return width_; }
  /// From a token's entry to its key in layer `layer`; the value stands `width` behind.
  std::size_t offset(std::size_t layer) const { return layer * 2 * width_; }
  std::size_t entries_in_use() const { return holders_.size() - free_.size(); }
  std::size_t entry_bytes() const { return entry_floats() * sizeof(float); }
  std::size_t memory_bytes() const { return blocks_.size() * kBlockEntries * entry_bytes(); }

 private:
  static constexpr std::size_t kBlockEntries = 32;

  std::size_t entry_floats() const { return layers_ * 2 * width_; }
  float* values(std::uint32_t entry) const {
    return blocks_[entry / kBlockEntries].data() + entry % kBlockEntries * entry_floats();
  }
  std::uint32_t take();
  void release(std::uint32_t entry) {
    if (--holders_[entry] == 0) free_.push_back(entry);
  }

  std::size_t layers_;
  std::size_t width_;
  std::vector<Scratch<float>> blocks_;  ///< they never move
  std::vector<std::uint32_t> holders_;  ///< by entry: how many hypotheses hold it
  std::vector<std::uint32_t> free_;
};

}  // namespace rapport::nn
