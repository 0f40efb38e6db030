#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "support/api_test.h"

namespace rapport::testing {
namespace {

class SendTime : public ApiTest {
 protected:
  HttpAnswer ask(const std::string& body) {
    if (!viewer_) viewer_.emplace(client());
    return viewer_->post(std::string(kEngagement) + "/optimal-time", body);
  }

 private:
  std::optional<HttpClient> viewer_;
};

TEST_F(SendTime, TriesAllHoursWhenNoneAreNamedAndPicksTheBest) {
  const Json data = data_of(ask(R"({"contact_data": {"past_open_rate": 0.65, "preferred_contact_hour": 14}})"));

  const auto& hours = data.at("all_hours").as_array();
  ASSERT_EQ(hours.size(), 24U);
  double best = -1;
  std::int64_t best_hour = -1;
  for (std::size_t i = 0; i < hours.size(); ++i) {
    EXPECT_EQ(hours[i].at("hour"), i);
    const double prob = hours[i].at("engagement_probability").to_number<double>();
    if (prob > best) {
      best = prob;
      best_hour = static_cast<std::int64_t>(i);
    }
  }
  EXPECT_EQ(data.at("optimal_hour"), best_hour);
  EXPECT_EQ(data.at("max_engagement_probability").to_number<double>(), best);
  EXPECT_EQ(data.at("optimal_time").as_string().size(), 5U);
}

TEST_F(SendTime, HonoursTheHoursAndTheirOrder) {
  const Json data = data_of(ask(R"({"contact_data": {"past_open_rate": 0.65}, "hours_to_test": [17, 9, 12]})"));

  ASSERT_EQ(data.at("all_hours").as_array().size(), 3U);
  EXPECT_EQ(data.at("all_hours").at(0).at("hour"), 17);
  EXPECT_EQ(data.at("all_hours").at(1).at("hour"), 9);
}

TEST_F(SendTime, SaysWhetherTheHoursAreLocal) {
  EXPECT_EQ(data_of(ask(R"({"contact_data": {"past_open_rate": 0.6, "timezone_offset": -5}})")).at("hours_are"),
            "local");
  EXPECT_EQ(data_of(ask(R"({"contact_data": {"past_open_rate": 0.6}})")).at("hours_are"), "as given");
  EXPECT_EQ(data_of(ask(R"({"contact_id": "c000001"})")).at("hours_are"), "local");
}

TEST_F(SendTime, RefusesHoursThatAreNone) {
  const auto body = [](const char* hours) {
    return std::string(R"({"contact_data": {"past_open_rate": 0.6}, "hours_to_test": )") + hours + "}";
  };
  EXPECT_EQ(pointers_of(ask(body("[9, 24]"))), std::vector<std::string>{"/hours_to_test/1"});
  EXPECT_EQ(pointers_of(ask(body("[-1]"))), std::vector<std::string>{"/hours_to_test/0"});
  EXPECT_EQ(pointers_of(ask(body("[9, 10, 9]"))), std::vector<std::string>{"/hours_to_test/2"});
  EXPECT_EQ(pointers_of(ask(body("[9.5]"))), std::vector<std::string>{"/hours_to_test/0"});
  EXPECT_EQ(pointers_of(ask(body("[\"9\"]"))), std::vector<std::string>{"/hours_to_test/0"});
  EXPECT_EQ(pointers_of(ask(body("[]"))), std::vector<std::string>{"/hours_to_test"});
  EXPECT_EQ(pointers_of(ask(body("9"))), std::vector<std::string>{"/hours_to_test"});
}

TEST_F(SendTime, AMessageNeedsAContact) {
  const HttpAnswer answer = ask(R"({"contact_data": {"past_open_rate": 0.6}, "message": {"text": "Hi"}})");
  EXPECT_EQ(pointers_of(answer), std::vector<std::string>{"/message"});
}

TEST_F(SendTime, ThePlannedMessageChangesThePrediction) {
  HttpClient viewer = client();
  const auto predict = [&](const std::string& more) {
    return data_of(viewer.post(std::string(kEngagement) + "/predict",
                               R"({"contact_id": "c000001", "max_factors": 27, )" + more + "}"));
  };
  const Json plain = predict(R"("message": {"text": "Hello"}, "send_at": "2026-11-24T12:00:00Z")");
  const Json rich =
      predict(R"("message": {"text": "Hi {{1}}, reply YES now: https://shop.example/offer", "media_type": "image",
                               "is_campaign": true}, "send_at": "2026-11-24T12:00:00Z")");
  const Json later = predict(R"("message": {"text": "Hello"}, "send_at": "2026-11-24T20:00:00Z")");

  EXPECT_NE(plain.at("engagement_probability"), rich.at("engagement_probability"));
  EXPECT_NE(plain.at("engagement_probability"), later.at("engagement_probability"));
  expect_error(viewer.post(std::string(kEngagement) + "/predict", R"({"contact_id": "c000001", "send_at": "soon"})"),
               422, "invalid_request");
  expect_error(
      viewer.post(std::string(kEngagement) + "/predict", R"({"contact_id": "c000001", "message": {"txt": "x"}})"), 422,
      "invalid_request");
}

}  // namespace
}  // namespace rapport::testing
