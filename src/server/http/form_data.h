#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rapport::http {

/// One field of a form, a file or a text. What the client calls a file is not kept: nothing here is ever named after
/// it.
struct FormField {
  std::string name;          ///< 1 to 100 bytes of UTF-8 without control characters
  std::string_view content;  ///< its bytes, inside the body
};

/// Why a body is no form, in words for the caller.
struct FormError {
  std::string message;
};

struct FormLimits {
  std::size_t max_fields = 64;
  std::size_t max_head_bytes = 4096;  ///< of one field
};

/// Takes a multipart/form-data body apart, without a copy of its contents. A name may stand more than once; the order
/// is the client's. `filename`, `filename*` and the content types of fields are read past.
///
/// Requires  `body` lives as long as the fields.
/// Throws    nothing, whatever the bytes.
/// Cost      linear in the body, and memory for the names alone.
/// Source    RFC 7578 over RFC 2046 section 5.1.1, strictly: no preamble but an empty line, lines end in CR LF, nothing
///           is folded, contents are sent as they are.
std::variant<std::vector<FormField>, FormError> parse_form(std::string_view content_type, std::string_view body,
                                                           const FormLimits& limits = {});

}  // namespace rapport::http
