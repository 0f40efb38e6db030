#pragma once

#include <filesystem>

#include "app/settings.h"
#include "hub/http_client.h"

namespace rapport::app {

/// Where pretrained models are installed: the setting `models`, otherwise DATA/models.
std::filesystem::path models_folder(const Settings& settings);

/// The hub they are pulled from, and the token for it.
hub::HubAccess hub_access(const Settings& settings);

}  // namespace rapport::app
