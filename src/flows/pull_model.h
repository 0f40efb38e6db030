#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "hub/pull.h"

namespace rapport::flows {

struct PullOrder {
  std::string model;                          ///< a name or a repository of the manifest
  std::optional<std::filesystem::path> from;  ///< a folder on this machine instead of the hub
};

/// Installs a pretrained model. Throws kNotFound "unknown_pretrained_model", and what hub::pull_model and hub::adopt_model throw.
hub::Installed pull_model(const PullOrder& order, const hub::HubAccess& access, const hub::Installation& installation);

}  // namespace rapport::flows
