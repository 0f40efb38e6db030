#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "store/store.h"
#include "translation/translation_cache.h"

namespace rapport::flows {

/// Remembers translations: campaigns and answers repeat themselves. The latest stay in memory, more of them in the
/// database, where a restart and the other servers find them. Each tenant has its own: nobody can tell from the time of
/// an answer what somebody else has translated.
///
/// What is new goes to the database behind the caller's back, many at a time; while it cannot be written, or read, the
/// memory alone remembers, and the log says so.
///
/// Threads   safe. The destructor writes what is not written yet.
/// Cost      a look-up in memory about 2 us, in the database one read for all texts.
class TranslationMemory final : public translation::TranslationCache {
 public:
  struct Options {
    std::size_t memory_bytes = std::size_t{8} << 20;  ///< 0: nothing is kept in memory
    std::size_t stored_per_tenant = 100'000;          ///< 0: nothing is kept in the database
    Duration keep = kDay * 30;                        ///< older ones are forgotten: a newer model may know better
  };

  /// All references must outlive it.
  TranslationMemory(store::Store& store, const Clock& clock, Metrics& metrics, Options options);
  ~TranslationMemory() override;

  std::vector<std::optional<translation::Translated>> find(const translation::CacheScope& scope,
                                                           std::span<const std::string_view> texts) override;
  void keep(const translation::CacheScope& scope, std::span<const std::string_view> texts,
            std::span<const translation::Translated> answers) override;

  /// Waits until everything is in the database that goes there.
  void flush();

 private:
  class Recent;
  class Writer;

  /// Fills in what the database knows of those that are still missing.
  void find_stored(const TenantId& tenant, std::span<const std::string> keys,
                   std::vector<std::optional<translation::Translated>>& found);

  store::Store& store_;
  const Clock& clock_;
  const Options options_;
  const std::unique_ptr<Recent> recent_;
  const std::unique_ptr<Writer> writer_;
  Metrics::Counter memory_hits_;
  Metrics::Counter memory_misses_;
  Metrics::Counter store_hits_;
  Metrics::Counter store_misses_;
};

}  // namespace rapport::flows
