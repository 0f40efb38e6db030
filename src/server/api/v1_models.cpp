#include "server/api/endpoints.h"
#include "server/api/openai_audio.h"
#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

/// The names under which the voice model can be asked for; none when there is no model.
std::vector<std::string> names_of(const Context& context) {
  const voice::Transcriber* transcriber = context.services.voice.transcriber;
  if (transcriber == nullptr) return {};
  if (transcriber->model() == kWhisper1) return {kWhisper1};
  return {kWhisper1, transcriber->model()};
}

Json to_json(const std::string& name) {
  return json::object{{"id", name}, {"object", "model"}, {"created", 0}, {"owned_by", "rapport"}};
}

http::Response answer_with(const Json& document) {
  http::Response response;
  response.body = to_string(document);
  return response;
}

http::Response answer_list(const Context& context, const http::Request& /*request*/) {
  json::array models;
  for (const std::string& name : names_of(context)) models.push_back(to_json(name));
  return answer_with(json::object{{"object", "list"}, {"data", std::move(models)}});
}

http::Response answer_one(const Context& context, const http::Request& request) {
  const std::string& id = request.path_values.at("voice_model");
  for (const std::string& name : names_of(context)) {
    if (name == id) return answer_with(to_json(name));
  }
  throw Error(ErrorKind::kNotFound, "model_not_found", "There is no model of this name here: see /v1/models.")
      .with_fields({{"/model", "is no model of this server"}});
}

Json model_schema() {
  return schema::answer_object({{"id", schema::text("", "whisper-1")},
                                {"object", schema::choice({"model"}, "")},
                                {"created", schema::integer(0, INT64_MAX, "Not known: 0.")},
                                {"owned_by", schema::text("", "rapport")}});
}

http::Route route_of(const ContextPointer& context, std::string pattern,
                     std::function<http::Response(const Context&, const http::Request&)> handler) {
  return {.method = "GET",
          .pattern = std::move(pattern),
          .role = auth::Role::kViewer,
          .shape_error = shape_as_openai,
          .handle = handling(context, std::move(handler))};
}

}  // namespace

Endpoint v1_models(const ContextPointer& context) {
  return {route_of(context, "/v1/models", answer_list),
          {.id = "listVoiceModels",
           .tag = "OpenAI audio",
           .summary = "The voice model, as OpenAI's API lists models",
           .description = "Empty when none is installed.",
           .response = schema::answer_object(
               {{"object", schema::choice({"list"}, "")}, {"data", schema::array_of(model_schema(), "")}}),
           .response_example = example(R"({"object": "list", "data": [{"id": "whisper-1", "object": "model",
             "created": 0, "owned_by": "rapport"}]})"),
           .enveloped = false,
           .error = schema::openai_error()}};
}

Endpoint v1_models_by_id(const ContextPointer& context) {
  return {
      route_of(context, "/v1/models/{voice_model}", answer_one),
      {.id = "getVoiceModel",
       .tag = "OpenAI audio",
       .summary = "One name of the voice model",
       .description = "",
       .parameters = {{.in = Parameter::In::kPath,
                       .name = "voice_model",
                       .description = "The model's name.",
                       .schema = schema::text("", "whisper-1")}},
       .response = model_schema(),
       .response_example = example(R"({"id": "whisper-1", "object": "model", "created": 0, "owned_by": "rapport"})"),
       .enveloped = false,
       .errors = {404},
       .error = schema::openai_error()}};
}

}  // namespace rapport::api
