#pragma once

#include <optional>
#include <string_view>

#include "app/settings.h"
#include "hub/manifest.h"
#include "inference/text_models.h"

namespace rapport::app {

/// What a setting that names a pretrained model may be.
struct ModelSetting {
  std::string_view name;    ///< "sentiment.model"
  hub::ModelRole role;      ///< "auto" is the first installed model of the manifest for it
  std::string_view absent;  ///< the value that wants no pretrained model: "builtin", "none"
};

/// The model that the setting names: a folder (or an OpenAI *.pt file), one of the manifest, or with "auto" whichever
/// is installed. nullopt: none. Throws kUnavailable "model_not_installed", kInvalid "invalid_setting".
std::optional<inference::ModelSource> model_source(const Settings& settings, const ModelSetting& setting);

}  // namespace rapport::app
