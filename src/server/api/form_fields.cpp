#include "server/api/form_fields.h"

#include <charconv>
#include <utility>

#include "server/api/request_fields.h"
#include "server/http/target.h"

namespace rapport::api {

FormFields::FormFields(const http::Request& request) : form_(*request.form) {
  if (form_.error) throw Error(*form_.error);
  for (const http::FormField& field : form_.fields) fields_.push_back({field});
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

const UnnamedFile* FormFields::file(std::string_view name) {
  const std::size_t before = mistakes_.size();
  if (take_once(name) != nullptr) return &form_.file.value();
  if (mistakes_.size() == before) fail(name, "is required: a file, as in curl -F " + std::string(name) + "=@note.ogg");
  return nullptr;
}

std::optional<std::string> FormFields::text_of(const Field& field) {
  const std::string& content = field.field.content;
  if (field.field.cut) {
    fail(field.field.name, "must have at most " + std::to_string(content.size()) + " bytes");
  } else if (!http::is_utf8(content) || content.find('\0') != std::string::npos) {
    fail(field.field.name, "must be a text in UTF-8");
  } else if (!content.empty()) {
    return content;
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
