#pragma once

#include "base/json.h"
#include "server/api/json_text.h"
#include "server/http/router.h"

/// The contract's envelope: {"success":true,"data":...}.
namespace rapport::api {

/// A text in which the value of "data" comes next.
JsonText open_success();
/// The answer, once that value is written.
http::Response close_success(JsonText text);

http::Response success(const Json& data);

/// 202: the work goes on as a job; the Location says where to look.
http::Response accepted(const Json& data, const std::string& location);

}  // namespace rapport::api
