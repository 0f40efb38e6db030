#include "server/api/endpoints.h"
#include "server/api/schema.h"

namespace rapport::api {

Endpoint livez(const ContextPointer& context) {
  const auto answer = [](const Context&, const http::Request&) {
    http::Response response;
    response.body = R"({"status":"alive"})";
    return response;
  };
  return {{.method = "GET", .pattern = "/livez", .role = std::nullopt, .handle = handling(context, answer)},
          {.id = "livez",
           .tag = "Operations",
           .summary = "Is the process alive?",
           .description = "",
           .response = schema::answer_object({{"status", schema::choice({"alive"}, "")}}),
           .enveloped = false}};
}

}  // namespace rapport::api
