#include "base/json_reader.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

namespace rapport {
namespace {

namespace json = boost::json;

std::string short_number(double value) { return to_string(Json(value)); }

/// The value as a double, when it is a number.
std::optional<double> as_number(const Json& value) {
  if (const auto* d = value.if_double()) return *d;
  if (const auto* i = value.if_int64()) return static_cast<double>(*i);
  if (const auto* u = value.if_uint64()) return static_cast<double>(*u);
  return std::nullopt;
}

/// The value as a whole number, exactly; 3.0 is one as well.
std::optional<std::int64_t> as_integer(const Json& value) {
  if (const auto* i = value.if_int64()) return *i;
  const auto* d = value.if_double();
  constexpr double kEnd = 9223372036854775808.0;  // 2^63, the first beyond
  if (d == nullptr || !(*d >= -kEnd && *d < kEnd) || *d != std::floor(*d)) return std::nullopt;
  return static_cast<std::int64_t>(*d);
}

std::string range_text(const NumberLimits& limits) {
  const bool low = limits.min > std::numeric_limits<double>::lowest();
  const bool high = limits.max < std::numeric_limits<double>::max();
  std::string text = limits.integer ? "must be a whole number" : "must be a number";
  if (low && high) return text + " from " + short_number(limits.min) + " to " + short_number(limits.max);
  if (low) return text + " of at least " + short_number(limits.min);
  if (high) return text + " of at most " + short_number(limits.max);
  return text;
}

}  // namespace

std::string json_pointer(std::string_view base, std::string_view name) {
  std::string pointer(base);
  pointer += '/';
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

JsonReader::JsonReader(const Json& object, std::string pointer) : pointer_(std::move(pointer)) {
  if (object.is_object()) {
    object_ = &object;
  } else {
    fail("", "must be an object");
  }
}

const Json* JsonReader::find(std::string_view name) {
  known_.push_back(name);
  if (object_ == nullptr) return nullptr;
  const Json* value = object_->get_object().if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const Json* JsonReader::require(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr && object_ != nullptr) fail(name, "is required");
  return value;
}

bool JsonReader::has(std::string_view name) const {
  if (object_ == nullptr) return false;
  const Json* value = object_->get_object().if_contains(name);
  return value != nullptr && !value->is_null();
}

std::optional<std::string> JsonReader::optional_string(std::string_view name, StringLimits limits) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const json::string* text = value->if_string();
  if (text == nullptr) {
    fail(name, "must be a string");
    return std::nullopt;
  }
  if (text->size() < limits.min_bytes) fail(name, limits.min_bytes == 1 ? "must not be empty" : "is too short");
  if (text->size() > limits.max_bytes) fail(name, "must be at most " + std::to_string(limits.max_bytes) + " bytes");
  return std::string(*text);
}

std::string JsonReader::string(std::string_view name, StringLimits limits) {
  if (object_ != nullptr && !has(name)) {
    known_.push_back(name);
    fail(name, "is required");
    return {};
  }
  return optional_string(name, limits).value_or("");
}

std::optional<double> JsonReader::optional_number(std::string_view name, NumberLimits limits) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const std::optional<double> number = as_number(*value);
  const bool good = number && *number >= limits.min && *number <= limits.max &&
                    (!limits.integer || *number == std::floor(*number));
  if (!good) {
    fail(name, range_text(limits));
    return std::nullopt;
  }
  return number;
}

double JsonReader::number(std::string_view name, NumberLimits limits) {
  if (object_ != nullptr && !has(name)) {
    known_.push_back(name);
    fail(name, "is required");
    return 0;
  }
  return optional_number(name, limits).value_or(0);
}

std::optional<std::int64_t> JsonReader::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const std::optional<std::int64_t> whole = as_integer(*value);
  if (whole && *whole >= min && *whole <= max) return whole;
  fail(name, range_text({.min = static_cast<double>(min), .max = static_cast<double>(max), .integer = true}));
  return std::nullopt;
}

std::int64_t JsonReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  if (object_ != nullptr && !has(name)) {
    known_.push_back(name);
    fail(name, "is required");
    return 0;
  }
  return optional_integer(name, min, max).value_or(0);
}

bool JsonReader::boolean_or(std::string_view name, bool fallback) {
  const Json* value = find(name);
  if (value == nullptr) return fallback;
  if (const bool* flag = value->if_bool()) return *flag;
  fail(name, "must be true or false");
  return fallback;
}

const Json* JsonReader::optional_value(std::string_view name) { return find(name); }

const Json* JsonReader::object(std::string_view name) {
  const Json* value = require(name);
  if (value == nullptr || value->is_object()) return value;
  fail(name, "must be an object");
  return nullptr;
}

const Json* JsonReader::array(std::string_view name, std::size_t min_size, std::size_t max_size) {
  const Json* value = require(name);
  if (value == nullptr) return nullptr;
  const json::array* items = value->if_array();
  if (items == nullptr) {
    fail(name, "must be an array");
    return nullptr;
  }
  if (items->size() < min_size) fail(name, min_size == 1 ? "must not be empty" : "has too few items");
  if (items->size() > max_size) fail(name, "must have at most " + std::to_string(max_size) + " items");
  return value;
}

void JsonReader::fail(std::string_view name, std::string message) {
  errors_.push_back({name.empty() ? pointer_ : json_pointer(pointer_, name), std::move(message)});
}

void JsonReader::absorb(JsonReader& part) {
  std::vector<FieldError> errors = part.take_errors();
  std::move(errors.begin(), errors.end(), std::back_inserter(errors_));
}

std::vector<FieldError> JsonReader::take_errors() {
  if (object_ != nullptr) {
    for (const auto& member : object_->get_object()) {
      const std::string_view name(member.key().data(), member.key().size());
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) fail(name, "is not a known field");
    }
    object_ = nullptr;
  }
  return std::exchange(errors_, {});
}

void JsonReader::finish() {
  std::vector<FieldError> errors = take_errors();
  if (errors.empty()) return;
  const FieldError& first = errors.front();
  const std::string where = first.pointer.empty() ? "The request body" : first.pointer;
  std::string message = where + " " + first.message + ".";
  if (errors.size() > 1) message += " (" + std::to_string(errors.size()) + " mistakes: see details)";
  throw Error(ErrorKind::kInvalid, "invalid_request", std::move(message)).with_fields(std::move(errors));
}

}  // namespace rapport
