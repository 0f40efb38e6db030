#include "base/version.h"

#include "server/api/endpoints.h"
#include "server/api/schema.h"

namespace rapport::api {

Endpoint version(const ContextPointer& context) {
  const auto answer = [](const Context&, const http::Request&) {
    http::Response response;
    response.body = to_string(boost::json::object{{"name", "rapport"}, {"version", rapport::version()}});
    return response;
  };
  return {{.method = "GET", .pattern = "/version", .role = std::nullopt, .handle = handling(context, answer)},
          {.id = "version",
           .tag = "Operations",
           .summary = "Which version runs",
           .description = "",
           .response =
               schema::answer_object({{"name", schema::text("", "rapport")}, {"version", schema::text("", "0.1.0")}}),
           .enveloped = false}};
}

}  // namespace rapport::api
