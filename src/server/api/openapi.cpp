#include "server/api/openapi.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "server/api/schema.h"

namespace rapport::api {
namespace {

namespace json = boost::json;

std::string_view meaning_of(int status) {
  switch (status) {
    case 202:
      return "Accepted: the work goes on as a job.";
    case 400:
      return "The body cannot be read at all: not JSON, not a form.";
    case 401:
      return "No token, or one that does not hold.";
    case 403:
      return "The token's role does not permit it.";
    case 404:
      return "There is no such thing (also: it is another tenant's).";
    case 409:
      return "It contradicts what is there: too little data, one class only, no earlier version.";
    case 413:
      return "The body is too large.";
    case 415:
      return "The body has another content type than this endpoint reads.";
    case 422:
      return "A field is wrong: details name each.";
    case 429:
      return "Too much at once: try again after Retry-After.";
    case 503:
      return "The model is not trained, or not installed: the message says what mends it.";
    case 504:
      return "It takes longer than a request may wait.";
    default:
      return "";
  }
}

Json error_answer(int status, const Documentation& documentation) {
  const Json schema = documentation.error.is_null() ? schema::reference("Error") : documentation.error;
  return json::object{{"description", meaning_of(status)},
                      {"content", json::object{{"application/json", json::object{{"schema", schema}}}}}};
}

Json enveloped(const Json& data) {
  return json::object{{"type", "object"},
                      {"properties", json::object{{"success", json::object{{"const", true}}}, {"data", data}}},
                      {"required", json::array{"success", "data"}}};
}

Json success_answer(const Documentation& documentation) {
  json::object media;
  if (!documentation.response.is_null()) {
    media["schema"] = documentation.enveloped ? enveloped(documentation.response) : documentation.response;
  }
  if (!documentation.response_example.is_null()) {
    media["example"] = documentation.enveloped
                           ? Json(json::object{{"success", true}, {"data", documentation.response_example}})
                           : documentation.response_example;
  }
  return json::object{{"description", "Done."},
                      {"content", json::object{{documentation.media_type, std::move(media)}}}};
}

Json accepted_answer() {
  return json::object{
      {"description", meaning_of(202)},
      {"headers", json::object{{"Location", json::object{{"description", "Where the job is found."},
                                                         {"schema", json::object{{"type", "string"}}}}}}},
      {"content", json::object{{"application/json", json::object{{"schema", enveloped(schema::reference("Job"))}}}}}};
}

Json responses(const Endpoint& endpoint) {
  std::set<int> errors(endpoint.documentation.errors.begin(), endpoint.documentation.errors.end());
  if (endpoint.route.role) errors.insert({401, 403});
  if (endpoint.route.reads_json) errors.insert({400, 413, 415, 422});
  if (!endpoint.route.form_file.empty()) errors.insert({400, 413, 415});
  if (endpoint.route.where != http::Where::kRequestThread) errors.insert(429);
  json::object result{{std::to_string(endpoint.documentation.status), success_answer(endpoint.documentation)}};
  for (const int status : errors)
    result[std::to_string(status)] =
        status == 202 ? accepted_answer() : error_answer(status, endpoint.documentation);
  return result;
}

Json request_body(const Documentation& documentation) {
  json::object media{{"schema", documentation.request}};
  if (!documentation.request_example.is_null()) media["example"] = documentation.request_example;
  return json::object{{"required", !documentation.request_optional},
                      {"content", json::object{{documentation.request_media_type, std::move(media)}}}};
}

const char* place(Parameter::In in) {
  switch (in) {
    case Parameter::In::kPath:
      return "path";
    case Parameter::In::kQuery:
      return "query";
    case Parameter::In::kHeader:
      return "header";
  }
  return "";
}

Json operation(const Endpoint& endpoint) {
  const Documentation& documentation = endpoint.documentation;
  json::object result{
      {"operationId", documentation.id}, {"tags", json::array{documentation.tag}}, {"summary", documentation.summary}};
  if (!documentation.description.empty()) result["description"] = documentation.description;
  json::array parameters;
  for (const Parameter& parameter : documentation.parameters) {
    parameters.push_back(json::object{{"name", parameter.name},
                                      {"in", place(parameter.in)},
                                      {"required", parameter.in == Parameter::In::kPath},
                                      {"description", parameter.description},
                                      {"schema", parameter.schema}});
  }
  if (!parameters.empty()) result["parameters"] = std::move(parameters);
  if (!documentation.request.is_null()) result["requestBody"] = request_body(documentation);
  result["responses"] = responses(endpoint);
  if (endpoint.route.role) {
    result["security"] = json::array{json::object{{"bearer", json::array{}}}};
    result["x-role"] = auth::to_string(*endpoint.route.role);
    result["x-max-body-bytes"] = endpoint.route.max_body_bytes;
  } else {
    result["security"] = json::array{};
  }
  return result;
}

}  // namespace

Json openapi_document(const std::vector<Endpoint>& endpoints, const std::string& version) {
  json::object paths;
  for (const Endpoint& endpoint : endpoints) {
    std::string method = endpoint.route.method;
    std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return std::tolower(c); });
    Json& path = paths[endpoint.route.pattern];
    if (path.is_null()) path.emplace_object();
    path.get_object()[method] = operation(endpoint);
  }
  json::object bearer{{"type", "http"},
                      {"scheme", "bearer"},
                      {"bearerFormat", "JWT"},
                      {"description", "rapport token create --role viewer|analyst|admin"}};
  return json::object{
      {"openapi", "3.1.0"},
      {"info", json::object{{"title", "Rapport"},
                            {"version", version},
                            {"description",
                             "Conversation intelligence for teams that sell and support on WhatsApp. Success is "
                             "{\"success\":true,\"data\":...}; an error is {\"success\":false,\"error\":{...}} "
                             "with the HTTP status that says the same. Unknown fields are refused by name."},
                            {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"paths", std::move(paths)},
      {"components", json::object{{"schemas", schema::components()},
                                  {"securitySchemes", json::object{{"bearer", std::move(bearer)}}}}}};
}

}  // namespace rapport::api
