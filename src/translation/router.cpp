#include "translation/router.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "translation/language_codes.h"

namespace rapport::translation {
namespace {

constexpr std::string_view kLocal = "local";
constexpr std::string_view kBetween = "en";

/// A translator may read a script or region as its language: traditional characters as Chinese. It does not write it.
std::optional<Route::Leg> leg(const Translator& translator, const std::string& source, const std::string& target) {
  if (translator.supports(source, target)) return Route::Leg{&translator, source, target};
  const std::string broader = source == "zh-TW" ? "zh" : source;
  if (broader != source && broader != target && translator.supports(broader, target)) {
    return Route::Leg{&translator, broader, target};
  }
  return std::nullopt;
}

std::optional<Route::Leg> first_leg(const std::vector<const Translator*>& translators, const std::string& source,
                                    const std::string& target) {
  for (const Translator* translator : translators) {
    if (auto found = leg(*translator, source, target)) return found;
  }
  return std::nullopt;
}

std::optional<Route> through_english(const std::vector<const Translator*>& translators, const std::string& source,
                                     const std::string& target) {
  if (source == kBetween || target == kBetween) return std::nullopt;
  const std::string between(kBetween);
  auto first = first_leg(translators, source, between);
  auto second = first_leg(translators, between, target);
  if (!first || !second) return std::nullopt;
  return Route{{std::move(*first), std::move(*second)}};
}

}  // namespace

std::string Route::model() const {
  std::string model = legs.front().translator->name();
  if (legs.size() > 1 && legs[1].translator != legs[0].translator) model += " + " + legs[1].translator->name();
  return model;
}

std::string Route::edition() const {
  std::string editions;
  for (const Leg& leg : legs) editions += leg.translator->edition(leg.source, leg.target) + '\n';
  return editions;
}

Router::Router(std::vector<std::shared_ptr<const Translator>> translators, Routing routing)
    : translators_(std::move(translators)), routing_(std::move(routing)) {}

const std::vector<std::string>& Router::order(const std::string& source, const std::string& target) const {
  for (const auto& pair :
       {std::pair{source, target}, std::pair{source, std::string("*")}, std::pair{std::string("*"), target}}) {
    const auto found = routing_.pairs.find(pair);
    if (found != routing_.pairs.end()) return found->second;
  }
  return routing_.order;
}

Router::Translators Router::named(const std::string& entry) const {
  Translators found;
  for (const auto& translator : translators_) {
    const bool local = entry == kLocal && translator->wants_sentences();
    if (local || translator->name() == entry) found.push_back(translator.get());
  }
  return found;
}

std::vector<Route> Router::routes(std::string_view source_code, std::string_view target_code) const {
  const std::string source(source_code);
  const std::string target(target_code);
  std::vector<Route> routes;
  Translators all;
  for (const std::string& entry : order(source, target)) {
    const Translators here = named(entry);
    all.insert(all.end(), here.begin(), here.end());
    const std::size_t before = routes.size();
    for (const Translator* translator : here) {
      if (auto direct = leg(*translator, source, target)) routes.push_back({{std::move(*direct)}});
    }
    if (routes.size() > before) continue;
    if (auto pivot = through_english(here, source, target)) routes.push_back(std::move(*pivot));
  }
  if (routes.empty()) {
    if (auto pivot = through_english(all, source, target)) routes.push_back(std::move(*pivot));
  }
  return routes;
}

std::vector<std::string> Router::languages() const {
  std::set<std::string> codes;
  for (const auto& translator : translators_) {
    for (const std::string& code : translator->languages()) {
      const std::string normal = normal_code(code);
      if (!normal.empty()) codes.insert(normal);
    }
  }
  return {codes.begin(), codes.end()};
}

}  // namespace rapport::translation
