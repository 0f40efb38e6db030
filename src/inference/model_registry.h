#pragma once

#include <memory>

#include "base/clock.h"
#include "base/metrics.h"
#include "domain/ids.h"
#include "domain/names.h"
#include "scoring/scoring_model.h"
#include "store/store.h"

namespace rapport::inference {

/// The models in service: for each tenant and kind the champion, loaded once and swapped while requests run when
/// another one is promoted, by whichever process. A request keeps the model that it started with.
///
/// Threads   safe.
/// Cost      a look-up under a shared lock; the store is asked for its revision at most every `kRecheck`.
class ModelRegistry {
 public:
  static constexpr Duration kRecheck = std::chrono::milliseconds(250);

  /// `store`, `clock` and `metrics` must outlive the registry.
  ModelRegistry(store::Store& store, const Clock& clock, Metrics& metrics);
  ~ModelRegistry();

  /// Throws kUnavailable "model_not_trained" (the message names the command that mends it), or "model_damaged" when
  /// the stored artifact does not hold.
  std::shared_ptr<const scoring::VersionedModel> champion(const TenantId& tenant, ModelKind kind);

  /// Any version, not kept. Throws kNotFound "unknown_model_version".
  std::shared_ptr<const scoring::VersionedModel> load(const TenantId& tenant, const std::string& version);

  /// Looks at the store now: after a promotion by this process.
  void refresh();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::inference
