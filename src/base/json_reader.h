#pragma once

#include <cstdint>
#include <functional>

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace rapport {

/// What a text may be.
struct StringLimits {
  std::size_t min_bytes = 0;
  std::size_t max_bytes = 1 << 20;
};

/// What a number may be; both bounds belong to it.
struct NumberLimits {
  double min = std::numeric_limits<double>::lowest();
  double max = std::numeric_limits<double>::max();
  bool integer = false;
};

/// Reads the fields of one JSON object and gathers everything that is wrong with them, so that a caller hears of all
/// mistakes at once: each with its JSON pointer. A name that was never asked for is a mistake too.
///
///     JsonReader body(document, "");
///     const std::string text = body.string("text", {.max_bytes = 100'000});
///     const bool emotions = body.boolean_or("include_emotions", true);
///     body.finish();   // throws kInvalid "invalid_request" with every FieldError
///
/// After a mistake the getters return a default value: use the results only after `finish`.
///
/// Threads   one per thread. The document must outlive the reader.
class JsonReader {
 public:
  /// `pointer` is where `object` stands in the whole document ("" for the document itself). A value that is no object
  /// is a mistake like any other.
  JsonReader(const Json& object, std::string pointer);

  bool has(std::string_view name) const;  ///< present and not null; marks nothing as read

  std::string string(std::string_view name, StringLimits limits = {});
  std::optional<std::string> optional_string(std::string_view name, StringLimits limits = {});
  double number(std::string_view name, NumberLimits limits = {});
  std::optional<double> optional_number(std::string_view name, NumberLimits limits = {});
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min, std::int64_t max);
  bool boolean_or(std::string_view name, bool fallback);

  /// The raw value, null when it is missing (which is a mistake for `object` and `array`).
  const Json* optional_value(std::string_view name);
  const Json* object(std::string_view name);
  const Json* array(std::string_view name, std::size_t min_size, std::size_t max_size);

  /// Names a mistake of the caller's own finding; `name` may be "" for the object itself.
  void fail(std::string_view name, std::string message);
  /// Takes over the mistakes of a reader of a part of this object.
  void absorb(JsonReader& part);

  bool ok() const { return errors_.empty(); }
  const std::string& pointer() const { return pointer_; }
  /// The gathered mistakes, unknown names included; the reader is done.
  std::vector<FieldError> take_errors();
  /// Throws kInvalid with all of them when there are any.
  void finish();

 private:
  const Json* find(std::string_view name);
  const Json* require(std::string_view name);

  const Json* object_ = nullptr;
  std::string pointer_;
  std::vector<std::string_view> known_;
  std::vector<FieldError> errors_;
};

/// `base` + "/" + `name` with the escapes of RFC 6901.
std::string json_pointer(std::string_view base, std::string_view name);

}  // namespace rapport
