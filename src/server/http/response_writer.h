#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/http/router.h"

namespace rapport::http {

/// How a client knows where an answer's body ends.
enum class BodyEnd : std::uint8_t { kContentLength, kChunked, kClose };

/// What an answer's head says besides what the handler has said.
struct ResponseFrame {
  std::string_view request_id;
  std::string_view date;         ///< "Mon, 23 Nov 2026 10:15:00 GMT"
  double duration_s = 0;         ///< for Server-Timing
  bool keep_alive = true;
  BodyEnd body_end = BodyEnd::kContentLength;
};

/// The head of an answer, up to its empty line: Content-Length (a 204 and a 304 have none) or what stands for it, the
/// request's id, nosniff, and `Cache-Control: no-store` unless the handler says otherwise. A header of the handler's
/// that could not be written safely is left out and logged.
std::string response_head(const Response& response, const ResponseFrame& frame);

/// Whether answers of this status have a body at all.
bool has_body(int status);

/// RFC 9110's date.
std::string http_date(Time time);

}  // namespace rapport::http
