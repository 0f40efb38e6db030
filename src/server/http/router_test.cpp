#include "server/http/router.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "server/http/target.h"

namespace rapport::http {
namespace {

Route route(std::string method, std::string pattern) {
  Route made;
  made.method = std::move(method);
  made.pattern = std::move(pattern);
  made.handle = [](const Request&) { return Response(); };
  return made;
}

std::string matched(const Router& router, std::string_view method, std::string_view path) {
  const Router::Match match = router.match(method, path);
  return match.route == nullptr ? "-" : match.route->method + " " + match.route->pattern;
}

TEST(Router, FindsExactPathsAndNames) {
  const Router router({route("GET", "/jobs"), route("GET", "/jobs/{id}"), route("GET", "/jobs/{id}/log/{line}")});

  EXPECT_EQ(matched(router, "GET", "/jobs"), "GET /jobs");
  EXPECT_EQ(matched(router, "GET", "/jobs/7"), "GET /jobs/{id}");
  const auto values = router.match("GET", "/jobs/7/log/3").path_values;
  EXPECT_EQ(values.at("id"), "7");
  EXPECT_EQ(values.at("line"), "3");
  EXPECT_EQ(matched(router, "GET", "/jobs/"), "-");
  EXPECT_EQ(matched(router, "GET", "/Jobs"), "-");
  EXPECT_EQ(matched(router, "GET", "//jobs"), "-");
  EXPECT_EQ(matched(router, "GET", ""), "-");
}

TEST(Router, PrefersExactSegments) {
  const Router router({route("GET", "/models/{name}"), route("GET", "/models/latest"), route("POST", "/models/{name}")});

  EXPECT_EQ(matched(router, "GET", "/models/latest"), "GET /models/latest");
  EXPECT_EQ(matched(router, "GET", "/models/other"), "GET /models/{name}");
  EXPECT_EQ(matched(router, "POST", "/models/latest"), "POST /models/{name}");
}

TEST(Router, DecodesSegmentsAfterCuttingThem) {
  const Router router({route("GET", "/contacts/{id}"), route("GET", "/plain")});

  EXPECT_EQ(router.match("GET", "/contacts/a%2Fb").path_values.at("id"), "a/b");
  EXPECT_EQ(router.match("GET", "/contacts/%2B55").path_values.at("id"), "+55");
  EXPECT_EQ(matched(router, "GET", "/pl%61in"), "GET /plain");
  EXPECT_EQ(matched(router, "GET", "%2Fplain"), "-");
  EXPECT_EQ(matched(router, "GET", "/contacts/%zz"), "-");
}

TEST(Router, NamesTheMethodsOfAPath) {
  const Router router({route("GET", "/a"), route("POST", "/a"), route("DELETE", "/{x}")});

  EXPECT_EQ(router.match("PUT", "/a").allow, "DELETE, GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(router.match("GET", "/b").allow, "DELETE, OPTIONS");
  EXPECT_EQ(router.match("GET", "/b/c").allow, "");
  EXPECT_EQ(matched(router, "HEAD", "/a"), "GET /a");
}

TEST(Router, RefusesRoutesThatStandTwice) {
  EXPECT_THROW(Router({route("GET", "/a"), route("GET", "/a")}), Error);
  EXPECT_THROW(Router({Route{.method = "GET", .pattern = "/a", .role = {}, .handle = {}}}), Error);
}

TEST(PercentDecode, RefusesBrokenEscapesControlsAndWhatIsNoUtf8) {
  EXPECT_EQ(percent_decode("/a%20b%C3%A9"), "/a b\xc3\xa9");
  for (const char* text : {"%", "%4", "%g0", "%00", "%0a", "%1f", "%7F", "%ff", "%c3", "%c0%80", "%ed%a0%80"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

TEST(ParseQuery, KeepsOrderAndDecodes) {
  const auto pairs = parse_query("a=1&b&&a=x%20y+z&=v&c=d=e");

  ASSERT_TRUE(pairs.has_value());
  const std::vector<std::pair<std::string, std::string>> wanted = {
      {"a", "1"}, {"b", ""}, {"a", "x y z"}, {"", "v"}, {"c", "d=e"}};
  EXPECT_EQ(*pairs, wanted);
  EXPECT_EQ(parse_query("a=%"), std::nullopt);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "a=1&";
  EXPECT_EQ(parse_query(many), std::nullopt);
}

TEST(ErrorResponse, HasTheStatusOfItsKind) {
  const std::vector<std::pair<ErrorKind, int>> table = {
      {ErrorKind::kMalformed, 400},        {ErrorKind::kInvalid, 422},    {ErrorKind::kUnauthenticated, 401},
      {ErrorKind::kForbidden, 403},        {ErrorKind::kNotFound, 404},   {ErrorKind::kMethodNotAllowed, 405},
      {ErrorKind::kConflict, 409},         {ErrorKind::kTooLarge, 413},   {ErrorKind::kUnsupportedMedia, 415},
      {ErrorKind::kOverloaded, 429},       {ErrorKind::kUnavailable, 503}, {ErrorKind::kTimeout, 504},
      {ErrorKind::kInternal, 500}};
  for (const auto& [kind, status] : table) {
    const Response response = error_response(Error(kind, "a_code", "A sentence."), "id-1");

    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_EQ(response.body,
              R"({"success":false,"error":{"code":"a_code","message":"A sentence.","request_id":"id-1"},)"
              R"("type":"about:blank","title":")" +
                  std::string(reason_phrase(status)) + R"(","status":)" + std::to_string(status) +
                  R"(,"detail":"A sentence."})");
  }
}

TEST(ErrorResponse, NamesEveryWrongFieldAndNoInternals) {
  const Response response = error_response(Error(ErrorKind::kInvalid, "invalid_request", "Two fields are wrong.")
                                               .with_fields({{"/a", "must be a number"}, {"/b/0", "is \"odd\""}})
                                               .with_log("secret detail"),
                                           "id");

  EXPECT_NE(response.body.find(
                R"("details":[{"pointer":"/a","message":"must be a number"},{"pointer":"/b/0","message":"is \"odd\""}])"),
            std::string::npos);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(ErrorResponse, SaysWhenToComeBackAndHowToAuthenticate) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const auto headers = [](Error error) { return error_response(error, "id").headers; };

  EXPECT_EQ(headers(Error(ErrorKind::kOverloaded, "c", "m")), (Headers{{"Retry-After", "1"}}));
  EXPECT_EQ(headers(Error(ErrorKind::kUnavailable, "c", "m").with_retry_after_s(7)), (Headers{{"Retry-After", "7"}}));
  EXPECT_EQ(headers(Error(ErrorKind::kUnauthenticated, "c", "m")),
            (Headers{{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}));
  EXPECT_EQ(headers(Error(ErrorKind::kInvalid, "c", "m")), Headers());
}

}  // namespace
}  // namespace rapport::http
