#include "flows/translation_memory.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/sha256.h"

namespace rapport::flows {
namespace {

constexpr Duration kGather{200};                   ///< how long new ones wait for more, to share a transaction
constexpr std::size_t kMostWaiting = 20'000;       ///< more are not written: the memory alone has them
constexpr std::size_t kLongestStored = 64 * 1024;  ///< bytes; longer texts hardly come twice
constexpr std::size_t kNodeBytes = 256;            ///< of an entry beside its texts: the list's and the table's nodes

using translation::CacheScope;
using translation::Translated;

/// A digest of all that a translation depends on: nothing can be read from it.
std::string key_of(const CacheScope& scope, std::string_view text) {
  std::string bytes;
  for (const std::string_view part : {scope.model, scope.edition, scope.source, scope.target, scope.glossary, text}) {
    bytes.append(std::to_string(part.size())).append(":").append(part);
  }
  return sha256_hex(bytes);
}

/// What a database takes: 0..1, and nothing for what is no number.
std::optional<double> storable_confidence(const std::optional<double>& confidence) {
  if (!confidence || std::isnan(*confidence)) return std::nullopt;
  return std::clamp(*confidence, 0.0, 1.0);
}

/// Requires  a tenant's name has no control characters.
std::string place_of(const TenantId& tenant, const std::string& key) {
  return tenant.text() + '\n' + key;
}

}  // namespace

/// The least recently used go first.
class TranslationMemory::Recent {
 public:
  Recent(std::size_t max_bytes, Duration keep) : max_bytes_(max_bytes), keep_(keep) {}

  std::optional<Translated> find(const std::string& place, Time now) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(place);
    if (found == places_.end()) return std::nullopt;
    if (found->second->made_at < now - keep_) {
      drop(found->second);
      return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->translation;
  }

  void keep(const std::string& place, const Translated& translation, Time made_at) {
    const std::lock_guard lock(mutex_);
    if (const auto known = places_.find(place); known != places_.end()) drop(known->second);
    entries_.push_front({place, translation, made_at});
    places_.emplace(entries_.front().place, entries_.begin());
    bytes_ += entries_.front().bytes();
    while (bytes_ > max_bytes_) drop(std::prev(entries_.end()));
  }

 private:
  struct Entry {
    std::string place;
    Translated translation;
    Time made_at;

    std::size_t bytes() const { return kNodeBytes + place.size() + translation.text.size(); }
  };
  using Entries = std::list<Entry>;

  void drop(Entries::iterator entry) {
    bytes_ -= entry->bytes();
    places_.erase(entry->place);
    entries_.erase(entry);
  }

  const std::size_t max_bytes_;
  const Duration keep_;
  std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> places_;  ///< the names are the entries' own
  std::size_t bytes_ = 0;
};

/// Takes new translations to the database on a thread of its own, which is started when there is the first.
class TranslationMemory::Writer {
 public:
  Writer(store::Store& store, std::size_t most) : store_(store), most_(most) {}
  ~Writer() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void add(const TenantId& tenant, store::StoredTranslation translation) {
    {
      const std::lock_guard lock(mutex_);
      if (count_ >= kMostWaiting) return;
      waiting_[tenant].push_back(std::move(translation));
      ++count_;
      if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    }
    changed_.notify_all();
  }

  void flush() {
    std::unique_lock lock(mutex_);
    ++flushing_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return count_ == 0 && !writing_; });
    --flushing_;
  }

 private:
  using Waiting = std::map<TenantId, std::vector<store::StoredTranslation>>;

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return count_ > 0 || ending_; });
      if (count_ == 0) return;
      changed_.wait_for(lock, kGather, [this] { return ending_ || flushing_ > 0 || count_ >= kMostWaiting; });
      const Waiting batch = std::exchange(waiting_, {});
      count_ = 0;
      writing_ = true;
      lock.unlock();
      write(batch);
      lock.lock();
      writing_ = false;
      changed_.notify_all();
    }
  }

  void write(const Waiting& batch) {
    for (const auto& [tenant, translations] : batch) {
      try {
        store_.keep_translations(tenant, translations, most_);
      } catch (const Error& error) {
        log_warn("translations are not kept in the database",
                 {{"code", error.code()}, {"count", translations.size()}, {"detail", error.log_detail()}});
      }
    }
  }

  store::Store& store_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Waiting waiting_;
  std::size_t count_ = 0;
  int flushing_ = 0;
  bool writing_ = false;
  bool ending_ = false;
  std::thread thread_;
};

TranslationMemory::TranslationMemory(store::Store& store, const Clock& clock, Metrics& metrics, Options options)
    : store_(store),
      clock_(clock),
      options_(options),
      recent_(std::make_unique<Recent>(options.memory_bytes, options.keep)),
      writer_(std::make_unique<Writer>(store, options.stored_per_tenant)) {
  const auto counter = [&](const char* cache, const char* result) {
    return metrics.counter("rapport_cache_requests_total", "Texts looked up among recent answers.",
                           {{"cache", cache}, {"result", result}});
  };
  memory_hits_ = counter("translation_memory", "hit");
  memory_misses_ = counter("translation_memory", "miss");
  store_hits_ = counter("translation_store", "hit");
  store_misses_ = counter("translation_store", "miss");
}

TranslationMemory::~TranslationMemory() = default;

std::vector<std::optional<Translated>> TranslationMemory::find(const CacheScope& scope,
                                                               std::span<const std::string_view> texts) {
  const TenantId tenant{std::string(scope.tenant)};
  const Time now = clock_.now();
  std::vector<std::optional<Translated>> found;
  std::vector<std::string> keys;
  std::size_t hits = 0;
  for (const std::string_view text : texts) {
    keys.push_back(key_of(scope, text));
    found.push_back(recent_->find(place_of(tenant, keys.back()), now));
    if (found.back()) ++hits;
  }
  memory_hits_.add(static_cast<double>(hits));
  memory_misses_.add(static_cast<double>(texts.size() - hits));
  if (hits < texts.size() && options_.stored_per_tenant > 0) find_stored(tenant, keys, found);
  return found;
}

void TranslationMemory::find_stored(const TenantId& tenant, std::span<const std::string> keys,
                                    std::vector<std::optional<Translated>>& found) {
  std::vector<std::size_t> places;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (found[i]) continue;
    places.push_back(i);
    missing.push_back(keys[i]);
  }
  std::size_t hits = 0;
  try {
    const auto stored = store_.translations(tenant, missing, clock_.now() - options_.keep);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      if (!stored[i]) continue;
      ++hits;
      found[places[i]] = {stored[i]->text.reveal(), stored[i]->confidence};
      recent_->keep(place_of(tenant, missing[i]), *found[places[i]], stored[i]->created_at);
    }
  } catch (const Error& error) {
    log_warn("remembered translations cannot be read", {{"code", error.code()}, {"detail", error.log_detail()}});
  }
  store_hits_.add(static_cast<double>(hits));
  store_misses_.add(static_cast<double>(missing.size() - hits));
}

void TranslationMemory::keep(const CacheScope& scope, std::span<const std::string_view> texts,
                             std::span<const Translated> answers) {
  const TenantId tenant{std::string(scope.tenant)};
  const Time now = clock_.now();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string key = key_of(scope, texts[i]);
    const Translated& answer = answers[i];
    recent_->keep(place_of(tenant, key), answer, now);
    const bool storable = answer.text.size() <= kLongestStored && answer.text.find('\0') == std::string::npos;
    if (options_.stored_per_tenant == 0 || !storable) continue;
    writer_->add(tenant, {.key = key,
                          .text = PrivateText(answer.text),
                          .confidence = storable_confidence(answer.confidence),
                          .created_at = now});
  }
}

void TranslationMemory::flush() {
  writer_->flush();
}

}  // namespace rapport::flows
