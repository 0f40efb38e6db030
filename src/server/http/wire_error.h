#pragma once

#include <string_view>

namespace rapport::http {

/// Why bytes are not a request that we take: the status to answer with, a stable code, and a sentence. All literals.
struct WireError {
  int status = 400;
  std::string_view code;
  std::string_view message;
};

constexpr WireError bad_request(std::string_view message) { return {400, "malformed_request", message}; }

}  // namespace rapport::http
