#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>

#include "support/api_test.h"

namespace rapport::testing {
namespace {

class Predict : public ApiTest {};

double number(const Json& object, const char* name) {
  return object.at(name).to_number<double>();
}

double sum_of_contributions(const Json& data, const char* factors) {
  double sum = number(data, "base_value");
  for (const Json& factor : data.at(factors).as_array()) sum += number(factor, "contribution");
  return sum;
}

TEST_F(Predict, LeadScoreIsTheBasePlusAllContributionsCutToItsRange) {
  HttpClient viewer = client();
  const Json data =
      data_of(viewer.post(std::string(kLead) + "/predict",
                          R"({"lead_data": {"response_rate": 0.6, "question_count": 3}, "max_factors": 24})"));

  const double sum = sum_of_contributions(data, "top_contributing_factors");
  // Twenty-five numbers rounded to millionths, and the trees' own sum, which is XGBoost's in 32 bits: 4e-6 a step
  // at 60.
  EXPECT_NEAR(number(data, "lead_score"), std::min(100.0, std::max(0.0, sum)), 1e-4);
}

TEST_F(Predict, ChurnProbabilityIsTheBasePlusAllContributions) {
  HttpClient viewer = client();
  const Json data = data_of(viewer.post(std::string(kChurn) + "/predict",
                                        R"({"customer_data": {"days_since_last_purchase": 90}, "max_factors": 32})"));

  EXPECT_NEAR(number(data, "churn_probability"), sum_of_contributions(data, "top_risk_factors"), 2e-5);
  EXPECT_FALSE(data.at("retention_recommendations").as_array().empty());
}

TEST_F(Predict, EngagementLogOddsAreTheBasePlusAllContributions) {
  HttpClient viewer = client();
  const Json data = data_of(viewer.post(
      std::string(kEngagement) + "/predict",
      R"({"engagement_data": {"past_open_rate": 0.4, "hour_of_day": 10, "has_link": true}, "max_factors": 27})"));

  const double prob = number(data, "engagement_probability");
  EXPECT_NEAR(std::log(prob / (1 - prob)), sum_of_contributions(data, "top_contributing_factors"), 1e-4);
}

TEST_F(Predict, NamesAsManyFactorsAsAskedForStrongestFirst) {
  HttpClient viewer = client();
  const std::string body = R"({"contact_id": "c000001", "max_factors": )";
  EXPECT_TRUE(
      data_of(viewer.post(std::string(kChurn) + "/predict", body + "0}")).at("top_risk_factors").as_array().empty());

  const Json data = data_of(viewer.post(std::string(kChurn) + "/predict", body + "4}"));
  const auto& factors = data.at("top_risk_factors").as_array();
  ASSERT_EQ(factors.size(), 4U);
  for (std::size_t i = 1; i < factors.size(); ++i) {
    EXPECT_GE(std::fabs(number(factors[i - 1], "contribution")), std::fabs(number(factors[i], "contribution")));
  }
  expect_error(viewer.post(std::string(kChurn) + "/predict", body + "33}"), 422, "invalid_request");
}

TEST_F(Predict, AMissingFeatureIsMissingAndNotZero) {
  HttpClient viewer = client();
  const std::string path = std::string(kLead) + "/predict";
  const auto score = [&](const char* body) { return number(data_of(viewer.post(path, body)), "lead_score"); };

  const double absent = score(R"({"lead_data": {"question_count": 2}})");

  EXPECT_EQ(absent, score(R"({"lead_data": {"question_count": 2, "response_rate": null}})"));
  EXPECT_NE(absent, score(R"({"lead_data": {"question_count": 2, "response_rate": 0}})"));
}

TEST_F(Predict, ScoresAStoredContactAsOfNow) {
  HttpClient viewer = client();
  for (const char* model : {kLead, kChurn, kEngagement}) {
    const HttpAnswer answer = viewer.post(std::string(model) + "/predict", R"({"contact_id": "c000001"})");
    data_of(answer);
    EXPECT_NE(answer.header("x-rapport-model").find('@'), std::string::npos);
    expect_error(viewer.post(std::string(model) + "/predict", R"({"contact_id": "nobody"})"), 404, "unknown_contact");
  }
}

TEST_F(Predict, AnotherTenantsContactAnswersLikeOneThatDoesNotExist) {
  HttpClient other = client("viewer", kOtherTenant);
  const HttpAnswer theirs = other.post(std::string(kLead) + "/predict", R"({"contact_id": "c000001"})");
  const HttpAnswer nobodys = other.post(std::string(kLead) + "/predict", R"({"contact_id": "nobody"})");

  EXPECT_EQ(theirs.status, nobodys.status);
  EXPECT_EQ(theirs.error_code(), nobodys.error_code());
}

TEST_F(Predict, AnUntrainedModelSaysWhatMendsIt) {
  HttpClient other = client("viewer", kOtherTenant);
  const HttpAnswer answer = other.post(std::string(kLead) + "/predict", R"({"lead_data": {"response_rate": 0.5}})");

  expect_error(answer, 503, "model_not_trained");
  EXPECT_NE(answer.body.find("rapport train lead_scoring"), std::string::npos);
}

struct BadBody {
  const char* body;
  int status;
  const char* pointer;
};

TEST_F(Predict, ABadBodyIsRefusedByNameOfTheField) {
  HttpClient viewer = client();
  const std::vector<BadBody> bad = {
      {R"({"lead_data": {"response_rate": 1.01}})", 422, "/lead_data/response_rate"},
      {R"({"lead_data": {"response_rate": -0.1}})", 422, "/lead_data/response_rate"},
      {R"({"lead_data": {"response_rate": "0.5"}})", 422, "/lead_data/response_rate"},
      {R"({"lead_data": {"response_rate": true}})", 422, "/lead_data/response_rate"},
      {R"({"lead_data": {"response_rate": [0.5]}})", 422, "/lead_data/response_rate"},
      {R"({"lead_data": {"messages_sent": -3}})", 422, "/lead_data/messages_sent"},
      {R"({"lead_data": {"messages_sent": 2.5}})", 422, "/lead_data/messages_sent"},
      {R"({"lead_data": {"preferred_contact_hour": 24}})", 422, "/lead_data/preferred_contact_hour"},
      {R"({"lead_data": {"response_rat": 0.5}})", 422, "/lead_data/response_rat"},
      {R"({"lead_data": {"lead_score": 50}})", 422, "/lead_data/lead_score"},
      {R"({"lead_data": {"a/b~c": 1}})", 422, "/lead_data/a~1b~0c"},
      {R"({"lead_data": {}})", 422, "/lead_data"},
      {R"({"lead_data": {"response_rate": null}})", 422, "/lead_data"},
      {R"({"lead_data": []})", 422, "/lead_data"},
      {R"({"lead_data": null})", 422, "/lead_data"},
      {R"({})", 422, "/lead_data"},
      {R"([])", 422, ""},
      {R"({"lead_data": {"response_rate": 0.5}, "contact_id": "c1"})", 422, "/contact_id"},
      {R"({"lead_data": {"response_rate": 0.5}, "leed": 1})", 422, "/leed"},
      {R"({"contact_id": ""})", 422, "/contact_id"},
      {R"({"contact_id": 7})", 422, "/contact_id"},
      {R"({"contact_id": "a\u0000b"})", 422, "/contact_id"},
      {R"({"lead_data": {"response_rate": 1e400}})", 400, ""},
      {R"({"lead_data": {"response_rate": NaN}})", 400, ""},
      {R"({"lead_data": {"response_rate": 1, "response_rate": 0}})", 400, ""},
      {R"({"lead_data": {"response_rate": 0.5}})"
       "{}",
       400, ""},
      {"", 400, ""},
      {"\xff\xfe", 400, ""}};
  for (const BadBody& request : bad) {
    SCOPED_TRACE(request.body);
    const HttpAnswer answer = viewer.post(std::string(kLead) + "/predict", request.body);

    expect_error(answer, request.status, request.status == 400 ? "malformed_json" : "invalid_request");
    if (request.status == 422) {
      EXPECT_EQ(pointers_of(answer), std::vector<std::string>{request.pointer}) << answer.body;
    }
  }
}

TEST_F(Predict, NamesAllMistakesAtOnce) {
  HttpClient viewer = client();
  const HttpAnswer answer = viewer.post(std::string(kLead) + "/predict",
                                        R"({"lead_data": {"response_rate": 2, "colour": 1}, "extra": true})");

  expect_error(answer, 422, "invalid_request");
  EXPECT_EQ(pointers_of(answer), (std::vector<std::string>{"/extra", "/lead_data/response_rate", "/lead_data/colour"}));
}

TEST_F(Predict, FeatureImportanceNamesEveryFeatureLargestFirstAndSumsToOne) {
  HttpClient viewer = client();
  const std::vector<std::pair<const char*, std::size_t>> models = {{kLead, 24}, {kChurn, 32}, {kEngagement, 27}};
  for (const auto& [model, count] : models) {
    const Json data = data_of(viewer.get(std::string(model) + "/feature-importance"));
    const auto& importance = data.at("feature_importance").as_object();
    EXPECT_EQ(importance.size(), count);
    double sum = 0;
    double previous = 1;
    for (const auto& entry : importance) {
      const double share = entry.value().to_number<double>();
      EXPECT_LE(share, previous);
      previous = share;
      sum += share;
    }
    EXPECT_NEAR(sum, 1, 2e-5);
  }
}

}  // namespace
}  // namespace rapport::testing
