#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapport::http {

/// The path of a request target, still percent-encoded, and its query.
struct SplitTarget {
  std::string_view path;
  std::string_view query;
};
SplitTarget split_target(std::string_view target);

/// Undoes percent-encoding. nullopt when an escape is broken, when it makes a control character (NUL included), or when
/// the result is no UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

/// The pairs of a query, decoded, in order; '+' is a space. nullopt when one does not decode, or above 100 pairs.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

/// Whether `text` is UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace rapport::http
