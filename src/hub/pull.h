#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/clock.h"
#include "base/progress.h"
#include "hub/http_client.h"
#include "hub/manifest.h"
#include "hub/model_record.h"
#include "hub/retry.h"

namespace rapport::hub {

/// Where models are installed, and what an installation needs from its surroundings.
struct Installation {
  std::filesystem::path models_folder;
  const Clock& clock;
  Progress progress = {};
  /// Bytes that may still be written in a folder; empty: what the file system says.
  std::function<std::uint64_t(const std::filesystem::path&)> free_bytes = {};
};

struct Installed {
  ModelRecord record;
  std::uint64_t fetched_bytes = 0;  ///< 0: everything was there and whole
};

/// Fetches a model from the hub, several files at once, and installs it; what is there and whole is kept, what is
/// damaged is replaced. After any interruption the same call goes on where it was.
///
/// Throws    kConflict "model_busy"; kUnavailable "disk_full" before anything is fetched; kUnavailable
/// "hub_bad_answer",
///           "hub_wrong_content"; what `hub_error` says; kInternal "file_not_written".
Installed pull_model(const ModelSpec& spec, const HubAccess& access, const Installation& installation,
                     const HttpLimits& limits = {}, const RetryPolicy& retries = {});

/// Installs a model from a folder on this machine: a plain one, another workspace's, or a snapshot in a hub cache
/// (whose links name digests). No network. Digests are checked where the folder has any.
///
/// Throws    kNotFound "file_not_found" naming what the folder lacks; kInvalid "wrong_model", "damaged_file"; as above.
Installed adopt_model(const ModelSpec& spec, const std::filesystem::path& from, const Installation& installation);

/// Throws kUnavailable "disk_full" unless `needed_bytes` and a reserve fit into the models folder.
void require_space(const Installation& installation, const ModelSpec& spec, std::uint64_t needed_bytes);

}  // namespace rapport::hub
