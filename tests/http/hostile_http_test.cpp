#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "support/api_test.h"

namespace rapport::testing {
namespace {

/// One operation of the OpenAPI document, its path's names filled in.
struct Operation {
  std::string method;
  std::string path;
  std::string role;  ///< empty: public
  bool reads_body = false;
  bool reads_form = false;  ///< multipart/form-data, not JSON
  std::size_t max_body_bytes = 0;
};

class Hostile : public ApiTest {
 protected:
  std::vector<Operation> operations() {
    HttpClient anyone = server_.client();
    std::vector<Operation> all;
    const Json document = anyone.get("/openapi.json").json();
    for (const auto& path : document.at("paths").as_object()) {
      for (const auto& entry : path.value().as_object()) {
        const auto& fields = entry.value().as_object();
        Operation operation{entry.key() == "post" ? "POST" : "GET", std::string(path.key()), "",
                            fields.contains("requestBody")};
        operation.reads_form =
            operation.reads_body && fields.at("requestBody").at("content").as_object().contains("multipart/form-data");
        if (const Json* role = fields.if_contains("x-role")) operation.role = std::string(role->as_string());
        if (const Json* max = fields.if_contains("x-max-body-bytes"))
          operation.max_body_bytes = max->to_number<std::size_t>();
        replace(operation.path, "{id}", "019a0000-0000-7000-8000-000000000000");
        replace(operation.path, "{model}", "lead-scoring");
        replace(operation.path, "{voice_model}", "whisper-1");
        all.push_back(operation);
      }
    }
    EXPECT_GE(all.size(), 26U);
    return all;
  }

  static void replace(std::string& text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    if (at != std::string::npos) text.replace(at, what.size(), by);
  }

  static HttpAnswer send(HttpClient& who, const Operation& operation, const std::string& body) {
    return send(who, operation, body,
                {{"Content-Type", operation.reads_form ? "multipart/form-data; boundary=b" : "application/json"}});
  }
  static HttpAnswer send(HttpClient& who, const Operation& operation, const std::string& body, HttpHeaders headers) {
    return who.request(operation.method, operation.path, body, headers);
  }

  /// An error answer of ours in its whole form.
  static void expect_whole_error(const HttpAnswer& answer, const std::string& path) {
    const Json json = answer.json();
    if (path.starts_with("/v1/")) {  // OpenAI's form
      EXPECT_FALSE(json.at("error").at("message").as_string().empty());
      EXPECT_FALSE(json.at("error").at("type").as_string().empty());
      return;
    }
    EXPECT_EQ(json.at("success"), false);
    EXPECT_FALSE(json.at("error").at("message").as_string().empty());
    EXPECT_EQ(json.at("error").at("request_id").as_string(), answer.header("x-request-id").c_str());
    EXPECT_EQ(json.at("status"), answer.status);
  }
};

TEST_F(Hostile, NoRouteButThePublicOnesAnswersWithoutAToken) {
  HttpClient nobody = server_.client();
  const std::string good = workspace_.token("admin");
  for (const Operation& operation : operations()) {
    SCOPED_TRACE(operation.method + " " + operation.path);
    if (operation.role.empty()) {
      EXPECT_EQ(send(nobody, operation, "").status, 200);
      continue;
    }
    for (const std::string& authorization :
         {std::string(), std::string("Bearer"), std::string("Bearer x.y.z"), "Basic " + good, "Bearer " + good + "x",
          "Bearer " + good.substr(0, good.rfind('.') + 1),
          std::string("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")}) {
      const HttpAnswer answer = send(nobody, operation, "{}", {{"Authorization", authorization}});
      EXPECT_EQ(answer.status, 401) << authorization.substr(0, 30);
      EXPECT_TRUE(answer.header("www-authenticate").starts_with("Bearer"));
      expect_whole_error(answer, operation.path);
    }
  }
}

TEST_F(Hostile, EveryRouteAsksForItsRole) {
  HttpClient viewer = client("viewer");
  HttpClient analyst = client("analyst");
  for (const Operation& operation : operations()) {
    SCOPED_TRACE(operation.method + " " + operation.path);
    if (operation.role == "analyst" || operation.role == "admin") {
      EXPECT_EQ(send(viewer, operation, "{}").status, 403);
    }
    if (operation.role == "admin") {
      EXPECT_EQ(send(analyst, operation, "{}").status, 403);
    }
  }
}

TEST_F(Hostile, EveryRouteNamesItsMethods) {
  HttpClient admin = client("admin");
  for (const Operation& operation : operations()) {
    for (const char* method : {"GET", "POST", "PUT", "DELETE", "PATCH"}) {
      if (method == operation.method) continue;
      SCOPED_TRACE(std::string(method) + " " + operation.path);
      const HttpAnswer answer = admin.request(method, operation.path, "{}", {});
      EXPECT_EQ(answer.status, 405);
      EXPECT_NE(answer.header("allow").find(operation.method), std::string::npos) << answer.header("allow");
    }
  }
}

TEST_F(Hostile, NoBodyMakesAnyRouteFail) {
  HttpClient admin = client("admin");
  std::string deep(5000, '[');
  std::string deep_object;
  for (int i = 0; i < 65; ++i) deep_object += "{\"a\":";
  const std::vector<std::string> bodies = {"",
                                           " ",
                                           "{",
                                           "}",
                                           "null",
                                           "[]",
                                           "7",
                                           "\"x\"",
                                           "{\"a\":1,\"a\":2}",
                                           "{\"a\":1e400}",
                                           "{\"a\":NaN}",
                                           "{\"a\":-Infinity}",
                                           "{\"a\":\"\xff\"}",
                                           "{\"a\":\"\\ud800\"}",
                                           "\xef\xbb\xbf{}",
                                           "{}x",
                                           "{'a':1}",
                                           "{\"a\":1,}",
                                           "{\"unknown\":1}",
                                           deep,
                                           deep_object,
                                           std::string(3, '\0'),
                                           "{\"lead_data\":{\"response_rate\":1e-400}}",
                                           "{\"leads_data\":[null]}",
                                           "{\"customers_data\":[[]]}",
                                           "{\"hours_to_test\":7}"};
  for (const Operation& operation : operations()) {
    if (!operation.reads_body) continue;
    for (const std::string& body : bodies) {
      const HttpAnswer answer = send(admin, operation, body);
      SCOPED_TRACE(operation.path + " " + body.substr(0, 40) + " " + answer.body.substr(0, 300));
      const bool empty_is_fine = body.empty() && answer.status != 400;  // train-all, rollback
      if (empty_is_fine) continue;
      EXPECT_TRUE(answer.status == 400 || answer.status == 422 ||
                  (answer.status == 200 && body.find("1e-400") != body.npos))
          << answer.status;
    }
  }
}

TEST_F(Hostile, OnlyJsonIsReadAndOnlySoMuchOfIt) {
  HttpClient admin = client("admin");
  for (const Operation& operation : operations()) {
    if (!operation.reads_body) continue;
    SCOPED_TRACE(operation.path);
    EXPECT_EQ(send(admin, operation, "{}", {{"Content-Type", "text/plain"}}).status, 415);
    EXPECT_EQ(send(admin, operation, "{}", {{"Content-Type", "application/x-www-form-urlencoded"}}).status, 415);
    const std::string large(operation.max_body_bytes + 1, ' ');
    EXPECT_EQ(send(admin, operation, large).status, 413);
  }
}

TEST_F(Hostile, UnknownPathsAndParametersAreNamed) {
  HttpClient admin = client("admin");
  for (const char* path : {"/", "/api", "/api/v1/ml", "/api/v1/ml/nothing", "/api/v1/ml/models/lead-scoring/predict/",
                           "/api/v1/ml/models//promote", "/api/v1/ml/models/lead-scoring", "/docs/x", "/.env"}) {
    EXPECT_EQ(admin.get(path).status, 404) << path;
  }
  expect_error(admin.get("/api/v1/ml/models?colour=red"), 422, "invalid_request");
  expect_error(admin.get("/api/v1/ml/models?limit=1&limit=2"), 422, "invalid_request");
  expect_error(admin.get("/api/v1/ml/models?limit=0"), 422, "invalid_request");
  expect_error(admin.get("/api/v1/ml/models?limit=1e3"), 422, "invalid_request");
  expect_error(admin.get("/api/v1/ml/models?model=weather"), 422, "invalid_request");
  expect_error(admin.get("/api/v1/ml/training/status?x=1"), 422, "invalid_request");
}

TEST_F(Hostile, AnotherTenantSeesNothingOfTheDemoTenantOnAnyRoute) {
  HttpClient admin = client("admin");
  HttpClient other = client("admin", kOtherTenant);
  const HttpAnswer job =
      admin.post("/api/v1/ml/training/train-model", R"({"model_name": "lead_scoring"})", {{"Prefer", "respond-async"}});
  const std::string version(
      data_of(admin.get(std::string(kChurn) + "/feature-importance")).at("model_version").as_string());
  const std::vector<std::string> bodies = {R"({"contact_id": "c000001"})", R"({"contact_ids": ["c000001"]})",
                                           R"({"version": ")" + version + "\"}"};
  for (const Operation& operation : operations()) {
    if (operation.role.empty()) continue;
    for (const std::string& body : bodies) {
      const HttpAnswer answer = send(other, operation, body);
      SCOPED_TRACE(operation.path + " " + answer.body.substr(0, 300));
      EXPECT_EQ(answer.body.find(version), std::string::npos);
      EXPECT_EQ(answer.body.find("\"sha256\""), std::string::npos);
      if (operation.reads_body) {
        EXPECT_GE(answer.status, 400);
      }
    }
  }
  EXPECT_EQ(other.get(job.header("location")).status, 404);
}

}  // namespace
}  // namespace rapport::testing
