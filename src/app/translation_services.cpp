#include "app/translation_services.h"

#include <chrono>

#include "translation/providers/google_translator.h"
#include "translation/providers/libre_translator.h"

namespace rapport::app {

std::vector<std::shared_ptr<const translation::Translator>> translation_services(const Settings& settings,
                                                                                 Metrics& metrics) {
  const translation::ServiceLimits limits{
      .timeout = std::chrono::milliseconds(settings.integer("translation.provider_timeout_ms"))};
  std::vector<std::shared_ptr<const translation::Translator>> services;
  if (!settings.text("translation.libretranslate.url").empty()) {
    services.push_back(std::make_shared<translation::LibreTranslator>(
        translation::LibreSettings{.url = settings.text("translation.libretranslate.url"),
                                   .key = PrivateText(settings.text("translation.libretranslate.api_key")),
                                   .limits = limits},
        metrics));
  }
  if (!settings.text("translation.google.api_key").empty()) {
    services.push_back(std::make_shared<translation::GoogleTranslator>(
        translation::GoogleSettings{.endpoint = settings.text("translation.google.endpoint"),
                                    .key = PrivateText(settings.text("translation.google.api_key")),
                                    .limits = limits},
        metrics));
  }
  return services;
}

}  // namespace rapport::app
