#include "server/http/form_data.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/http/characters.h"
#include "server/http/target.h"

namespace rapport::http {
namespace {

constexpr std::size_t kMaxBoundaryBytes = 70;  // RFC 2046, section 5.1.1
constexpr std::size_t kMaxNameBytes = 100;
constexpr std::string_view kLineEnd = "\r\n";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

std::string_view trim(std::string_view text) {
  skip_blanks(text);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_token(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_char(text[size], kTokenChar)) ++size;
  const std::string_view token = text.substr(0, size);
  text.remove_prefix(size);
  return token;
}

/// A quoted string without its quotes. A backslash that is before neither a quote nor a backslash stands for itself.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    const bool escapes = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (escapes) ++i;
    value += text[i];
  }
  return std::nullopt;
}

struct Parameter {
  std::string_view name;
  std::string value;
};

/// "; a=b; c=\"d\"". nullopt: it is not that.
std::optional<std::vector<Parameter>> parse_parameters(std::string_view text) {
  std::vector<Parameter> parameters;
  for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
    if (text.front() != ';') return std::nullopt;
    text.remove_prefix(1);
    skip_blanks(text);
    if (text.empty()) break;
    const std::string_view name = take_token(text);
    if (name.empty() || text.empty() || text.front() != '=') return std::nullopt;
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '"') {
      auto value = take_quoted(text);
      if (!value) return std::nullopt;
      parameters.push_back({name, *std::move(value)});
    } else {
      const std::string_view value = take_token(text);
      if (value.empty()) return std::nullopt;
      parameters.push_back({name, std::string(value)});
    }
  }
  return parameters;
}

/// The value of the parameter that stands exactly once.
std::optional<std::string> only_value(const std::vector<Parameter>& parameters, std::string_view name) {
  std::optional<std::string> value;
  for (const Parameter& parameter : parameters) {
    if (!equal_ignoring_case(parameter.name, name)) continue;
    if (value) return std::nullopt;
    value = parameter.value;
  }
  return value;
}

bool is_boundary_char(char c) {
  constexpr std::string_view kMarks = "'()+_,-./:=? ";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         kMarks.find(c) != std::string_view::npos;
}

/// Of "multipart/form-data; boundary=...".
std::optional<std::string> boundary_of(std::string_view content_type) {
  const std::size_t semicolon = std::min(content_type.find(';'), content_type.size());
  if (!equal_ignoring_case(trim(content_type.substr(0, semicolon)), "multipart/form-data")) return std::nullopt;
  const auto parameters = parse_parameters(content_type.substr(semicolon));
  auto boundary = parameters ? only_value(*parameters, "boundary") : std::nullopt;
  const bool good = boundary && !boundary->empty() && boundary->size() <= kMaxBoundaryBytes &&
                    boundary->back() != ' ' && std::all_of(boundary->begin(), boundary->end(), is_boundary_char);
  return good ? boundary : std::nullopt;
}

bool is_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !name.empty() && name.size() <= kMaxNameBytes && is_utf8(name) &&
         std::none_of(name.begin(), name.end(), is_control);
}

/// Reads a body from its start to its end, field by field.
class FormReader {
 public:
  FormReader(const std::string& boundary, std::string_view body, const FormLimits& limits)
      : delimiter_("\r\n--" + boundary), rest_(body), limits_(limits) {}

  std::variant<std::vector<FormField>, FormError> read() {
    if (rest_.starts_with(kLineEnd)) rest_.remove_prefix(kLineEnd.size());
    const std::string_view first = std::string_view(delimiter_).substr(kLineEnd.size());
    if (!rest_.starts_with(first)) return FormError{"The form does not begin with its boundary."};
    rest_.remove_prefix(first.size());
    while (!rest_.starts_with("--")) {
      if (fields_.size() == limits_.max_fields) {
        return FormError{"The form has more than " + std::to_string(limits_.max_fields) + " fields."};
      }
      if (!read_field()) return FormError{std::move(mistake_)};
    }
    return std::move(fields_);
  }

 private:
  bool fail(std::string mistake) {
    mistake_ = std::move(mistake);
    return false;
  }

  /// From behind a delimiter to behind the next.
  bool read_field() {
    skip_blanks(rest_);
    if (rest_.empty()) return fail("The form is cut off: its last boundary is missing.");
    if (!rest_.starts_with(kLineEnd)) return fail("A boundary of the form is followed by something else.");
    rest_.remove_prefix(kLineEnd.size());
    std::string name;
    if (!read_head(name)) return false;
    const std::size_t end = rest_.find(delimiter_);
    if (end == std::string_view::npos) return fail("The form is cut off: its last boundary is missing.");
    fields_.push_back({std::move(name), rest_.substr(0, end)});
    rest_.remove_prefix(end + delimiter_.size());
    return true;
  }

  /// The lines before an empty one.
  bool read_head(std::string& name) {
    std::optional<std::string> found;
    for (std::size_t bytes = 0;;) {
      const std::string_view window = rest_.substr(0, limits_.max_head_bytes - bytes + kLineEnd.size());
      const std::size_t end = window.find(kLineEnd);
      if (end == std::string_view::npos) {
        const bool cut = window.size() == rest_.size();
        return fail(cut ? "The form is cut off in the head of a field."
                        : "The head of a field of the form is too long.");
      }
      const std::string_view line = window.substr(0, end);
      rest_.remove_prefix(end + kLineEnd.size());
      if (line.empty()) break;
      bytes += line.size() + kLineEnd.size();
      if (bytes > limits_.max_head_bytes) return fail("The head of a field of the form is too long.");
      if (!read_line(line, found)) return false;
    }
    if (!found) return fail("A field of the form has no Content-Disposition.");
    name = *std::move(found);
    return true;
  }

  bool read_line(std::string_view line, std::optional<std::string>& name) {
    const std::string_view header = take_token(line);
    if (header.empty() || line.empty() || line.front() != ':' || !all_chars(line, kValueChar)) {
      return fail("A line in the head of a field of the form is no header.");
    }
    line = trim(line.substr(1));
    if (equal_ignoring_case(header, "content-transfer-encoding")) {
      const bool plain =
          equal_ignoring_case(line, "binary") || equal_ignoring_case(line, "8bit") || equal_ignoring_case(line, "7bit");
      return plain || fail("Fields are taken as they are: no Content-Transfer-Encoding.");
    }
    if (!equal_ignoring_case(header, "content-disposition")) return true;
    if (name) return fail("A field of the form has two Content-Dispositions.");
    const std::string_view kind = take_token(line);
    const auto parameters = parse_parameters(line);
    name = parameters && equal_ignoring_case(kind, "form-data") ? only_value(*parameters, "name") : std::nullopt;
    if (name && is_name(*name)) return true;
    return fail("A field of the form has no name, or one that is none: Content-Disposition: form-data; name=\"file\".");
  }

  const std::string delimiter_;
  std::string_view rest_;
  const FormLimits& limits_;
  std::vector<FormField> fields_;
  std::string mistake_;
};

}  // namespace

std::variant<std::vector<FormField>, FormError> parse_form(std::string_view content_type, std::string_view body,
                                                           const FormLimits& limits) {
  const auto boundary = boundary_of(content_type);
  if (!boundary)
    return FormError{"The content type must be multipart/form-data with a boundary of 1 to 70 characters."};
  return FormReader(*boundary, body, limits).read();
}

}  // namespace rapport::http
