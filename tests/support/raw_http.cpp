#include "support/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace rapport::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

/// Status and headers of a head without its empty line.
RawResponse parse_head(std::string_view head) {
  RawResponse response;
  std::size_t end = std::min(head.find("\r\n"), head.size());
  if (head.size() < 12 || !head.starts_with("HTTP/1.1 ")) throw std::runtime_error("no HTTP answer: " + std::string(head));
  std::from_chars(head.data() + 9, head.data() + 12, response.status);
  while (end < head.size()) {
    head.remove_prefix(end + 2);
    end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) throw std::runtime_error("a header without a colon: " + std::string(line));
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    response.headers.emplace_back(lower(line.substr(0, colon)), std::string(value));
  }
  return response;
}

}  // namespace

std::string RawResponse::header(std::string_view lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return {};
}

RawConnection::RawConnection(std::uint16_t port, const std::string& address) {
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &peer.sin_addr) != 1) throw std::runtime_error("no address: " + address);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || ::connect(socket_, reinterpret_cast<const sockaddr*>(&peer), sizeof peer) != 0) {
    const std::string why = std::strerror(errno);
    if (socket_ >= 0) ::close(socket_);
    throw std::runtime_error("cannot connect: " + why);
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawConnection::~RawConnection() {
  if (socket_ >= 0) ::close(socket_);
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), ended_(other.ended_), buffer_(std::move(other.buffer_)) {}

bool RawConnection::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawConnection::send(std::string_view bytes) {
  if (!try_send(bytes)) throw std::runtime_error(std::string("cannot send: ") + std::strerror(errno));
}

bool RawConnection::receive(SteadyClock::time_point until) {
  for (;;) {
    if (ended_) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now()).count();
    pollfd wanted{socket_, POLLIN, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    char chunk[16 * 1024];
    const ssize_t got = ::recv(socket_, chunk, sizeof chunk, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      ended_ = true;
      return false;
    }
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return true;
  }
}

std::optional<RawResponse> RawConnection::read(std::chrono::milliseconds patience, bool to_head) {
  const auto until = SteadyClock::now() + patience;
  std::size_t head_end = 0;
  while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive(until)) return std::nullopt;
  }
  RawResponse response = parse_head(std::string_view(buffer_).substr(0, head_end));
  const std::string length_text = response.header("content-length");
  std::size_t length = 0;
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  if (to_head) length = 0;
  while (buffer_.size() < head_end + 4 + length) {
    if (!receive(until)) return std::nullopt;
  }
  response.body = buffer_.substr(head_end + 4, length);
  buffer_.erase(0, head_end + 4 + length);
  return response;
}

std::optional<std::string> RawConnection::read_until(std::string_view text, std::chrono::milliseconds patience) {
  const auto until = SteadyClock::now() + patience;
  std::size_t found = 0;
  while ((found = buffer_.find(text)) == std::string::npos) {
    if (!receive(until)) return std::nullopt;
  }
  std::string bytes = buffer_.substr(0, found + text.size());
  buffer_.erase(0, bytes.size());
  return bytes;
}

bool RawConnection::ends_within(std::chrono::milliseconds patience) {
  const auto until = SteadyClock::now() + patience;
  while (!ended_ && receive(until)) {
  }
  return ended_;
}

void RawConnection::shut_writing() { ::shutdown(socket_, SHUT_WR); }

void RawConnection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket_);
  socket_ = -1;
}

std::string make_request(std::string_view method, std::string_view target, std::string_view body,
                         const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string out = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return out + "\r\n" + std::string(body);
}

RawResponse fetch(std::uint16_t port, std::string_view request) {
  RawConnection connection(port);
  auto response = connection.exchange(request);
  if (!response) throw std::runtime_error("no answer");
  return std::move(*response);
}

}  // namespace rapport::testing
