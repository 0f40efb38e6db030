#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/names.h"

/// How a model's parts are read back from an artifact: each throws kInvalid "malformed_model" where the text is not what
/// this program wrote.
namespace rapport::scoring {

[[noreturn]] void refuse_artifact(std::string_view detail);

/// `json` as an object of exactly `members` members.
const boost::json::object& require_object(const Json& json, std::size_t members);
const Json& require_member(const boost::json::object& object, std::string_view name);
std::string_view require_string(const boost::json::object& object, std::string_view name);

/// One share per feature of `kind`: each 0..1, together 1 (or all 0).
std::vector<double> require_shares(const Json& json, ModelKind kind);

void require_features(std::size_t features, ModelKind kind);

}  // namespace rapport::scoring
