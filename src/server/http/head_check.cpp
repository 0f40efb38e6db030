// What Boost.Beast's parser (1.81, 1.83) takes and we do not, because another server on the way could read it
// otherwise, or because it would reach a handler as text that nobody expects:
//   - header lines folded over several lines (obs-fold), which it joins;
//   - Content-Length given twice or as a list, when the numbers agree;
//   - Transfer-Encoding with codings other than chunked ("gzip", "chunked, gzip", "xchunked"), which it ignores, so that
//     the body would be read as the next request; and any Transfer-Encoding in HTTP/1.0;
//   - no Host, two Hosts, a Host that is none;
//   - bytes from 0x80, '#', quotes, backslashes and braces in the target;
//   - in chunk extensions any byte, a bare LF included; trailers, which it adds to the headers; sizes with any number of
//     leading zeros (chunk_decoder.h has the answers).
// And what it waits for without end: a head with bare LFs never shows it the CRLF CRLF that ends a head.
#include "server/http/head_check.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "server/http/characters.h"

namespace rapport::http {
namespace {

constexpr std::size_t kMaxMethodBytes = 32;
constexpr std::size_t kMaxFields = 100;
constexpr std::size_t kMaxHostBytes = 255 + 6;  // a name and its port
constexpr std::size_t kMaxLengthDigits = 18;    // below 2^63

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Cuts the next line off `rest`, without its CRLF.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  return line;
}

std::optional<WireError> check_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return bad_request("The request line is not a method, a target and a version.");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (method.empty() || method.size() > kMaxMethodBytes || !all_chars(method, kTokenChar)) {
    return bad_request("The method is malformed.");
  }
  if (target.empty() || !all_chars(target, kTargetChar)) {
    return bad_request("The request target holds a character that must be percent-encoded.");
  }
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return std::nullopt;
  const bool looks_right = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
                           hex_digit(version[5]) >= 0 && hex_digit(version[7]) >= 0;
  if (looks_right) return WireError{505, "version_not_supported", "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
  return bad_request("The HTTP version is malformed.");
}

std::optional<WireError> check_field_line(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return bad_request("A header field is folded over several lines.");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad_request("A header line has no colon.");
  if (colon == 0 || !all_chars(line.substr(0, colon), kTokenChar)) {
    return bad_request("The name of a header field is malformed.");
  }
  if (!all_chars(line.substr(colon + 1), kValueChar)) {
    return bad_request("The value of a header field holds a control character.");
  }
  return std::nullopt;
}

/// host [":" port], the host a name, an IPv4 address or an IPv6 address in square brackets; no user information.
bool is_host(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostBytes || !all_chars(text, kHostChar)) return false;
  std::string_view port;
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view address = text.substr(1, end - 1);
    if (address.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') return false;
  } else {
    const std::size_t colon = text.find(':');
    if (colon == 0 || text.find_first_of("[]") != std::string_view::npos) return false;
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  return port.size() <= 5 && std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The headers that decide about the request's end and its receiver; each may stand there once.
struct FramingFields {
  const std::string* host = nullptr;
  const std::string* content_length = nullptr;
  const std::string* transfer_encoding = nullptr;
  const std::string* expect = nullptr;
  const std::string* authorization = nullptr;
  const std::string* content_type = nullptr;
};

std::optional<WireError> gather(const RequestHead& head, FramingFields& fields) {
  struct Slot {
    std::string_view name;
    const std::string* FramingFields::*member;
    WireError twice;
  };
  static constexpr std::array<Slot, 6> kSlots{{
      {"host", &FramingFields::host, bad_request("There is more than one Host.")},
      {"content-length", &FramingFields::content_length, bad_request("There is more than one Content-Length.")},
      {"transfer-encoding", &FramingFields::transfer_encoding,
       bad_request("There is more than one Transfer-Encoding.")},
      {"expect", &FramingFields::expect, bad_request("There is more than one Expect.")},
      {"authorization", &FramingFields::authorization, bad_request("There is more than one Authorization.")},
      {"content-type", &FramingFields::content_type, bad_request("There is more than one Content-Type.")},
  }};
  for (const auto& [name, value] : head.headers) {
    for (const Slot& slot : kSlots) {
      if (name != slot.name) continue;
      if (fields.*slot.member != nullptr) return slot.twice;
      fields.*slot.member = &value;
    }
  }
  return std::nullopt;
}

std::optional<WireError> check_length(RequestHead& head, const FramingFields& fields) {
  if (fields.transfer_encoding != nullptr) {
    if (fields.content_length != nullptr) return bad_request("There are both Content-Length and Transfer-Encoding.");
    if (head.http_1_0) return bad_request("HTTP/1.0 has no Transfer-Encoding.");
    if (!equal_ignoring_case(*fields.transfer_encoding, "chunked")) {
      return WireError{501, "transfer_encoding_not_supported", "The only Transfer-Encoding taken here is chunked."};
    }
    head.chunked = true;
  } else if (fields.content_length != nullptr) {
    const std::string& digits = *fields.content_length;
    const bool only_digits = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits.empty() || digits.size() > kMaxLengthDigits || !only_digits) {
      return bad_request("Content-Length is not a number.");
    }
    std::uint64_t length = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), length);
    head.content_length = length;
  }
  return std::nullopt;
}

std::optional<WireError> check_expect(RequestHead& head, const std::string* expect) {
  if (expect == nullptr || head.http_1_0) return std::nullopt;
  if (!equal_ignoring_case(*expect, "100-continue")) {
    return WireError{417, "expectation_failed", "The only expectation met here is 100-continue."};
  }
  head.expects_continue = head.has_body();
  return std::nullopt;
}

/// Reduces "http://host/path" to "/path"; its host counts, not the Host field (RFC 9112, section 3.2.2).
std::optional<WireError> check_target(RequestHead& head, const std::string* host) {
  const bool host_is_good = host != nullptr && is_host(*host);
  if (!host_is_good && (host != nullptr || !head.http_1_0)) return bad_request("Host is missing or malformed.");
  if (head.target.front() == '/' || (head.target == "*" && head.method == "OPTIONS")) return std::nullopt;

  constexpr std::string_view kSchemes[] = {"http://", "https://"};
  for (const std::string_view scheme : kSchemes) {
    const std::string_view target = head.target;
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
    if (!is_host(rest.substr(0, path))) break;
    std::string origin(rest.substr(path));
    if (origin.empty() || origin.front() == '?') origin = "/" + origin;
    head.target = std::move(origin);
    return std::nullopt;
  }
  if (head.method == "CONNECT") {
    return WireError{501, "method_not_implemented", "CONNECT is not implemented here."};
  }
  return bad_request("The request target is neither a path nor an http address.");
}

/// Whether the connection stays open by the client's wish. Tokens of several Connection fields count together.
bool wants_keep_alive(const RequestHead& head) {
  if (head.http_1_0) return false;
  for (const auto& [name, value] : head.headers) {
    if (name != "connection") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (equal_ignoring_case(trim(rest.substr(0, comma)), "close")) return false;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return true;
}

}  // namespace

std::optional<WireError> check_head_bytes(std::string_view head) {
  if (auto error = check_request_line(take_line(head))) return error;
  std::size_t count = 0;
  for (;;) {
    const std::string_view line = take_line(head);
    if (line.empty()) break;
    if (++count > kMaxFields) return WireError{431, "too_many_headers", "There are more than 100 header fields."};
    if (auto error = check_field_line(line)) return error;
  }
  if (!head.empty()) return bad_request("The head does not end where it should.");
  return std::nullopt;
}

std::optional<WireError> check_framing(RequestHead& head) {
  FramingFields fields;
  if (auto error = gather(head, fields)) return error;
  if (auto error = check_length(head, fields)) return error;
  if (auto error = check_target(head, fields.host)) return error;
  if (auto error = check_expect(head, fields.expect)) return error;
  head.keep_alive = wants_keep_alive(head);
  return std::nullopt;
}

}  // namespace rapport::http
