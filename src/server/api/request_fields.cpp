#include "server/api/request_fields.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "features/feature_set.h"

namespace rapport::api {

void finish(JsonReader& reader, std::vector<FieldError> more) {
  std::vector<FieldError> errors = reader.take_errors();
  std::move(more.begin(), more.end(), std::back_inserter(errors));
  refuse(std::move(errors));
}

void refuse(std::vector<FieldError> errors) {
  if (errors.empty()) return;
  const FieldError& first = errors.front();
  std::string message = (first.pointer.empty() ? "The request body" : first.pointer) + " " + first.message + ".";
  if (errors.size() > kMaxNamedMistakes) {
    message += " (More than " + std::to_string(kMaxNamedMistakes) + " mistakes: details names the first.)";
  } else if (errors.size() > 1) {
    message += " (" + std::to_string(errors.size()) + " mistakes: see details.)";
  }
  errors.resize(std::min(errors.size(), kMaxNamedMistakes));
  throw Error(ErrorKind::kInvalid, "invalid_request", std::move(message)).with_fields(std::move(errors));
}

bool is_id(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= kMaxIdBytes && std::none_of(text.begin(), text.end(), is_control);
}

std::optional<ContactId> read_contact_id(JsonReader& reader) {
  std::optional<std::string> text = reader.optional_string("contact_id");
  if (!text) return std::nullopt;
  if (!is_id(*text)) {
    reader.fail("contact_id", "must be 1 to " + std::to_string(kMaxIdBytes) + " bytes without control characters");
  }
  return ContactId(*std::move(text));
}

Given exactly_one(JsonReader& reader, std::string_view first, std::string_view second) {
  if (!reader.ok()) return Given::kNeither;  // the body is no object: that says it all
  const bool has_first = reader.has(first);
  const bool has_second = reader.has(second);
  reader.optional_value(first);  // known fields, whatever they hold
  reader.optional_value(second);
  if (has_first && has_second) {
    reader.fail(second, "must not stand beside " + std::string(first));
  } else if (!has_first && !has_second) {
    reader.fail(first, "is required, or " + std::string(second) + " instead of it");
  }
  if (has_first) return Given::kFirst;
  return has_second ? Given::kSecond : Given::kNeither;
}

std::size_t read_max_factors(JsonReader& reader, ModelKind kind) {
  const auto features = static_cast<std::int64_t>(features::feature_set(kind).size());
  return static_cast<std::size_t>(reader.optional_integer("max_factors", 0, features).value_or(kDefaultFactors));
}

const TenantId& tenant_of(const http::Request& request) {
  return request.principal.value().tenant;
}

std::optional<ModelKind> model_of_text(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '-', '_');
  return parse_model_kind(name);
}

ModelKind model_of_path(const http::Request& request) {
  const std::optional<ModelKind> kind = model_of_text(request.path_values.at("model"));
  if (kind) return *kind;
  throw Error(ErrorKind::kNotFound, "unknown_model",
              "There is no such model. The models are lead-scoring, churn-prediction and engagement-prediction.");
}

}  // namespace rapport::api
