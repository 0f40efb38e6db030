#include <boost/json.hpp>

#include "base/json.h"
#include "server/http/router.h"

namespace rapport::http {
namespace {

constexpr int kRetryAfterSeconds = 1;  // of an overload that says nothing else: queues empty within moments

Response write_error(int status, std::string_view code, std::string_view message, boost::json::object error) {
  error["code"] = code;
  error["message"] = message;
  const boost::json::object body{{"success", false},
                                 {"error", std::move(error)},
                                 {"type", "about:blank"},
                                 {"title", reason_phrase(status)},
                                 {"status", status},
                                 {"detail", message}};
  Response response;
  response.status = status;
  response.body = to_string(Json(body));
  response.problem = Problem{std::string(code), std::string(message), {}};
  return response;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

Response error_response(int status, std::string_view code, std::string_view message, std::string_view request_id) {
  return write_error(status, code, message, {{"code", ""}, {"message", ""}, {"request_id", request_id}});
}

Response error_response(const Error& error, std::string_view request_id) {
  boost::json::object members{{"code", ""}, {"message", ""}, {"request_id", request_id}};
  if (!error.fields().empty()) {
    boost::json::array& details = members["details"].emplace_array();
    for (const FieldError& field : error.fields()) {
      details.push_back({{"pointer", field.pointer}, {"message", field.message}});
    }
  }
  const int status = http_status(error.kind());
  Response response = write_error(status, error.code(), error.message(), std::move(members));
  response.problem->fields = error.fields();
  if (error.kind() == ErrorKind::kUnauthenticated) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  }
  if (error.kind() == ErrorKind::kForbidden) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
  }
  if (error.retry_after_s() || error.kind() == ErrorKind::kOverloaded) {
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s().value_or(kRetryAfterSeconds)));
  }
  return response;
}

}  // namespace rapport::http
