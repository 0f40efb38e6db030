#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "support/api_test.h"

namespace rapport::testing {
namespace {

class Training : public ApiTest {
 protected:
  static constexpr const char* kTrain = "/api/v1/ml/training/train-model";

  std::string version_in_service(HttpClient& who, const char* model = kLead) {
    return std::string(data_of(who.get(std::string(model) + "/feature-importance")).at("model_version").as_string());
  }

  /// Polls a job until it is finished.
  Json finished_job(HttpClient& who, const std::string& location) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (true) {
      Json job = data_of(who.get(location));
      const auto& status = job.at("status").as_string();
      if ((status != "queued" && status != "running") || std::chrono::steady_clock::now() > deadline) return job;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
};

TEST_F(Training, PutsTheNewVersionIntoServiceAtOnce) {
  HttpClient analyst = client("analyst");
  const std::string before = version_in_service(analyst);

  const Json data =
      data_of(analyst.post(kTrain, R"({"model_name": "lead_scoring", "hyperparameters": {"n_estimators": 20}})"));

  EXPECT_EQ(data.at("success"), true);
  const std::string version(data.at("metadata").at("version").as_string());
  EXPECT_NE(version, before);
  EXPECT_EQ(version_in_service(analyst), version);
  EXPECT_EQ(data_of(analyst.get("/api/v1/ml/training/status")).at("lead_scoring").at("metadata").at("version"),
            version.c_str());
}

TEST_F(Training, IsRepeatableBySeed) {
  HttpClient analyst = client("analyst");
  const auto metrics = [&](const char* seed) {
    const std::string body = std::string(R"({"model_name": "churn_prediction", "seed": )") + seed + "}";
    return to_string(data_of(analyst.post(kTrain, body)).at("metrics"));
  };
  const std::string first = metrics("5");

  EXPECT_EQ(metrics("5"), first);
}

TEST_F(Training, RefusesUnknownModelsAndHyperparametersByName) {
  HttpClient analyst = client("analyst");
  const auto pointers = [&](const char* body) {
    const HttpAnswer answer = analyst.post(kTrain, body);
    EXPECT_EQ(answer.status, 422) << answer.body;
    return pointers_of(answer);
  };
  EXPECT_EQ(pointers(R"({"model_name": "weather"})"), std::vector<std::string>{"/model_name"});
  EXPECT_EQ(pointers(R"({"model_name": 7})"), std::vector<std::string>{"/model_name"});
  EXPECT_EQ(pointers("{}"), std::vector<std::string>{"/model_name"});
  EXPECT_EQ(pointers(R"({"model_name": "lead_scoring", "hyperparameters": {"trees": 5}})"),
            std::vector<std::string>{"/hyperparameters/trees"});
  EXPECT_EQ(pointers(R"({"model_name": "lead_scoring", "hyperparameters": {"max_depth": 0}})"),
            std::vector<std::string>{"/hyperparameters/max_depth"});
  EXPECT_EQ(pointers(R"({"model_name": "lead_scoring", "hyperparameters": []})"),
            std::vector<std::string>{"/hyperparameters"});
  EXPECT_EQ(pointers(R"({"model_name": "lead_scoring", "seed": -1})"), std::vector<std::string>{"/seed"});
  const HttpAnswer unknown = analyst.post(kTrain, R"({"model_name": "weather"})");
  EXPECT_NE(unknown.body.find("churn_prediction"), std::string::npos) << "the known names are said";
}

TEST_F(Training, TooLittleDataIsAnErrorForOneModelAndAnOutcomeForAll) {
  HttpClient other = client("analyst", kOtherTenant);

  expect_error(other.post(kTrain, R"({"model_name": "lead_scoring"})"), 409, "insufficient_training_data");

  const Json all = data_of(other.post("/api/v1/ml/training/train-all", ""));
  EXPECT_EQ(all.at("total_models"), 3);
  EXPECT_EQ(all.at("successful"), 0);
  EXPECT_EQ(all.at("failed"), 3);
  EXPECT_EQ(all.at("models").at("lead_scoring").at("success"), false);
  EXPECT_EQ(all.at("models").at("lead_scoring").at("error").at("code"), "insufficient_training_data");
  const Json status = data_of(other.get("/api/v1/ml/training/status"));
  EXPECT_EQ(status.at("lead_scoring").at("trained"), false);
  EXPECT_TRUE(status.at("lead_scoring").at("metadata").as_object().empty());
}

TEST_F(Training, AnswersAtOnceWhenAskedToAndTellsHowTheJobGoes) {
  HttpClient analyst = client("analyst");
  const HttpAnswer accepted =
      analyst.post(kTrain, R"({"model_name": "lead_scoring"})", {{"Prefer", "wait=5, Respond-Async"}});

  const Json queued = data_of(accepted, 202);
  const std::string location = accepted.header("location");
  EXPECT_EQ(location, "/api/v1/ml/jobs/" + std::string(queued.at("id").as_string()));
  const Json job = finished_job(analyst, location);
  EXPECT_EQ(job.at("status"), "succeeded");
  EXPECT_EQ(job.at("progress").to_number<double>(), 1);
  EXPECT_EQ(job.at("result").at("models").at("lead_scoring").at("success"), true);

  HttpClient other = client("admin", kOtherTenant);
  expect_error(other.get(location), 404, "unknown_job");
  expect_error(analyst.get("/api/v1/ml/jobs/none"), 404, "unknown_job");
}

TEST_F(Training, NeedsTheRole) {
  HttpClient viewer = client("viewer");
  HttpClient analyst = client("analyst");

  EXPECT_EQ(viewer.post(kTrain, R"({"model_name": "lead_scoring"})").status, 403);
  EXPECT_EQ(viewer.post("/api/v1/ml/training/train-all", "").status, 403);
  EXPECT_EQ(analyst.post(std::string(kLead) + "/rollback", "").status, 403);
  EXPECT_EQ(analyst.post(std::string(kLead) + "/promote", R"({"version": "x"})").status, 403);
}

TEST_F(Training, RollsBackAndPromotes) {
  HttpClient admin = client("admin");
  const std::string first = version_in_service(admin);
  expect_error(admin.post(std::string(kLead) + "/rollback", ""), 409, "no_previous_version");
  data_of(admin.post(kTrain, R"({"model_name": "lead_scoring", "hyperparameters": {"n_estimators": 10}})"));
  const std::string second = version_in_service(admin);

  EXPECT_EQ(data_of(admin.post(std::string(kLead) + "/rollback", "{}")).at("version"), first.c_str());
  EXPECT_EQ(version_in_service(admin), first);

  const std::string body = R"({"version": ")" + second + "\"}";
  EXPECT_EQ(data_of(admin.post(std::string(kLead) + "/promote", body)).at("version"), second.c_str());
  EXPECT_EQ(version_in_service(admin), second);

  expect_error(admin.post(std::string(kLead) + "/promote", R"({"version": "lead_scoring@2020-01-01.1"})"), 404,
               "unknown_model_version");
  expect_error(admin.post(std::string(kChurn) + "/promote", body), 422, "invalid_request");
  expect_error(admin.post("/api/v1/ml/models/weather/promote", body), 404, "unknown_model");
  const Json list = data_of(admin.get("/api/v1/ml/models?model=lead_scoring&limit=1"));
  EXPECT_EQ(list.at("count"), 1);
  EXPECT_EQ(list.at("total"), 2);
  EXPECT_EQ(list.at("models").at(0).at("version"), second.c_str());
}

TEST_F(Training, AnotherTenantCannotPromoteOrSeeAVersion) {
  HttpClient admin = client("admin");
  HttpClient other = client("admin", kOtherTenant);
  const std::string body = R"({"version": ")" + version_in_service(admin) + "\"}";

  expect_error(other.post(std::string(kLead) + "/promote", body), 404, "unknown_model_version");
  EXPECT_EQ(data_of(other.get("/api/v1/ml/models")).at("total"), 0);
}

TEST_F(Training, ByCommandLineReachesTheRunningServerWithinASecond) {
  HttpClient viewer = client();
  const std::string before = version_in_service(viewer);

  const ProgramResult trained =
      run_program({"train", "lead_scoring", "--data", workspace_.data(), "--set", "n_estimators=10"});
  ASSERT_EQ(trained.exit_status, 0) << trained.output << trained.errors;

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  std::string after = version_in_service(viewer);
  while (after == before && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    after = version_in_service(viewer);
  }
  EXPECT_NE(after, before);
}

TEST_F(Training, TheServerAnswersMeanwhile) {
  HttpClient analyst = client("analyst");
  HttpClient viewer = client();
  const HttpAnswer accepted = analyst.post("/api/v1/ml/training/train-all", "", {{"Prefer", "respond-async"}});

  int answered = 0;
  while (true) {
    const Json job = data_of(viewer.get(accepted.header("location")));
    if (job.at("status") == "succeeded" || job.at("status") == "failed") break;
    data_of(viewer.post(std::string(kLead) + "/predict", R"({"contact_id": "c000001"})"));
    ++answered;
  }
  EXPECT_GT(answered, 5);
}

TEST_F(Training, KilledInTheMiddleLeavesTheOldChampionAndIsTakenUpAgain) {
  const DemoWorkspace workspace;
  const std::vector<std::pair<std::string, std::string>> short_lease = {{"RAPPORT_JOBS_LEASE_MS", "2000"}};
  ServerProcess server(workspace.data(), {}, short_lease);
  const std::string token = workspace.token("analyst");
  HttpClient analyst = server.client(token);
  const std::string before = version_in_service(analyst);
  const HttpAnswer accepted = analyst.post("/api/v1/ml/training/train-all", "", {{"Prefer", "respond-async"}});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (data_of(analyst.get(accepted.header("location"))).at("status") == "queued" &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  server.kill();
  ServerProcess restarted(workspace.data(), {}, short_lease);

  HttpClient again = restarted.client(token);
  EXPECT_EQ(version_in_service(again), before);
  EXPECT_EQ(data_of(again.get("/api/v1/ml/models")).at("total"), 3) << "nothing half-published";
  const Json job = finished_job(again, accepted.header("location"));
  EXPECT_EQ(job.at("status"), "succeeded") << to_string(job);
  EXPECT_EQ(job.at("attempts"), 2);
  EXPECT_NE(version_in_service(again), before);
}

}  // namespace
}  // namespace rapport::testing
