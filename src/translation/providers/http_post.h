#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/private_text.h"

namespace rapport::translation {

/// Throws kInvalid "invalid_setting" unless `address` is an https address, or plain http on this machine, without a
/// user's name, query or fragment; and unless `key` is made of visible ASCII. `setting` names where they come from.
void check_service_address(const std::string& address, const char* setting);
void check_service_key(const PrivateText& key, const char* setting);

struct ServiceRequest {
  std::string url;
  std::optional<PrivateText> body;    ///< JSON; none: GET
  std::optional<PrivateText> header;  ///< "Name: value"
  std::chrono::milliseconds limit{0};
};

struct ServiceAnswer {
  enum class End {
    kComplete,  ///< the answer came as a whole, whatever its status
    kCut,       ///< no connection, or it broke
    kTimeout,
    kUntrusted,  ///< the certificate does not hold
    kTooLarge,
  };
  End end = End::kCut;
  long status = 0;
  std::string body;
  std::optional<int> retry_after_s = {};
  std::string detail = {};  ///< of a failure, in the words of the network library; holds no text and no key
};

/// Requests to one service over connections that stay open. Redirects are not followed.
///
/// Threads   safe.
class HttpConnections {
 public:
  HttpConnections();
  ~HttpConnections();

  ServiceAnswer send(const ServiceRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::translation
