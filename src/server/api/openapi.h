#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "server/api/endpoint.h"

namespace rapport::api {

/// The OpenAPI 3.1 document of these endpoints: made from the same table as the routes.
Json openapi_document(const std::vector<Endpoint>& endpoints, const std::string& version);

}  // namespace rapport::api
