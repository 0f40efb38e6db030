#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <iostream>

#include "support/api_test.h"

namespace rapport::testing {
namespace {

class Batch : public ApiTest {};

std::string lead_rows(int count) {
  std::string body = R"({"leads_data": [)";
  for (int i = 0; i < count; ++i) {
    body += (i == 0 ? "" : ",");
    body += R"({"response_rate": )" + std::to_string(i % 101 / 100.0) + R"(, "question_count": )" +
            std::to_string(i % 9) + R"(, "messages_received": )" + std::to_string(i % 40) + "}";
  }
  return body + "]";
}

TEST_F(Batch, AnswersOneResultPerRowInOrderAndEqualToTheSinglePrediction) {
  HttpClient viewer = client();
  const Json data = data_of(
      viewer.post(std::string(kLead) + "/batch",
                  R"({"leads_data": [{"response_rate": 0.9}, {"response_rate": 0.1}, {"question_count": 4}]})"));

  EXPECT_EQ(data.at("count"), 3);
  const char* singles[] = {R"({"response_rate": 0.9})", R"({"response_rate": 0.1})", R"({"question_count": 4})"};
  for (std::size_t i = 0; i < 3; ++i) {
    Json single =
        data_of(viewer.post(std::string(kLead) + "/predict", std::string(R"({"lead_data": )") + singles[i] + "}"));
    single.get_object().erase("model_version");
    EXPECT_EQ(to_string(data.at("results").at(i)), to_string(single));
  }
}

TEST_F(Batch, WithoutExplanationHasTheSameScoresAndNoFactors) {
  HttpClient viewer = client();
  const Json with = data_of(viewer.post(std::string(kLead) + "/batch", lead_rows(50) + "}"));
  const Json without = data_of(viewer.post(std::string(kLead) + "/batch", lead_rows(50) + R"(, "explain": false})"));

  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(with.at("results").at(i).at("lead_score"), without.at("results").at(i).at("lead_score"));
    EXPECT_FALSE(without.at("results").at(i).as_object().contains("top_contributing_factors"));
  }
}

TEST_F(Batch, ChurnCountsTheCriticalAndTheHigh) {
  HttpClient viewer = client();
  std::string ids;
  for (int i = 0; i < 200; ++i) {
    const std::string digits = std::to_string(i);
    ids += (i == 0 ? "\"c" : ",\"c") + std::string(6 - digits.size(), '0') + digits + "\"";
  }
  const Json data =
      data_of(viewer.post(std::string(kChurn) + "/batch", R"({"contact_ids": [)" + ids + R"(], "explain": false})"));

  int high = 0;
  for (const Json& result : data.at("results").as_array()) {
    const auto& level = result.at("risk_level").as_string();
    high += level == "critical" || level == "high" ? 1 : 0;
  }
  EXPECT_EQ(data.at("count"), 200);
  EXPECT_EQ(data.at("high_risk_count"), high);
  EXPECT_GT(high, 0);
}

TEST_F(Batch, OneBadRowRefusesTheBatchAndIsNamedWithItsIndexAndField) {
  HttpClient viewer = client();
  const HttpAnswer answer = viewer.post(
      std::string(kLead) + "/batch",
      R"({"leads_data": [{"response_rate": 0.9}, {"response_rate": 7}, {"colour": 1}, {}, 5, {"question_count": 1}]})");

  expect_error(answer, 422, "invalid_request");
  EXPECT_EQ(pointers_of(answer), (std::vector<std::string>{"/leads_data/1/response_rate", "/leads_data/2/colour",
                                                           "/leads_data/3", "/leads_data/4"}));
}

TEST_F(Batch, AnUnknownContactRefusesTheBatchAndIsNamedWithItsIndex) {
  HttpClient viewer = client();
  const HttpAnswer answer =
      viewer.post(std::string(kChurn) + "/batch", R"({"contact_ids": ["c000001", "nobody", "c000002"]})");

  expect_error(answer, 422, "unknown_contact");
  EXPECT_EQ(pointers_of(answer), std::vector<std::string>{"/contact_ids/1"});
}

TEST_F(Batch, RefusesNoneAndTooMany) {
  HttpClient viewer = client();
  for (const char* body : {R"({"leads_data": []})", R"({"contact_ids": []})", "{}", R"({"leads_data": {}})",
                           R"({"leads_data": [{"response_rate": 1}], "contact_ids": ["c000001"]})"}) {
    expect_error(viewer.post(std::string(kLead) + "/batch", body), 422, "invalid_request");
  }
  expect_error(viewer.post(std::string(kLead) + "/batch", lead_rows(20'001) + "}"), 422, "invalid_request");
}

TEST_F(Batch, NamesAtMostAHundredMistakes) {
  HttpClient viewer = client();
  std::string body = R"({"leads_data": [)";
  for (int i = 0; i < 5000; ++i) body += std::string(i == 0 ? "" : ",") + R"({"colour": 1})";

  const HttpAnswer answer = viewer.post(std::string(kLead) + "/batch", body + "]}");

  expect_error(answer, 422, "invalid_request");
  EXPECT_EQ(pointers_of(answer).size(), 100U);
}

TEST_F(Batch, TenThousandLeadsPass) {
  HttpClient viewer = client();
  for (const char* explain : {"false", "true"}) {
    const std::string body = lead_rows(10'000) + R"(, "explain": )" + explain + "}";
    const auto start = std::chrono::steady_clock::now();
    const HttpAnswer answer = viewer.post(std::string(kLead) + "/batch", body);
    const auto elapsed = std::chrono::steady_clock::now() - start;
    std::cout << "10,000 leads, explain " << explain << ": "
              << std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count() << " ms, "
              << answer.body.size() / 1024 << " KiB\n";
    EXPECT_EQ(data_of(answer).at("count"), 10'000);
  }
}

}  // namespace
}  // namespace rapport::testing
