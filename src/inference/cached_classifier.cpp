#include "inference/cached_classifier.h"

#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/sha256.h"

namespace rapport::inference {
namespace {

constexpr std::size_t kShards = 16;

struct Key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const Key&, const Key&) = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const { return key.low; }
};

/// The scope's length stands first, so that no other scope and text make the same bytes.
Key key_of(std::string_view scope, std::string_view text) {
  const std::uint64_t scope_size = scope.size();
  std::string bytes(reinterpret_cast<const char*>(&scope_size), sizeof scope_size);
  bytes.append(scope).append(text);
  const std::array<std::uint8_t, 32> digest = sha256(bytes);
  Key key;
  std::memcpy(&key.high, digest.data(), sizeof key.high);
  std::memcpy(&key.low, digest.data() + sizeof key.high, sizeof key.low);
  return key;
}

/// What an answer occupies: the list's and the table's nodes, the numbers, and what the allocator adds.
std::size_t bytes_of(const TextClasses& classes) {
  constexpr std::size_t kNodes = 144;
  return kNodes + classes.probs.size() * sizeof(float);
}

/// A part of the memory under one lock. The list runs from the most to the least recently used.
class Shard {
 public:
  explicit Shard(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  std::optional<TextClasses> find(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return std::nullopt;
    answers_.splice(answers_.begin(), answers_, found->second);
    return found->second->second;
  }

  void keep(const Key& key, const TextClasses& classes) {
    const std::lock_guard lock(mutex_);
    if (places_.contains(key)) return;
    answers_.emplace_front(key, classes);
    places_.emplace(key, answers_.begin());
    bytes_ += bytes_of(classes);
    while (bytes_ > max_bytes_) {
      bytes_ -= bytes_of(answers_.back().second);
      places_.erase(answers_.back().first);
      answers_.pop_back();
    }
  }

 private:
  using Answers = std::list<std::pair<Key, TextClasses>>;

  const std::size_t max_bytes_;
  std::mutex mutex_;
  Answers answers_;
  std::unordered_map<Key, Answers::iterator, KeyHash> places_;
  std::size_t bytes_ = 0;
};

}  // namespace

struct CachedClassifier::Memory {
  Memory(std::size_t max_bytes, const std::string& model, Metrics& metrics) {
    for (std::size_t i = 0; i < kShards; ++i) shards.push_back(std::make_unique<Shard>(max_bytes / kShards));
    const auto counter = [&](const char* result) {
      return metrics.counter("rapport_cache_requests_total", "Texts looked up among recent answers.",
                             {{"cache", model}, {"result", result}});
    };
    hits = counter("hit");
    misses = counter("miss");
  }

  Shard& shard(const Key& key) { return *shards[key.high % kShards]; }

  std::vector<std::unique_ptr<Shard>> shards;
  Metrics::Counter hits;
  Metrics::Counter misses;
};

/// A call whose missing answers are being computed.
struct CachedClassifier::Pending {
  struct Missing {
    Key key;
    std::vector<std::size_t> places;  ///< in the caller's order
  };

  Classified finish(Memory& memory) {
    if (!missing.empty()) {
      const Classified computed = future.get();
      answer.times = computed.times;
      for (std::size_t i = 0; i < missing.size(); ++i) {
        memory.shard(missing[i].key).keep(missing[i].key, computed.texts[i]);
        for (const std::size_t place : missing[i].places) answer.texts[place] = computed.texts[i];
      }
    }
    return std::move(answer);
  }

  Classified answer;
  std::vector<Missing> missing;
  std::vector<std::string_view> texts;  ///< of `missing`
  std::future<Classified> future;
};

CachedClassifier::CachedClassifier(std::unique_ptr<const TextClassifier> model, std::size_t max_bytes, Metrics& metrics)
    : model_(std::move(model)), memory_(std::make_unique<Memory>(max_bytes, model_->name(), metrics)) {}

CachedClassifier::~CachedClassifier() = default;

std::future<Classified> CachedClassifier::start(std::span<const std::string_view> texts, std::string_view scope) const {
  auto pending = std::make_unique<Pending>();
  pending->answer.texts.resize(texts.size());
  std::unordered_map<Key, std::size_t, KeyHash> missing;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Key key = key_of(scope, texts[i]);
    if (auto known = memory_->shard(key).find(key)) {
      pending->answer.texts[i] = std::move(*known);
      memory_->hits.add();
      continue;
    }
    memory_->misses.add();
    const auto [place, is_new] = missing.try_emplace(key, pending->missing.size());
    if (is_new) {
      pending->missing.push_back({key, {}});
      pending->texts.push_back(texts[i]);
    }
    pending->missing[place->second].places.push_back(i);
  }
  if (!pending->missing.empty()) pending->future = model_->start(pending->texts, scope);
  return std::async(std::launch::deferred, [this, pending = std::move(pending)] { return pending->finish(*memory_); });
}

}  // namespace rapport::inference
