#include "ml/model_json.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.h"

namespace rapport::ml {
namespace {

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

double finite_number(const Json& value, std::string_view name) {
  double number = 0;
  if (value.is_double()) {
    number = value.get_double();
  } else if (value.is_int64()) {
    number = static_cast<double>(value.get_int64());
  } else if (value.is_uint64()) {
    number = static_cast<double>(value.get_uint64());
  } else {
    throw_malformed(quoted(name) + " must hold numbers");
  }
  if (!std::isfinite(number)) throw_malformed(quoted(name) + " holds a number that is not finite");
  return number;
}

std::int64_t whole_number(const Json& value, std::string_view name, std::int64_t min, std::int64_t max) {
  if (!value.is_int64() || value.get_int64() < min || value.get_int64() > max) {
    throw_malformed(quoted(name) + " must hold whole numbers from " + std::to_string(min) + " to " +
                    std::to_string(max));
  }
  return value.get_int64();
}

const boost::json::array& array_member(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  if (!value.is_array()) throw_malformed(quoted(name) + " must be an array");
  return value.get_array();
}

}  // namespace

void throw_malformed(std::string_view why) {
  throw Error(ErrorKind::kInvalid, "malformed_model", "This is not a model of Rapport's: " + std::string(why) + ".");
}

const Json& member(const Json& object, std::string_view name) {
  if (!object.is_object()) throw_malformed("an object with " + quoted(name) + " is missing");
  const Json* value = object.get_object().if_contains(name);
  if (value == nullptr) throw_malformed(quoted(name) + " is missing");
  return *value;
}

double read_number(const Json& object, std::string_view name) { return finite_number(member(object, name), name); }

std::int64_t read_integer(const Json& object, std::string_view name, std::int64_t min, std::int64_t max) {
  return whole_number(member(object, name), name, min, max);
}

bool read_boolean(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  if (!value.is_bool()) throw_malformed(quoted(name) + " must be true or false");
  return value.get_bool();
}

std::string_view read_string(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  if (!value.is_string()) throw_malformed(quoted(name) + " must be a string");
  return {value.get_string().data(), value.get_string().size()};
}

std::vector<double> read_numbers(const Json& object, std::string_view name) {
  const auto& array = array_member(object, name);
  std::vector<double> numbers;
  numbers.reserve(array.size());
  for (const Json& value : array) numbers.push_back(finite_number(value, name));
  return numbers;
}

std::vector<float> read_floats(const Json& object, std::string_view name) {
  const auto& array = array_member(object, name);
  std::vector<float> numbers;
  numbers.reserve(array.size());
  for (const Json& value : array) {
    const double number = finite_number(value, name);
    if (std::abs(number) > std::numeric_limits<float>::max()) throw_malformed(quoted(name) + " holds no float");
    numbers.push_back(static_cast<float>(number));
  }
  return numbers;
}

std::vector<std::int64_t> read_integers(const Json& object, std::string_view name, std::int64_t min,
                                        std::int64_t max) {
  const auto& array = array_member(object, name);
  std::vector<std::int64_t> numbers;
  numbers.reserve(array.size());
  for (const Json& value : array) numbers.push_back(whole_number(value, name, min, max));
  return numbers;
}

double shortest_double(float value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  double number = 0;
  std::from_chars(digits.data(), end, number);
  return static_cast<float>(number) == value ? number : static_cast<double>(value);
}

Json float_array(const std::vector<float>& values) {
  boost::json::array array;
  array.reserve(values.size());
  for (const float value : values) array.emplace_back(shortest_double(value));
  return array;
}

}  // namespace rapport::ml
