#include "server/api/endpoints.h"

namespace rapport::api {

Endpoint metrics(const ContextPointer& context) {
  const auto answer = [](const Context& c, const http::Request&) {
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = c.services.metrics.text();
    return response;
  };
  return {{.method = "GET", .pattern = "/metrics", .role = std::nullopt, .handle = handling(context, answer)},
          {.id = "metrics",
           .tag = "Operations",
           .summary = "Figures for Prometheus",
           .description = "Text format 0.0.4.",
           .enveloped = false,
           .media_type = "text/plain"}};
}

}  // namespace rapport::api
