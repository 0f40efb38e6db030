#include "base/error.h"

#include <utility>

namespace rapport {

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kMalformed: return 400;
    case ErrorKind::kInvalid: return 422;
    case ErrorKind::kUnauthenticated: return 401;
    case ErrorKind::kForbidden: return 403;
    case ErrorKind::kNotFound: return 404;
    case ErrorKind::kMethodNotAllowed: return 405;
    case ErrorKind::kConflict: return 409;
    case ErrorKind::kTooLarge: return 413;
    case ErrorKind::kUnsupportedMedia: return 415;
    case ErrorKind::kOverloaded: return 429;
    case ErrorKind::kUnavailable: return 503;
    case ErrorKind::kTimeout: return 504;
    case ErrorKind::kInternal: return 500;
  }
  return 500;
}

int exit_status(ErrorKind kind) {
  constexpr int kFailed = 1;
  constexpr int kWrongUsage = 2;
  switch (kind) {
    case ErrorKind::kMethodNotAllowed:
    case ErrorKind::kUnsupportedMedia: return kWrongUsage;
    case ErrorKind::kMalformed:
    case ErrorKind::kInvalid:
    case ErrorKind::kUnauthenticated:
    case ErrorKind::kForbidden:
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
    case ErrorKind::kTooLarge:
    case ErrorKind::kOverloaded:
    case ErrorKind::kUnavailable:
    case ErrorKind::kTimeout:
    case ErrorKind::kInternal: return kFailed;
  }
  return kFailed;
}

bool is_retryable(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kOverloaded:
    case ErrorKind::kUnavailable:
    case ErrorKind::kTimeout:
    case ErrorKind::kInternal: return true;
    case ErrorKind::kMalformed:
    case ErrorKind::kInvalid:
    case ErrorKind::kUnauthenticated:
    case ErrorKind::kForbidden:
    case ErrorKind::kNotFound:
    case ErrorKind::kMethodNotAllowed:
    case ErrorKind::kConflict:
    case ErrorKind::kTooLarge:
    case ErrorKind::kUnsupportedMedia: return false;
  }
  return false;
}

Error::Error(ErrorKind kind, std::string code, std::string message)
    : kind_(kind), code_(std::move(code)), message_(std::move(message)), what_(message_) {}

Error&& Error::with_fields(std::vector<FieldError> fields) && {
  fields_ = std::move(fields);
  return std::move(*this);
}

Error&& Error::with_log(std::string detail) && {
  log_detail_ = std::move(detail);
  what_ = message_ + " [" + log_detail_ + "]";
  return std::move(*this);
}

Error&& Error::with_retry_after_s(int seconds) && {
  retry_after_s_ = seconds;
  return std::move(*this);
}

}  // namespace rapport
