#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace rapport::api {

/// The page's one style sheet, exactly as it stands between <style> and </style>.
std::string_view docs_style();

/// An OpenAPI document as one HTML page without scripts: groups, endpoints, fields with their ranges, examples.
std::string docs_page(const Json& openapi);

}  // namespace rapport::api
