#pragma once

#include <memory>
#include <vector>

#include "app/settings.h"
#include "base/metrics.h"
#include "translation/translator.h"

namespace rapport::app {

constexpr const char* kGoogle = "google";
constexpr const char* kLibreTranslate = "libretranslate";

/// The translation services that the settings set up: none, one or both.
///
/// Throws    kInvalid "invalid_setting" for an address that is none.
std::vector<std::shared_ptr<const translation::Translator>> translation_services(const Settings& settings,
                                                                                 Metrics& metrics);

}  // namespace rapport::app
