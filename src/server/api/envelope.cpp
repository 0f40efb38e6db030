#include "server/api/envelope.h"

#include <boost/json.hpp>

namespace rapport::api {

JsonText open_success() {
  JsonText text;
  text.open_object().name("success").boolean(true).name("data");
  return text;
}

http::Response close_success(JsonText text) {
  text.close_object();
  http::Response response;
  response.body = std::move(text).take();
  return response;
}

http::Response success(const Json& data) {
  JsonText text = open_success();
  text.json(data);
  return close_success(std::move(text));
}

http::Response accepted(const Json& data, const std::string& location) {
  http::Response response = success(data);
  response.status = 202;
  response.headers.emplace_back("Location", location);
  return response;
}

}  // namespace rapport::api
