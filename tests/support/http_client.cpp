#include "support/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <stdexcept>

namespace rapport::testing {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::size_t number(const std::string& text, int base) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

bool contains(const HttpHeaders& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& h) { return lower(h.first) == name; });
}

}  // namespace

std::string HttpAnswer::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return "";
}

Json HttpAnswer::json() const {
  return parse_json_or_throw(body);
}

std::string HttpAnswer::error_code() const {
  const auto document = parse_json(body);
  const Json* json = std::get_if<Json>(&document);
  if (json == nullptr || !json->is_object()) return "";
  const Json* error = json->get_object().if_contains("error");
  if (error == nullptr || !error->is_object()) return "";
  const Json* code = error->get_object().if_contains("code");
  return code != nullptr && code->is_string() ? std::string(code->get_string()) : "";
}

HttpClient::HttpClient(std::uint16_t port, std::string token, std::chrono::milliseconds limit)
    : port_(port), token_(std::move(token)), limit_(limit) {}

HttpClient::~HttpClient() {
  disconnect();
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : port_(other.port_),
      token_(std::move(other.token_)),
      limit_(other.limit_),
      socket_(std::exchange(other.socket_, -1)),
      buffer_(std::move(other.buffer_)) {}

void HttpClient::connect() {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{.tv_sec = static_cast<time_t>(limit_.count() / 1000),
                      .tv_usec = static_cast<suseconds_t>(limit_.count() % 1000 * 1000)};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    disconnect();
    throw std::runtime_error("no connection to port " + std::to_string(port_));
  }
}

void HttpClient::disconnect() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  buffer_.clear();
}

bool HttpClient::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool HttpClient::read_more() {
  std::array<char, 65536> piece{};
  const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
  if (got <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

bool HttpClient::read_line(std::string& line) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!read_more()) return false;
  }
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return true;
}

bool HttpClient::read_exactly(std::size_t bytes, std::string& into) {
  while (buffer_.size() < bytes) {
    if (!read_more()) return false;
  }
  into.append(buffer_, 0, bytes);
  buffer_.erase(0, bytes);
  return true;
}

bool HttpClient::read_chunks(std::string& into) {
  std::string line;
  while (read_line(line)) {
    const std::size_t size = number(line, 16);
    if (!read_exactly(size, into) || !read_line(line)) return false;
    if (size == 0) return true;
  }
  return false;
}

std::optional<HttpAnswer> HttpClient::read_answer(bool has_body) {
  std::string line;
  if (!read_line(line)) return std::nullopt;
  HttpAnswer answer;
  answer.status = static_cast<int>(number(line.substr(std::min<std::size_t>(9, line.size())), 10));
  while (read_line(line) && !line.empty()) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) throw std::runtime_error("no header: " + line);
    answer.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  if (answer.status == 100) return read_answer(has_body);
  bool whole = true;
  if (has_body && answer.status != 204 && answer.status != 304) {
    whole = lower(answer.header("transfer-encoding")) == "chunked"
                ? read_chunks(answer.body)
                : read_exactly(number(answer.header("content-length"), 10), answer.body);
  }
  if (!whole) throw std::runtime_error("the answer broke off");
  if (lower(answer.header("connection")) == "close") disconnect();
  return answer;
}

HttpAnswer HttpClient::request(const std::string& method, const std::string& target, const std::string& body,
                               const HttpHeaders& headers) {
  std::string head = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\n";
  if (!token_.empty() && !contains(headers, "authorization")) head += "Authorization: Bearer " + token_ + "\r\n";
  for (const auto& [name, value] : headers) head.append(name).append(": ").append(value).append("\r\n");
  if (!body.empty() || (method != "GET" && method != "HEAD"))
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const std::string message = head + "\r\n" + body;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const bool fresh = socket_ < 0;
    if (fresh) connect();
    send_all(message);  // a server that refuses early answers before it has taken all: look for the answer anyway
    if (auto answer = read_answer(method != "HEAD")) return *std::move(answer);
    disconnect();
    if (fresh) break;
  }
  throw std::runtime_error("no answer to " + method + " " + target);
}

HttpAnswer HttpClient::get(const std::string& target, const HttpHeaders& headers) {
  return request("GET", target, "", headers);
}

HttpAnswer HttpClient::post(const std::string& target, const std::string& body, const HttpHeaders& headers) {
  HttpHeaders all = headers;
  if (!contains(headers, "content-type")) all.emplace_back("Content-Type", "application/json");
  return request("POST", target, body, all);
}

}  // namespace rapport::testing
