#pragma once

#include <cstdint>
#include <string>

namespace rapport::app {

/// Where the server listens: "127.0.0.1:8000", "0.0.0.0:80", "[::1]:8000".
struct ListenAddress {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;

  /// As it stands in a URL: with brackets for IPv6.
  std::string url_host() const;
  /// Where a client on this machine finds it: the loopback address when it is the wildcard.
  std::string dial_host() const;
};

/// Throws kInvalid "invalid_setting".
ListenAddress parse_listen_address(const std::string& text);

}  // namespace rapport::app
