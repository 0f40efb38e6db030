#pragma once

#include <optional>
#include <string>

#include "auth/token.h"
#include "base/clock.h"
#include "server/http/request_reader.h"
#include "server/http/router.h"

namespace rapport::http {

/// Decides what becomes of a request: which route, whether the caller may, and what answers when something goes wrong.
///
/// Threads   const; every call is safe from any thread.
class Dispatcher {
 public:
  Dispatcher(const Router& router, const auth::TokenVerifier& verifier, const Clock& clock)
      : router_(router), verifier_(verifier), clock_(clock) {}

  /// What is known once the head is there. `route` is null when no route has this path and method; `answer` is set
  /// when no handler is to run.
  struct Admission {
    const Route* route = nullptr;
    std::optional<Response> answer;
  };

  /// Moves what the head holds into `request` and looks at route, token, role and content type, in this order. The body
  /// has not been read yet: who may not call cannot make us hold it.
  Admission admit(RequestHead& head, Request& request) const;

  /// Runs the handler. Whatever it throws becomes the error answer, and a line in the log where it is our fault.
  Response call(const Route& route, const Request& request) const;

  /// The client's own X-Request-Id when it is 1 to 128 of [A-Za-z0-9._-], else a new UUIDv7.
  std::string request_id(const RequestHead& head) const;

 private:
  Admission route_request(const RequestHead& head, Request& request) const;
  std::optional<Response> authenticate(const Route& route, Request& request) const;

  const Router& router_;
  const auth::TokenVerifier& verifier_;
  const Clock& clock_;
};

}  // namespace rapport::http
