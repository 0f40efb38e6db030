#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace rapport::api {

/// Writes one JSON text straight into one string: for answers that are too long to be built as a tree first. The caller
/// opens and closes in the right order; commas and escapes are done here.
///
/// Cost      linear in the text.
class JsonText {
 public:
  void reserve(std::size_t bytes) { out_.reserve(bytes); }

  JsonText& open_object() { return open('{'); }
  JsonText& close_object() { return close('}'); }
  JsonText& open_array() { return open('['); }
  JsonText& close_array() { return close(']'); }

  /// Requires  `literal` needs no escape.
  JsonText& name(std::string_view literal);

  /// Rounded to six decimals; null when it is NaN.
  JsonText& rounded(double value);
  /// The shortest form that reads back the same; null when it is NaN.
  JsonText& exact(double value);
  JsonText& integer(std::int64_t value);
  JsonText& boolean(bool value);
  JsonText& text(std::string_view value);
  /// Requires  `literal` needs no escape.
  JsonText& literal(std::string_view literal);
  JsonText& json(const Json& value);

  std::string take() && { return std::move(out_); }

 private:
  JsonText& open(char bracket);
  JsonText& close(char bracket);
  void separate() {
    if (follows_value_) out_ += ',';
    follows_value_ = true;
  }

  std::string out_;
  bool follows_value_ = false;
};

}  // namespace rapport::api
