#include <memory>

#include "base/version.h"
#include "server/api/endpoints.h"
#include "server/api/openapi.h"

namespace rapport::api {

Endpoint openapi_json(const ContextPointer& context, const std::vector<Endpoint>& described) {
  Endpoint endpoint{{.method = "GET", .pattern = "/openapi.json", .role = std::nullopt, .handle = {}},
                    {.id = "openapi",
                     .tag = "Operations",
                     .summary = "This description",
                     .description = "OpenAPI 3.1.",
                     .response = Json(boost::json::object{{"type", "object"}}),
                     .enveloped = false}};
  std::vector<Endpoint> all = described;
  all.push_back(endpoint);
  endpoint.route.handle =
      handling(context, [body = to_string(openapi_document(all, rapport::version()))](const Context&, const http::Request&) {
        http::Response response;
        response.body = body;
        return response;
      });
  return endpoint;
}

}  // namespace rapport::api
