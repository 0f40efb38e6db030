#include <algorithm>
#include <map>
#include <set>

#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

/// Every code that can be translated or told, and what it can be translated to.
json::array languages(const Context& context) {
  const std::vector<translation::SupportedLanguage> translated = context.services.translator.languages();
  std::map<std::string_view, const translation::SupportedLanguage*> all;
  for (const std::string_view code : language::supported()) all[code] = nullptr;
  for (const translation::SupportedLanguage& each : translated) {
    all[each.code] = &each;
    for (const std::string& target : each.targets) all.try_emplace(target, nullptr);
  }
  json::array list;
  for (const auto& [code, supported] : all) {
    const auto known = language::supported();
    json::array targets;
    if (supported != nullptr) targets = json::array(supported->targets.begin(), supported->targets.end());
    list.push_back(json::object{{"code", code},
                                {"name", language::english_name(code)},
                                {"detected", std::find(known.begin(), known.end(), code) != known.end()},
                                {"targets", std::move(targets)}});
  }
  return list;
}

/// Which languages a translator reads and writes by itself.
json::object to_json(const translation::Translator& translator) {
  const std::vector<std::string> codes = translator.languages();
  std::set<std::string_view> sources;
  std::set<std::string_view> targets;
  for (const std::string& source : codes) {
    for (const std::string& target : codes) {
      if (source == target || !translator.supports(source, target)) continue;
      sources.insert(source);
      targets.insert(target);
    }
  }
  return {{"name", translator.name()},
          {"sources", json::array(sources.begin(), sources.end())},
          {"targets", json::array(targets.begin(), targets.end())}};
}

http::Response answer(const Context& context, const http::Request&) {
  json::array list = languages(context);
  const std::size_t count = list.size();
  json::array translators;
  for (const auto& each : context.services.translators) translators.push_back(to_json(*each));
  return success(
      json::object{{"languages", std::move(list)}, {"count", count}, {"translators", std::move(translators)}});
}

}  // namespace

Endpoint translation_supported_languages(const ContextPointer& context) {
  Json codes = schema::array_of(schema::text("", "es"), "");
  Json language = schema::language();
  auto& members = language.get_object()["properties"].get_object();
  members["detected"] = schema::boolean("detect-language can tell it.");
  members["targets"] = schema::array_of(schema::text("", "es"), "What it can be translated to now.");
  return {{.method = "GET",
           .pattern = "/api/v1/ml/translation/supported-languages",
           .role = auth::Role::kViewer,
           .where = http::Where::kWaiter,
           .handle = handling(context, answer)},
          {.id = "supportedLanguages",
           .tag = "Translation",
           .summary = "Which languages can be translated now, and by whom",
           .description = "Every language that is known here: told by detect-language, translated, or both. targets is "
                          "empty where no translator is set up for it: rapport models list, rapport models pull. (A "
                          "running server has a model that is pulled after its next start.)",
           .response = schema::answer_object(
               {{"languages", schema::array_of(std::move(language), "In the order of their codes.")},
                {"count", schema::integer(1, INT64_MAX, "How many there are.")},
                {"translators",
                 schema::array_of(schema::answer_object({{"name", schema::text("As answers name it.", "opus-mt-en-es")},
                                                         {"sources", codes},
                                                         {"targets", codes}}),
                                  "Those that are set up. Pairs that none of them knows go through English.")}}),
           .response_example = example(R"({"languages": [{"code": "en", "name": "english", "detected": true,
             "targets": ["es"]}], "count": 1, "translators": [{"name": "opus-mt-en-es", "sources": ["en"],
             "targets": ["es"]}]})")}};
}

}  // namespace rapport::api
