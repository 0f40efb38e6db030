#pragma once

#include <filesystem>
#include <memory>

#include "app/settings.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "flows/services.h"
#include "inference/model_registry.h"
#include "store/store.h"

namespace rapport::app {

/// What one process works with: the folder of a workspace, its database and its models, wired together.
///
/// Throws    kInvalid for the folder or the settings, what `Store::open` throws.
class Workspace {
 public:
  /// Makes the folder (mode 0700) and the database when they do not exist.
  explicit Workspace(Settings settings);

  const Settings& settings() const { return settings_; }
  store::Store& store() { return *store_; }
  const Clock& clock() const { return clock_; }
  Metrics& metrics() { return metrics_; }
  flows::Services services() { return {*store_, *models_, clock_}; }

 private:
  Settings settings_;
  SystemClock clock_;
  Metrics metrics_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<inference::ModelRegistry> models_;
};

/// The secret that signs this workspace's tokens; made on first use.
PrivateText token_secret(const Settings& settings);

/// The keys whose tokens the server accepts.
auth::TokenVerifier::Keys token_keys(const Settings& settings);

}  // namespace rapport::app
