#include "server/http/form_data.h"

#include <algorithm>
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

/// The name in a Content-Disposition; nullopt: there is none, or it is none.
std::optional<std::string> name_in(std::string_view disposition) {
  const std::string_view kind = take_token(disposition);
  const auto parameters = parse_parameters(disposition);
  auto name = parameters && equal_ignoring_case(kind, "form-data") ? only_value(*parameters, "name") : std::nullopt;
  return name && is_name(*name) ? name : std::nullopt;
}

}  // namespace

FormReader::FormReader(std::string_view content_type, std::string file_field, std::filesystem::path folder,
                       const FormLimits& limits)
    : file_field_(std::move(file_field)), folder_(std::move(folder)), limits_(limits) {
  if (const auto boundary = boundary_of(content_type)) {
    delimiter_ = "\r\n--" + *boundary;
  } else {
    refuse("The content type must be multipart/form-data with a boundary of 1 to 70 characters.");
  }
}

void FormReader::write(std::string_view piece) {
  if (state_ == State::kEnd) return;
  window_.append(piece);
  if (window_.size() >= limits_.window_bytes) read();
}

Form FormReader::finish() && {
  read();
  if (state_ == State::kStart) refuse("The form does not begin with its boundary.");
  if (state_ == State::kHead) refuse("The form is cut off in the head of a field.");
  if (state_ != State::kEnd) refuse("The form is cut off: its last boundary is missing.");
  return std::move(form_);
}

bool FormReader::refuse(std::string message) {
  return fail(Error(ErrorKind::kMalformed, "malformed_form", std::move(message)));
}

bool FormReader::fail(Error error) {
  form_ = Form{.fields = {}, .file = {}, .error = std::move(error)};
  state_ = State::kEnd;
  return false;
}

/// As far as the bytes that are there go; what is left waits for more.
void FormReader::read() {
  std::string_view rest = window_;
  while (step(rest)) {
  }
  if (state_ == State::kEnd) {
    window_ = std::string();
  } else {
    window_.erase(0, window_.size() - rest.size());
  }
}

/// Whether it got on.
bool FormReader::step(std::string_view& rest) {
  switch (state_) {
    case State::kStart:
      return read_start(rest);
    case State::kBehindBoundary:
      return read_behind_boundary(rest);
    case State::kBoundaryLine:
      return read_boundary_line(rest);
    case State::kHead:
      return read_head(rest);
    case State::kContent:
      return read_content(rest);
    case State::kEnd:
      return false;
  }
  return false;
}

bool FormReader::read_start(std::string_view& rest) {
  if (rest.empty()) return false;
  std::string_view boundary = delimiter_;
  if (rest.front() != '\r') boundary.remove_prefix(kLineEnd.size());
  const std::size_t there = std::min(boundary.size(), rest.size());
  if (rest.substr(0, there) != boundary.substr(0, there)) return refuse("The form does not begin with its boundary.");
  if (there < boundary.size()) return false;
  rest.remove_prefix(there);
  state_ = State::kBehindBoundary;
  return true;
}

/// Two dashes end the form; anything else begins a field.
bool FormReader::read_behind_boundary(std::string_view& rest) {
  constexpr std::string_view kEndMark = "--";
  if (rest.empty() || rest == kEndMark.substr(1)) return false;
  if (rest.starts_with(kEndMark)) {
    state_ = State::kEnd;
    return false;
  }
  if (form_.fields.size() == limits_.max_fields) {
    return refuse("The form has more than " + std::to_string(limits_.max_fields) + " fields.");
  }
  state_ = State::kBoundaryLine;
  return true;
}

bool FormReader::read_boundary_line(std::string_view& rest) {
  skip_blanks(rest);
  if (rest.empty() || rest == kLineEnd.substr(0, 1)) return false;
  if (!rest.starts_with(kLineEnd)) return refuse("A boundary of the form is followed by something else.");
  rest.remove_prefix(kLineEnd.size());
  state_ = State::kHead;
  head_bytes_ = 0;
  name_.reset();
  return true;
}

/// One of the lines before an empty one.
bool FormReader::read_head(std::string_view& rest) {
  const std::string_view window = rest.substr(0, limits_.max_head_bytes - head_bytes_ + kLineEnd.size());
  const std::size_t end = window.find(kLineEnd);
  const bool too_long = end == std::string_view::npos
                            ? window.size() < rest.size()
                            : end > 0 && head_bytes_ + end + kLineEnd.size() > limits_.max_head_bytes;
  if (too_long) return refuse("The head of a field of the form is too long.");
  if (end == std::string_view::npos) return false;
  rest.remove_prefix(end + kLineEnd.size());
  if (end == 0) return begin_field();
  head_bytes_ += end + kLineEnd.size();
  return read_line(window.substr(0, end));
}

bool FormReader::read_line(std::string_view line) {
  const std::string_view header = take_token(line);
  if (header.empty() || line.empty() || line.front() != ':' || !all_chars(line, kValueChar)) {
    return refuse("A line in the head of a field of the form is no header.");
  }
  line = trim(line.substr(1));
  if (equal_ignoring_case(header, "content-transfer-encoding")) {
    const bool plain =
        equal_ignoring_case(line, "binary") || equal_ignoring_case(line, "8bit") || equal_ignoring_case(line, "7bit");
    return plain || refuse("Fields are taken as they are: no Content-Transfer-Encoding.");
  }
  if (!equal_ignoring_case(header, "content-disposition")) return true;
  if (name_) return refuse("A field of the form has two Content-Dispositions.");
  name_ = name_in(line);
  if (name_) return true;
  return refuse("A field of the form has no name, or one that is none: Content-Disposition: form-data; name=\"file\".");
}

bool FormReader::begin_field() {
  if (!name_) return refuse("A field of the form has no Content-Disposition.");
  const bool is_file = *name_ == file_field_;
  into_file_ = is_file && !form_.file;
  keep_ = !is_file;
  form_.fields.push_back({.name = *std::move(name_), .content = {}});
  state_ = State::kContent;
  try {
    if (into_file_) form_.file = UnnamedFile::in_folder(folder_);
  } catch (const Error& error) {
    return fail(error);
  }
  return true;
}

/// All but what may turn out to be the start of a boundary.
bool FormReader::read_content(std::string_view& rest) {
  const std::size_t end = rest.find(delimiter_);
  const bool ends = end != std::string_view::npos;
  const std::size_t sure = ends ? end : rest.size() - std::min(rest.size(), delimiter_.size() - 1);
  if (!take_content(rest.substr(0, sure))) return false;
  rest.remove_prefix(sure + (ends ? delimiter_.size() : 0));
  if (ends) state_ = State::kBehindBoundary;
  return ends;
}

bool FormReader::take_content(std::string_view bytes) {
  FormField& field = form_.fields.back();
  if (keep_) {
    const std::size_t room = limits_.max_text_bytes - field.content.size();
    field.content.append(bytes.substr(0, room));
    field.cut = field.cut || bytes.size() > room;
  }
  try {
    if (into_file_) form_.file->append(std::as_bytes(std::span(bytes)));
  } catch (const Error& error) {
    return fail(error);
  }
  return true;
}

}  // namespace rapport::http
