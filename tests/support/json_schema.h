#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace rapport::testing {

/// What of `value` does not meet `schema`, a JSON Schema of the kind that our OpenAPI document uses ($ref into
/// `document`); empty when all of it does. Keywords that our document does not use are ignored.
std::vector<std::string> schema_mistakes(const Json& value, const Json& schema, const Json& document);

/// Whether every field of `example` is in `value` with the same JSON type: arrays by the example's first element. What
/// is not, by path. A factor's "value" may be null: the feature is missing, and nothing is made up for it.
std::vector<std::string> missing_from(const Json& value, const Json& example, const std::string& path = "");

}  // namespace rapport::testing
