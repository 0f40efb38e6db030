#include "server/http/dispatcher.h"

#include <algorithm>
#include <array>
#include <exception>

#include "base/log.h"
#include "base/uuid.h"
#include "server/http/characters.h"
#include "server/http/target.h"

namespace rapport::http {
namespace {

constexpr std::size_t kMaxRequestIdBytes = 128;
constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRequestIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  });
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "text/html" of "text/html; charset=utf-8".
std::string_view media_type(std::string_view content_type) {
  return trim(content_type.substr(0, std::min(content_type.find(';'), content_type.size())));
}

/// application/json or application/...+json, in UTF-8.
bool is_json(std::string_view content_type) {
  const std::size_t semicolon = std::min(content_type.find(';'), content_type.size());
  const std::string_view type = media_type(content_type);
  constexpr std::string_view kApplication = "application/";
  constexpr std::string_view kSuffix = "+json";
  const bool suffixed = type.size() > kApplication.size() + kSuffix.size() &&
                        equal_ignoring_case(type.substr(0, kApplication.size()), kApplication) &&
                        equal_ignoring_case(type.substr(type.size() - kSuffix.size()), kSuffix);
  if (!suffixed && !equal_ignoring_case(type, "application/json")) return false;

  std::string_view parameters = content_type.substr(semicolon);
  while (!parameters.empty()) {
    parameters.remove_prefix(1);
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string_view parameter = trim(parameters.substr(0, end));
    parameters.remove_prefix(end);
    constexpr std::string_view kCharset = "charset=";
    if (!equal_ignoring_case(parameter.substr(0, kCharset.size()), kCharset)) continue;
    const std::string_view charset = parameter.substr(kCharset.size());
    if (!equal_ignoring_case(charset, "utf-8") && !equal_ignoring_case(charset, "\"utf-8\"")) return false;
  }
  return true;
}

/// The token of "Bearer TOKEN"; nullopt when the header is another scheme's.
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (!equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const std::string_view token = trim(authorization.substr(kScheme.size()));
  if (token.empty()) return std::nullopt;
  return token;
}

Response allow_response(std::string allow) {
  Response response;
  response.status = 204;
  response.content_type.clear();
  response.headers.emplace_back("Allow", std::move(allow));
  return response;
}

Response refusal(ErrorKind kind, std::string_view code, std::string_view message, std::string_view request_id) {
  return error_response(Error(kind, std::string(code), std::string(message)), request_id);
}

std::optional<Response> check_content(const Route& route, const Request& request) {
  if (const auto encoding = request.header("content-encoding");
      encoding && !equal_ignoring_case(*encoding, "identity")) {
    return refusal(ErrorKind::kUnsupportedMedia, "content_encoding_not_supported",
                   "Bodies are taken as they are: no Content-Encoding.", request.request_id);
  }
  if (!route.form_file.empty() && !equal_ignoring_case(media_type(request.header("content-type").value_or("")),
                                               "multipart/form-data")) {
    return refusal(ErrorKind::kUnsupportedMedia, "content_type_not_supported",
                   "The content type must be multipart/form-data.", request.request_id);
  }
  if (!route.reads_json) return std::nullopt;
  if (const auto type = request.header("content-type"); type && !is_json(*type)) {
    return refusal(ErrorKind::kUnsupportedMedia, "content_type_not_supported",
                   "The content type must be application/json, in UTF-8.", request.request_id);
  }
  return std::nullopt;
}

}  // namespace

std::string Dispatcher::request_id(const RequestHead& head) const {
  const std::string* sent = head.find("x-request-id");
  return sent != nullptr && is_request_id(*sent) ? *sent : new_uuid(clock_.now());
}

Dispatcher::Admission Dispatcher::admit(RequestHead& head, Request& request) const {
  request.request_id = request_id(head);
  request.method = head.method;
  Admission admission = route_request(head, request);
  request.headers = std::move(head.headers);
  if (admission.answer) return admission;
  admission.answer = authenticate(*admission.route, request);
  if (!admission.answer) admission.answer = check_content(*admission.route, request);
  return admission;
}

Dispatcher::Admission Dispatcher::route_request(const RequestHead& head, Request& request) const {
  const auto answer = [](Response response) { return Admission{nullptr, std::move(response)}; };
  if (std::find(kMethods.begin(), kMethods.end(), head.method) == kMethods.end()) {
    return answer(error_response(501, "method_not_implemented", "This method is not known here.", request.request_id));
  }
  if (head.target == "*") return answer(allow_response("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));

  const SplitTarget target = split_target(head.target);
  auto path = percent_decode(target.path);
  auto query = parse_query(target.query);
  if (!path || !query) {
    return answer(refusal(ErrorKind::kMalformed, "malformed_target",
                          "The path or query holds a broken escape, a control character, or bytes that are no UTF-8.",
                          request.request_id));
  }
  request.path = std::move(*path);
  request.query = std::move(*query);

  Router::Match match = router_.match(head.method, target.path);
  if (match.route != nullptr) {
    request.path_values = std::move(match.path_values);
    return {match.route, std::nullopt};
  }
  if (match.allow.empty()) {
    return answer(refusal(ErrorKind::kNotFound, "not_found", "There is nothing at this path.", request.request_id));
  }
  if (head.method == "OPTIONS") return answer(allow_response(std::move(match.allow)));
  Response response = refusal(ErrorKind::kMethodNotAllowed, "method_not_allowed",
                              "This path does not take this method: " + match.allow + ".", request.request_id);
  response.headers.emplace_back("Allow", std::move(match.allow));
  return answer(std::move(response));
}

std::optional<Response> Dispatcher::authenticate(const Route& route, Request& request) const {
  if (!route.role) return std::nullopt;
  const auto header = request.header("authorization");
  const auto token = header ? bearer_token(*header) : std::nullopt;
  if (!token) {
    return refusal(ErrorKind::kUnauthenticated, "token_missing", "This path needs an Authorization: Bearer token.",
                   request.request_id);
  }
  try {
    request.principal = verifier_.verify(*token, clock_.now());
  } catch (const Error& error) {
    return error_response(error, request.request_id);
  }
  if (request.principal->role < *route.role) {
    return refusal(ErrorKind::kForbidden, "role_required",
                   "This path needs the role " + std::string(auth::to_string(*route.role)) + ".", request.request_id);
  }
  return std::nullopt;
}

Response Dispatcher::call(const Route& route, const Request& request) const {
  const auto log_failure = [&](std::string_view code, std::string_view detail) {
    log_error("request failed",
              {{"request_id", request.request_id}, {"route", route.pattern}, {"code", code}, {"detail", detail}});
  };
  try {
    return route.handle(request);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kInternal || !error.log_detail().empty()) {
      log_failure(error.code(), error.what());
    }
    return error_response(error, request.request_id);
  } catch (const std::exception& error) {
    log_failure("internal", error.what());
  } catch (...) {
    log_failure("internal", "something that is no std::exception was thrown");
  }
  return refusal(ErrorKind::kInternal, "internal", "Something went wrong on our side.", request.request_id);
}

}  // namespace rapport::http
