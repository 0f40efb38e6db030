#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/private_text.h"

namespace rapport::hub {

/// Where the hub is and who asks.
struct HubAccess {
  std::string endpoint;  ///< "https://huggingface.co", or a mirror; plain http only on this machine
  PrivateText token;     ///< sent to that host alone; may be empty
};

/// Throws kInvalid "invalid_setting" for an address or a token that cannot be used.
void check_access(const HubAccess& access);

struct HttpLimits {
  std::chrono::milliseconds connect{15'000};
  std::chrono::seconds stall{30};  ///< how long less than 1 KiB/s is borne
};

struct HttpRequest {
  std::string url;
  bool may_leave_host = false;    ///< follow redirects to other hosts (the hub keeps large files elsewhere)
  std::uint64_t from_byte = 0;    ///< more than 0: only the bytes from there on
  std::string only_if_etag = {};  ///< with `from_byte`: the whole file when it is no longer this one
};

/// The head of the answer that remains when all redirects are followed.
struct HttpHead {
  long status = 0;
  std::string etag;                          ///< a strong one; empty otherwise
  std::optional<std::uint64_t> range_start;  ///< of a 206
  std::optional<std::uint64_t> range_total;
  std::optional<int> retry_after_s;
};

/// Takes the body of a 200 or 206; a false stops the transfer.
struct BodySink {
  std::function<bool(const HttpHead&)> start;
  std::function<bool(std::string_view)> take;
};

struct HttpOutcome {
  enum class End {
    kComplete,           ///< the answer came as a whole, whatever its status
    kCut,                ///< no connection, or it broke: worth another try
    kUntrusted,          ///< the other side's certificate does not hold
    kForbiddenRedirect,  ///< sent to an address that is not permitted
    kRefusedBySink,
    kStopped,
  };
  End end = End::kCut;
  HttpHead head;
  std::string detail;  ///< of a failure, in the words of the network library
};

/// GET over one connection to the hub. Redirects are followed at most five times, to https only (or, where the hub
/// itself is plain http on this machine, there); the token goes to the hub's own origin and nowhere else.
///
/// Threads   one per thread; `stop` may be asked for from any.
class HttpClient {
 public:
  /// `access` must hold (check_access) and outlive the client.
  HttpClient(const HubAccess& access, const HttpLimits& limits, std::stop_token stop);
  ~HttpClient();

  HttpOutcome get(const HttpRequest& request, const BodySink& sink);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapport::hub
