#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace rapport::ml {

/// Readers of untrusted model files: each returns what stands there or throws kInvalid "malformed_model" with a
/// sentence that names the field.

[[noreturn]] void throw_malformed(std::string_view why);

/// The member `name` of `object`, which must be an object that has it.
const Json& member(const Json& object, std::string_view name);

/// A finite number (a whole one within bounds).
double read_number(const Json& object, std::string_view name);
std::int64_t read_integer(const Json& object, std::string_view name, std::int64_t min, std::int64_t max);
bool read_boolean(const Json& object, std::string_view name);
std::string_view read_string(const Json& object, std::string_view name);

/// Finite numbers; whole numbers within bounds. `read_floats` refuses what no float holds.
std::vector<double> read_numbers(const Json& object, std::string_view name);
std::vector<float> read_floats(const Json& object, std::string_view name);
std::vector<std::int64_t> read_integers(const Json& object, std::string_view name, std::int64_t min, std::int64_t max);

/// `values` as JSON, each float by the double with the fewest digits that gives the same float again.
Json float_array(const std::vector<float>& values);
double shortest_double(float value);

}  // namespace rapport::ml
