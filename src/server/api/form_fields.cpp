#include "server/api/form_fields.h"

#include <charconv>
#include <utility>
#include <variant>

#include "server/api/request_fields.h"
#include "server/http/target.h"

namespace rapport::api {
namespace {

constexpr std::size_t kMaxTextBytes = 4096;

std::vector<http::FormField> parse(const http::Request& request) {
  auto form = http::parse_form(request.header("content-type").value_or(""), request.body);
  if (const auto* error = std::get_if<http::FormError>(&form)) {
    throw Error(ErrorKind::kMalformed, "malformed_form", error->message);
  }
  return std::get<std::vector<http::FormField>>(std::move(form));
}

}  // namespace

FormFields::FormFields(const http::Request& request) {
  for (http::FormField& field : parse(request)) fields_.push_back({std::move(field)});
}

std::vector<FormFields::Field*> FormFields::take(std::string_view name) {
  std::vector<Field*> found;
  for (Field& field : fields_) {
    if (field.field.name != name) continue;
    field.read = true;
    found.push_back(&field);
  }
  return found;
}

FormFields::Field* FormFields::take_once(std::string_view name) {
  const std::vector<Field*> found = take(name);
  if (found.size() > 1) fail(name, "stands more than once");
  return found.size() == 1 ? found.front() : nullptr;
}

std::span<const std::byte> FormFields::file(std::string_view name) {
  const std::size_t before = mistakes_.size();
  if (const Field* field = take_once(name)) return std::as_bytes(std::span(field->field.content));
  if (mistakes_.size() == before) fail(name, "is required: a file, as in curl -F " + std::string(name) + "=@note.ogg");
  return {};
}

std::optional<std::string> FormFields::text_of(const Field& field) {
  const std::string_view content = field.field.content;
  if (content.size() > kMaxTextBytes) {
    fail(field.field.name, "must have at most " + std::to_string(kMaxTextBytes) + " bytes");
  } else if (!http::is_utf8(content) || content.find('\0') != std::string_view::npos) {
    fail(field.field.name, "must be a text in UTF-8");
  } else if (!content.empty()) {
    return std::string(content);
  }
  return std::nullopt;
}

std::optional<std::string> FormFields::text(std::string_view name) {
  const Field* field = take_once(name);
  return field == nullptr ? std::nullopt : text_of(*field);
}

std::vector<std::string> FormFields::texts(std::string_view name) {
  std::vector<std::string> values;
  for (const Field* field : take(name)) {
    if (auto value = text_of(*field)) values.push_back(*std::move(value));
  }
  return values;
}

bool FormFields::boolean_or(std::string_view name, bool fallback) {
  const std::optional<std::string> value = text(name);
  if (!value) return fallback;
  if (*value == "true" || *value == "1") return true;
  if (*value != "false" && *value != "0") fail(name, "must be true or false");
  return false;
}

std::optional<double> FormFields::number(std::string_view name, double min, double max) {
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  double number = 0;
  const auto [end, code] = std::from_chars(value->data(), value->data() + value->size(), number);
  const bool whole = code == std::errc() && end == value->data() + value->size();
  if (whole && number >= min && number <= max) return number;
  const auto bound = [](double each) { return std::to_string(static_cast<int>(each)); };
  fail(name, "must be a number from " + bound(min) + " to " + bound(max));
  return std::nullopt;
}

void FormFields::fail(std::string_view name, std::string message) {
  mistakes_.push_back({"/" + std::string(name), std::move(message)});
}

void FormFields::finish() {
  for (const Field& field : fields_) {
    if (!field.read) fail(field.field.name, "is not a known field");
  }
  refuse(std::move(mistakes_));
}

}  // namespace rapport::api
