#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "domain/ids.h"
#include "domain/names.h"
#include "server/http/router.h"

/// Fields that several requests share.
namespace rapport::api {

/// The mistakes that are named in one answer; more are only counted.
constexpr std::size_t kMaxNamedMistakes = 100;

/// Throws kInvalid "invalid_request" that names these mistakes, if there are any.
void refuse(std::vector<FieldError> mistakes);

/// Throws kInvalid "invalid_request" when `reader` or `more` has any mistake, unknown fields included.
void finish(JsonReader& reader, std::vector<FieldError> more = {});

/// A contact's id: 1 to 200 bytes without control characters.
std::optional<ContactId> read_contact_id(JsonReader& reader);

/// Which of the two fields the request has; none and both are mistakes. To be asked before any other field is read.
enum class Given { kFirst, kSecond, kNeither };
Given exactly_one(JsonReader& reader, std::string_view first, std::string_view second);

constexpr std::size_t kDefaultFactors = 5;

/// "max_factors": how many factors an answer names, 0 to all of the model's features.
std::size_t read_max_factors(JsonReader& reader, ModelKind kind);

/// The tenant of the caller.
const TenantId& tenant_of(const http::Request& request);

/// "lead-scoring" or "lead_scoring" -> the model. nullopt for anything else.
std::optional<ModelKind> model_of_text(std::string_view text);
/// The same for the {model} of a path. Throws kNotFound "unknown_model".
ModelKind model_of_path(const http::Request& request);

/// Whether `text` is an id that the domain permits.
bool is_id(std::string_view text);

}  // namespace rapport::api
