#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace rapport::testing {

struct HttpAnswer {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  /// The header's value, "" when it is not there.
  std::string header(std::string_view lower_case_name) const;
  /// The body as JSON. Throws when it is none.
  Json json() const;
  /// error.code of an error answer, "" when there is none.
  std::string error_code() const;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// A plain HTTP/1.1 client on one connection that is kept alive, to 127.0.0.1. It is opened again when the server has
/// closed it.
///
/// Throws    std::runtime_error when the server does not answer within the limit, or not with HTTP.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, std::string token = "",
                      std::chrono::milliseconds limit = std::chrono::seconds(120));
  ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpAnswer get(const std::string& target, const HttpHeaders& headers = {});
  /// Sends `body` as JSON.
  HttpAnswer post(const std::string& target, const std::string& body, const HttpHeaders& headers = {});
  /// Anything; Host, Authorization (the token, unless `headers` have one) and Content-Length are added.
  HttpAnswer request(const std::string& method, const std::string& target, const std::string& body,
                     const HttpHeaders& headers);

 private:
  void connect();
  void disconnect();
  bool send_all(std::string_view bytes);
  bool read_more();
  std::optional<HttpAnswer> read_answer(bool has_body);
  bool read_exactly(std::size_t bytes, std::string& into);
  bool read_line(std::string& line);
  bool read_chunks(std::string& into);

  std::uint16_t port_;
  std::string token_;
  std::chrono::milliseconds limit_;
  int socket_ = -1;
  std::string buffer_;
};

}  // namespace rapport::testing
