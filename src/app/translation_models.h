#pragma once

#include <memory>
#include <vector>

#include "app/settings.h"
#include "base/metrics.h"
#include "translation/translator.h"

namespace rapport::app {

/// The translation models on this machine that the settings name, the preferred one first. They are looked at, and
/// loaded when they are first needed.
///
/// Throws    kInvalid "invalid_setting" for what is neither a model of the manifest nor a folder of one, kUnavailable
///           "model_not_installed", "model_unsupported".
std::vector<std::shared_ptr<const translation::Translator>> local_translators(const Settings& settings,
                                                                              Metrics& metrics);

}  // namespace rapport::app
