#pragma once

#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace rapport {

/// What a failure means for the one who asked. Closed: the three tables below cover every kind.
enum class ErrorKind {
  kMalformed,         ///< the bytes cannot be read at all: not JSON, not CSV, not HTTP
  kInvalid,           ///< read, but a value in it is wrong
  kUnauthenticated,   ///< nobody, or a token that does not hold
  kForbidden,         ///< somebody, but not allowed to
  kNotFound,          ///< there is no such thing (also: it is another tenant's)
  kMethodNotAllowed,  ///< the path exists, the method does not
  kConflict,          ///< it contradicts what is there
  kTooLarge,          ///< more than a limit permits
  kUnsupportedMedia,  ///< a content type that the endpoint does not read
  kOverloaded,        ///< too much at once: try again later
  kUnavailable,       ///< a model that is not trained, a part that is not there: the message says what mends it
  kTimeout,           ///< took longer than permitted
  kInternal,          ///< our fault
};

int http_status(ErrorKind kind);
int exit_status(ErrorKind kind);
bool is_retryable(ErrorKind kind);

/// One wrong value: where it is (a JSON pointer such as "/lead_data/response_rate", or "FILE:LINE:COLUMN") and what
/// is wrong with it, in a sentence for the caller.
struct FieldError {
  std::string pointer;
  std::string message;
};

/// The one exception type of the project.
///
/// `code` is a stable snake_case name ("model_not_trained"); `message` is a sentence for the caller, without internals;
/// `log_detail` is for the log alone and never leaves the machine.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string code, std::string message);

  Error&& with_fields(std::vector<FieldError> fields) &&;
  Error&& with_log(std::string detail) &&;
  Error&& with_retry_after_s(int seconds) &&;

  ErrorKind kind() const { return kind_; }
  const std::string& code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& log_detail() const { return log_detail_; }
  const std::vector<FieldError>& fields() const { return fields_; }
  std::optional<int> retry_after_s() const { return retry_after_s_; }

  /// The message, and the log's detail behind it: for logs and test output.
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  ErrorKind kind_;
  std::string code_;
  std::string message_;
  std::string log_detail_;
  std::vector<FieldError> fields_;
  std::optional<int> retry_after_s_;
  std::string what_;
};

}  // namespace rapport
