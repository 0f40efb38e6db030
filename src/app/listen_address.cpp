#include "app/listen_address.h"

#include <charconv>

#include "base/error.h"

namespace rapport::app {

std::string ListenAddress::url_host() const {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string ListenAddress::dial_host() const {
  if (host == "0.0.0.0") return "127.0.0.1";
  if (host == "::") return "::1";
  return host;
}

ListenAddress parse_listen_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  ListenAddress address;
  unsigned port = 0;
  bool good = colon != std::string::npos && colon > 0;
  if (good) {
    address.host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
    good = parsed.ec == std::errc() && parsed.ptr == end && port <= 65535;
  }
  if (good && address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  } else if (address.host.find(':') != std::string::npos) {
    good = false;  // IPv6 without brackets
  }
  if (!good) {
    throw Error(ErrorKind::kInvalid, "invalid_setting",
                "listen takes ADDRESS:PORT, such as 127.0.0.1:8000 or [::1]:8000, and \"" + text + "\" is not that.");
  }
  if (address.host == "localhost") address.host = "127.0.0.1";
  address.port = static_cast<std::uint16_t>(port);
  return address;
}

}  // namespace rapport::app
