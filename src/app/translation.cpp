#include "app/translation.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/hub_access.h"
#include "app/translation_models.h"
#include "app/translation_services.h"
#include "base/error.h"
#include "base/words.h"
#include "hub/manifest.h"

namespace rapport::app {
namespace {

using translation::Routing;
using Translators = std::vector<std::shared_ptr<const translation::Translator>>;

constexpr const char* kLocal = "local";

Error wrong_setting(const char* setting, const std::string& problem) {
  return Error(ErrorKind::kInvalid, "invalid_setting", std::string("The setting ") + setting + " " + problem);
}

/// What a setting of the routing says, read by itself so that a mistake names it.
Routing read_routing(const Settings& settings, const char* setting, const std::string& before) {
  try {
    return translation::parse_routing(before + settings.text(setting));
  } catch (const Error& error) {
    throw wrong_setting(setting, "is wrong: " + error.message());
  }
}

/// Names that are always permitted: a service need not be set up to stand in an order.
bool is_known(const std::string& name, const Translators& translators) {
  return name == kLocal || name == kGoogle || name == kLibreTranslate ||
         std::any_of(hub::manifest().begin(), hub::manifest().end(),
                     [&](const hub::ModelSpec& spec) { return spec.name == name; }) ||
         std::any_of(translators.begin(), translators.end(), [&](const auto& each) { return each->name() == name; });
}

void check_names(const char* setting, const std::vector<std::string>& names, const Translators& translators) {
  for (const std::string& name : names) {
    if (is_known(name, translators)) continue;
    throw wrong_setting(setting, "names " + name + ", which is neither local, libretranslate, google nor a model.");
  }
}

Routing routing_of(const Settings& settings, const Translators& translators) {
  Routing routing = read_routing(settings, "translation.order", "");
  check_names("translation.order", routing.order, translators);
  if (!settings.text("translation.pairs").empty()) {
    routing.pairs = read_routing(settings, "translation.pairs", "local;").pairs;
  }
  for (const auto& [pair, names] : routing.pairs) check_names("translation.pairs", names, translators);
  return routing;
}

/// The translators that the routing can get to: the others are never asked, and nothing is said of them.
Translators translators_of(const Settings& settings, Metrics& metrics) {
  Translators all = local_translators(settings, metrics);
  Translators services = translation_services(settings, metrics);
  all.insert(all.end(), services.begin(), services.end());
  return all;
}

translation::MessageTranslatorParts parts(const Settings& settings, const Translators& translators,
                                          translation::TranslationCache* cache) {
  return {.translators = translators,
          .routing = routing_of(settings, translators),
          .cache = cache,
          .identify = language::identify,
          .remedy = translation_remedy};
}

const hub::ModelSpec* model_for(std::string_view source, std::string_view target) {
  for (const hub::ModelSpec& spec : hub::manifest()) {
    if (spec.role != hub::ModelRole::kTranslation) continue;
    if (has_word(spec.sources, ' ', source) && has_word(spec.targets, ' ', target)) return &spec;
  }
  return nullptr;
}

}  // namespace

flows::TranslationMemory::Options memory_options(const Settings& settings) {
  return {.memory_bytes = static_cast<std::size_t>(settings.integer("translation.cache.memory_bytes")),
          .stored_per_tenant = static_cast<std::size_t>(settings.integer("translation.cache.stored")),
          .keep = kDay * settings.integer("translation.cache.keep_days")};
}

Translation::Translation(const Settings& settings, Metrics& metrics, translation::TranslationCache* cache)
    : translators_(translators_of(settings, metrics)), translator_(parts(settings, translators_, cache), metrics) {}

std::string translation_remedy(std::string_view source, std::string_view target) {
  const std::string pull = "rapport models pull ";
  const std::string then = " (a running server has it after its next start)";
  if (const hub::ModelSpec* direct = model_for(source, target)) return pull + std::string(direct->name) + then;
  const hub::ModelSpec* first = model_for(source, "en");
  const hub::ModelSpec* second = model_for("en", target);
  if (first != nullptr && second != nullptr) {
    return pull + std::string(first->name) + " and " + pull + std::string(second->name) + ", through English" + then;
  }
  return pull + "small100" + then;
}

}  // namespace rapport::app
