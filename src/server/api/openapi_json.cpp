#include "server/api/endpoints.h"

namespace rapport::api {

Endpoint openapi_json(const ContextPointer& context, const std::shared_ptr<const SelfDescription>& description) {
  const auto answer = [description](const Context&, const http::Request&) {
    http::Response response;
    response.body = description->openapi;
    return response;
  };
  return {{.method = "GET", .pattern = "/openapi.json", .role = std::nullopt, .handle = handling(context, answer)},
          {.id = "openapi",
           .tag = "Operations",
           .summary = "This description",
           .description = "OpenAPI 3.1.",
           .response = Json(boost::json::object{{"type", "object"}}),
           .enveloped = false}};
}

}  // namespace rapport::api
