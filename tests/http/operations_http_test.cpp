#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>
#include <thread>

#include "support/api_test.h"
#include "support/json_schema.h"

namespace rapport::testing {
namespace {

class Operations : public ApiTest {};

TEST_F(Operations, HealthAndProbesNeedNoTokenAndSayNothingOfATenant) {
  HttpClient anyone = server_.client();

  const Json health = data_of(anyone.get("/api/v1/ml/health"));
  EXPECT_EQ(health.at("status"), "healthy");
  EXPECT_EQ(health.at("features").at("sentiment").at("status"), "available");
  EXPECT_EQ(to_string(health.at("features").at("sentiment").at("models")),
            R"(["builtin-sentiment","builtin-emotion"])");
  EXPECT_EQ(health.at("features").at("voice").at("status"), "not_installed");
  EXPECT_EQ(anyone.get("/api/v1/ml/health").body.find("@20"), std::string::npos) << "no model version of anybody";
  EXPECT_EQ(anyone.get("/livez").status, 200);
  const HttpAnswer ready = anyone.get("/readyz");
  EXPECT_EQ(ready.status, 200) << ready.body;
  EXPECT_EQ(ready.json().at("checks").at("store"), "ok");
  EXPECT_EQ(anyone.get("/version").json().at("name"), "rapport");
}

TEST_F(Operations, StopsWithStatusZeroAfterWhatIsInFlight) {
  HttpClient analyst = client("analyst");
  HttpAnswer answer;
  std::thread request(
      [&] { answer = analyst.post("/api/v1/ml/training/train-model", R"({"model_name": "lead_scoring"})"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));

  EXPECT_EQ(server_.stop(), 0);

  request.join();
  EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(Operations, MetricsCountPredictionsAndNameNoTenant) {
  HttpClient viewer = client();
  data_of(viewer.post(std::string(kLead) + "/batch",
                      R"({"leads_data": [{"response_rate": 0.9}, {"response_rate": 0.1}]})"));
  HttpClient other = client("viewer", kOtherTenant);
  other.post(std::string(kLead) + "/predict", R"({"lead_data": {"response_rate": 0.5}})");

  const HttpAnswer metrics = viewer.get("/metrics");

  EXPECT_EQ(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const auto has = [&](const std::string& line) { return metrics.body.find(line) != std::string::npos; };
  EXPECT_TRUE(has("rapport_predictions_total{model=\"lead_scoring\",outcome=\"ok\"} 2")) << metrics.body;
  EXPECT_TRUE(has("rapport_predictions_total{model=\"lead_scoring\",outcome=\"error\"} 1")) << metrics.body;
  EXPECT_TRUE(has("rapport_build_info{"));
  EXPECT_TRUE(has("process_resident_memory_bytes"));
  EXPECT_FALSE(has(kOtherTenant + std::string("\"")));
}

TEST_F(Operations, TheDocsPageLoadsNothingAndRunsNothing) {
  HttpClient anyone = server_.client();
  const HttpAnswer page = anyone.get("/docs");

  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.header("content-security-policy").find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_EQ(page.body.find("src="), std::string::npos);
  EXPECT_NE(page.body.find("/api/v1/ml/models/lead-scoring/predict"), std::string::npos);
}

TEST_F(Operations, TheOpenApiDocumentsExamplesWorkAndTheirAnswersMeetItsSchemas) {
  HttpClient analyst = client("analyst");
  const Json document = analyst.get("/openapi.json").json();
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  std::set<std::string> ids;
  int checked = 0;
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& entry : path.value().as_object()) {
      const auto& operation = entry.value().as_object();
      SCOPED_TRACE(std::string(entry.key()) + " " + std::string(path.key()));
      EXPECT_TRUE(ids.insert(std::string(operation.at("operationId").as_string())).second) << "ids are unique";
      std::string body;
      if (const Json* request = operation.if_contains("requestBody")) {
        const Json* json_body = request->at("content").as_object().if_contains("application/json");
        if (json_body == nullptr) continue;  // forms: voice_http_test.cpp and the examples of docs/api.md send them
        const Json& media = *json_body;
        const Json* example = media.as_object().if_contains("example");
        if (example == nullptr) continue;
        EXPECT_EQ(schema_mistakes(*example, media.at("schema"), document), std::vector<std::string>{});
        body = to_string(*example);
      } else if (std::string_view(path.key()).find('{') != std::string_view::npos) {
        continue;
      }
      const Json& media = operation.at("responses").at("200").at("content");
      const Json* json = media.as_object().if_contains("application/json");
      if (json == nullptr) continue;
      const HttpAnswer answer =
          entry.key() == "post" ? analyst.post(std::string(path.key()), body) : analyst.get(std::string(path.key()));
      ++checked;
      ASSERT_EQ(answer.status, 200) << answer.body;
      EXPECT_EQ(schema_mistakes(answer.json(), json->at("schema"), document), std::vector<std::string>{});
      if (const Json* example = json->as_object().if_contains("example")) {
        EXPECT_EQ(schema_mistakes(*example, json->at("schema"), document), std::vector<std::string>{});
      }
    }
  }
  EXPECT_GE(checked, 19);
}

TEST_F(Operations, TheSchemasOfRequestsRefuseWhatTheServerRefuses) {
  HttpClient viewer = client();
  const Json document = viewer.get("/openapi.json").json();
  const Json& schema = document.at("paths")
                           .at(std::string(kLead) + "/predict")
                           .at("post")
                           .at("requestBody")
                           .at("content")
                           .at("application/json")
                           .at("schema");
  for (const char* body : {R"({"lead_data": {"response_rate": 1.5}})", R"({"lead_data": {"colour": 1}})", "{}",
                           R"({"lead_data": {"messages_sent": 1.5}})", R"({"lead_data": {"response_rate": 1}, "x": 1})",
                           R"({"lead_data": {"response_rate": 1}, "contact_id": "c"})", R"({"contact_id": ""})"}) {
    EXPECT_FALSE(schema_mistakes(parse_json_or_throw(body), schema, document).empty()) << body;
    EXPECT_EQ(viewer.post(std::string(kLead) + "/predict", body).status, 422) << body;
  }
}

}  // namespace
}  // namespace rapport::testing
