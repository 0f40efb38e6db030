#include <array>
#include <string_view>

#include "language/identify.h"
#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

/// The short list for a menu: the languages of the countries where most people use WhatsApp.
constexpr std::array<std::string_view, 20> kPopular = {"en", "es", "hi", "pt", "ar", "id", "fr", "de", "it", "ru",
                                                       "tr", "bn", "ur", "nl", "ms", "fa", "sw", "ta", "te", "zh"};

http::Response answer(const Context&, const http::Request&) {
  json::array languages;
  for (const std::string_view code : kPopular) {
    languages.push_back(json::object{{"code", code}, {"name", language::english_name(code)}});
  }
  return success(json::object{{"languages", std::move(languages)}, {"count", kPopular.size()}});
}

}  // namespace

Endpoint translation_popular_languages(const ContextPointer& context) {
  return {
      {.method = "GET",
       .pattern = "/api/v1/ml/translation/popular-languages",
       .role = auth::Role::kViewer,
       .handle = handling(context, answer)},
      {.id = "popularLanguages",
       .tag = "Translation",
       .summary = "Twenty languages for a menu",
       .description = "The most used ones of WhatsApp. Which of them can be translated now: see supported-languages.",
       .response = schema::answer_object({{"languages", schema::array_of(schema::language(), "The most used first.")},
                                          {"count", schema::integer(20, 20, "How many there are.")}}),
       .response_example = example(R"({"languages": [{"code": "en", "name": "english"},
             {"code": "es", "name": "spanish"}], "count": 20})")}};
}

}  // namespace rapport::api
