#include "nn/models/key_value_cache.h"

#include <utility>

namespace rapport::nn {

std::uint32_t KeyValueCache::take() {
  if (free_.empty()) {
    const auto first = static_cast<std::uint32_t>(holders_.size());
    blocks_.emplace_back(kBlockEntries * entry_floats());
    holders_.resize(holders_.size() + kBlockEntries, 0);
    for (std::uint32_t i = kBlockEntries; i > 0; --i) free_.push_back(first + i - 1);
  }
  const std::uint32_t entry = free_.back();
  free_.pop_back();
  holders_[entry] = 1;
  return entry;
}

KeyValueCache::Hypothesis::Hypothesis(const Hypothesis& other) : cache_(other.cache_), entries_(other.entries_) {
  for (const std::uint32_t entry : entries_) ++cache_->holders_[entry];
}

KeyValueCache::Hypothesis::Hypothesis(Hypothesis&& other) noexcept
    : cache_(other.cache_), entries_(std::move(other.entries_)) {
  other.entries_.clear();
}

KeyValueCache::Hypothesis& KeyValueCache::Hypothesis::operator=(Hypothesis other) noexcept {
  std::swap(cache_, other.cache_);
  std::swap(entries_, other.entries_);
  return *this;
}

KeyValueCache::Hypothesis::~Hypothesis() {
  for (const std::uint32_t entry : entries_) cache_->release(entry);
}

void KeyValueCache::Hypothesis::append() {
  entries_.push_back(cache_->take());
}

}  // namespace rapport::nn
