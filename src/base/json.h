#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rapport {

/// A JSON document. Include <boost/json.hpp> where its members are used.
using Json = boost::json::value;

/// Where and why a text is not JSON. Line and column count from 1, column in bytes.
struct JsonError {
  std::string message;
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Reads one JSON document (RFC 8259), strictly: nothing before or after it but white space, depth at most 64, no name
/// twice in one object, valid UTF-8, no number beyond the range of a double. Never throws on bad input.
///
/// Threads   pure.
/// Cost      linear; a name set per open object.
std::variant<Json, JsonError> parse_json(std::string_view text);

/// The same, throwing kMalformed ("malformed_json") that says where.
Json parse_json_or_throw(std::string_view text);

/// One line, numbers in the shortest form that reads back the same. NaN and infinity are written as null.
std::string to_string(const Json& value);

}  // namespace rapport
