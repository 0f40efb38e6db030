#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/http/form_data.h"
#include "server/http/router.h"

namespace rapport::api {

/// A form's fields, read by name and checked; mistakes gather as in JsonReader, with "/NAME" for a pointer. An empty
/// text is one that was not given: forms send those.
///
/// Requires  the request brings a form and lives as long as what is read.
/// Throws    the constructor: kMalformed "malformed_form", kUnavailable "storage_unavailable".
class FormFields {
 public:
  explicit FormFields(const http::Request& request);

  /// The field that went to a file. Required, once: null where it does not stand so.
  const UnnamedFile* file(std::string_view name);
  std::optional<std::string> text(std::string_view name);
  /// Every value of a field that may stand more than once.
  std::vector<std::string> texts(std::string_view name);
  bool boolean_or(std::string_view name, bool fallback);
  std::optional<double> number(std::string_view name, double min, double max);

  void fail(std::string_view name, std::string message);
  /// Throws kInvalid "invalid_request" when there was any mistake, fields that nobody has read included.
  void finish();

 private:
  struct Field {
    const http::FormField& field;
    bool read = false;
  };
  std::vector<Field*> take(std::string_view name);
  Field* take_once(std::string_view name);
  std::optional<std::string> text_of(const Field& field);

  const http::Form& form_;
  std::vector<Field> fields_;
  std::vector<FieldError> mistakes_;
};

}  // namespace rapport::api
