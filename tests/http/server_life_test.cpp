#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "support/demo_workspace.h"
#include "support/program.h"
#include "support/server_process.h"

/// The running server from outside: what every user meets, and what happens when it dies.
namespace rapport::testing {
namespace {

constexpr const char* kLead = "/api/v1/ml/models/lead-scoring/predict";
constexpr const char* kContact = "c000001";
constexpr const char* kGoodLead = R"({"lead_data":{"response_rate":0.85,"messages_received":12}})";

std::string version_in_service(const ServerProcess& server, const std::string& token) {
  return std::string(server.client(token).post(kLead, kGoodLead).json().at("data").at("model_version").as_string());
}

TEST(Server, AnswersThePredictionsOfTheContract) {
  const DemoWorkspace workspace;
  ServerProcess server(workspace.data());
  HttpClient client = server.client(workspace.token());

  const HttpAnswer lead = client.post(kLead, kGoodLead);
  const HttpAnswer churn =
      client.post("/api/v1/ml/models/churn-prediction/predict",
                  R"({"customer_data":{"days_since_last_purchase":45,"unresolved_tickets_count":1}})");
  const HttpAnswer engagement = client.post("/api/v1/ml/models/engagement-prediction/predict",
                                            R"({"engagement_data":{"past_open_rate":0.65,"is_business_hours":true}})");
  const HttpAnswer hours = client.post("/api/v1/ml/models/engagement-prediction/optimal-time",
                                       R"({"contact_data":{"past_open_rate":0.65},"hours_to_test":[9,10,11]})");

  for (const HttpAnswer* answer : {&lead, &churn, &engagement, &hours}) {
    ASSERT_EQ(answer->status, 200) << answer->body;
    EXPECT_TRUE(answer->json().at("success").as_bool());
  }
  EXPECT_TRUE(lead.json().at("data").at("lead_score").is_number());
  EXPECT_TRUE(churn.json().at("data").at("retention_recommendations").is_array());
  EXPECT_TRUE(engagement.json().at("data").at("engagement_level").is_string());
  EXPECT_EQ(hours.json().at("data").at("all_hours").as_array().size(), 3U);
}

TEST(Server, ScoresAStoredContact) {
  const DemoWorkspace workspace;
  ServerProcess server(workspace.data());

  const HttpAnswer answer =
      server.client(workspace.token()).post(kLead, R"({"contact_id":")" + std::string(kContact) + R"("})");

  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_FALSE(answer.json().at("data").at("top_contributing_factors").as_array().empty());
}

TEST(Server, RefusesEveryBadBodyWithItsStatusAndCode) {
  const DemoWorkspace workspace;
  ServerProcess server(workspace.data());
  HttpClient client = server.client(workspace.token());
  const struct {
    std::string body;
    int status;
  } cases[] = {
      {"{", 400},
      {"", 400},
      {"null", 422},
      {"[]", 422},
      {"{}", 422},
      {R"({"lead_data":{}})", 422},
      {R"({"lead_data":[]})", 422},
      {R"({"lead_data":{"response_rate":NaN}})", 400},
      {R"({"lead_data":{"response_rate":1e400}})", 400},
      {R"({"lead_data":{"response_rate":1.5}})", 422},
      {R"({"lead_data":{"response_rate":"high"}})", 422},
      {R"({"lead_data":{"messages_received":-1}})", 422},
      {R"({"lead_data":{"response_rate":0.5,"response_rate":0.6}})", 400},
      {R"({"lead_data":{"shoe_size":43}})", 422},
      {R"({"lead_data":{"response_rate":0.5},"contact_id":"c000001"})", 422},
      {R"({"contact_id":"nobody"})", 404},
      {std::string(70, '[') + std::string(70, ']'), 400},
  };
  for (const auto& [body, status] : cases) {
    const HttpAnswer answer = client.post(kLead, body);
    EXPECT_EQ(answer.status, status) << body << "\n" << answer.body;
    EXPECT_FALSE(answer.error_code().empty()) << body;
  }
}

TEST(Server, LetsNobodyInWithoutATokenThatHolds) {
  const DemoWorkspace workspace;
  ServerProcess server(workspace.data());

  EXPECT_EQ(server.client().post(kLead, kGoodLead).status, 401);
  EXPECT_EQ(server.client("eyJhbGciOiJub25lIn0.e30.").post(kLead, kGoodLead).status, 401);
  EXPECT_EQ(server.client(workspace.token() + "x").post(kLead, kGoodLead).status, 401);
  EXPECT_EQ(server.client(workspace.token("viewer")).post("/api/v1/ml/training/train-all", "{}").status, 403);
  EXPECT_EQ(server.client(workspace.token("viewer")).get(kLead).status, 405);
  EXPECT_EQ(server.client().get("/livez").status, 200);
  EXPECT_EQ(server.client().get("/readyz").status, 200);
  EXPECT_EQ(server.client().get("/api/v1/ml/health").status, 200);
}

TEST(Server, AnswersAnotherTenantAsIfNothingWereThere) {
  const DemoWorkspace workspace;
  ServerProcess server(workspace.data());
  HttpClient stranger = server.client(workspace.token("admin", kOtherTenant));

  EXPECT_EQ(stranger.post(kLead, kGoodLead).error_code(), "model_not_trained");
  EXPECT_EQ(stranger.post(kLead, R"({"contact_id":")" + std::string(kContact) + R"("})").status,
            stranger.post(kLead, R"({"contact_id":"no-such-contact"})").status);
}

TEST(Server, TakesUpAModelThatTheCommandLineTrainedWhileItRuns) {
  const DemoWorkspace workspace;
  ServerProcess server(workspace.data());
  const std::string before = version_in_service(server, workspace.token());

  ASSERT_EQ(run_program({"train", "lead_scoring", "--data", workspace.data()}).exit_status, 0);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const std::string after = version_in_service(server, workspace.token());
  ASSERT_EQ(run_program({"models", "rollback", "lead_scoring", "--data", workspace.data()}).exit_status, 0);
  std::this_thread::sleep_for(std::chrono::seconds(1));

  EXPECT_NE(after, before);
  EXPECT_EQ(version_in_service(server, workspace.token()), before);
}

TEST(Server, KeepsTheOldChampionWhenItIsKilledDuringTraining) {
  const DemoWorkspace workspace;
  const std::string token = workspace.token("analyst");
  std::string before;
  {
    ServerProcess server(workspace.data());
    before = version_in_service(server, token);
    const HttpAnswer job = server.client(token).post("/api/v1/ml/training/train-model",
                                                     R"({"model_name":"lead_scoring"})", {{"Prefer", "respond-async"}});
    ASSERT_EQ(job.status, 202) << job.body;
    server.kill();
  }

  ServerProcess again(workspace.data());

  EXPECT_EQ(again.client().get("/readyz").status, 200);
  EXPECT_EQ(version_in_service(again, token), before);
}

TEST(Server, StopsCleanlyWhenItIsAsked) {
  const DemoWorkspace workspace;
  ServerProcess server(workspace.data());

  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace rapport::testing
