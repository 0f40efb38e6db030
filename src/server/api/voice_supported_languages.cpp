#include "server/api/endpoints.h"
#include "server/api/envelope.h"
#include "server/api/schema.h"
#include "voice/languages.h"

namespace rapport::api {
namespace {

http::Response answer(const Context& context, const http::Request& /*request*/) {
  const voice::Transcriber* transcriber = context.services.voice.transcriber;
  std::vector<std::string_view> codes;
  if (transcriber != nullptr) {
    codes = transcriber->languages();
  } else {
    for (const voice::Language& language : voice::whisper_languages()) codes.push_back(language.code);
  }
  boost::json::array languages;
  boost::json::object names;
  for (const std::string_view code : codes) {
    languages.emplace_back(code);
    names[code] = voice::language_name(code);
  }
  return success(boost::json::object{{"languages", std::move(languages)},
                                     {"count", codes.size()},
                                     {"names", std::move(names)},
                                     {"model", transcriber == nullptr ? Json() : Json(transcriber->model())}});
}

}  // namespace

Endpoint voice_supported_languages(const ContextPointer& context) {
  return {{.method = "GET",
           .pattern = "/api/v1/ml/voice/supported-languages",
           .role = auth::Role::kViewer,
           .handle = handling(context, answer)},
          {.id = "listSpokenLanguages",
           .tag = "Voice",
           .summary = "The languages that the voice model knows",
           .description = "Without a model those of every multilingual Whisper model.",
           .response = schema::answer_object(
               {{"languages", schema::array_of(schema::text("", "en"), "Their codes, as the model names them.")},
                {"count", schema::integer(0, INT64_MAX, "How many there are.")},
                {"names", schema::map_of(schema::text(""), "In English, by code.")},
                {"model", boost::json::object{{"type", boost::json::array{"string", "null"}},
                                              {"description", "The voice model; null: none is installed."}}}}),
           .response_example = example(R"({"languages": ["en", "zh", "de", "es"], "count": 99,
             "names": {"en": "english", "zh": "chinese", "de": "german", "es": "spanish"}, "model": null})")}};
}

}  // namespace rapport::api
