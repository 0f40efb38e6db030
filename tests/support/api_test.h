#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/demo_workspace.h"
#include "support/fake_libretranslate.h"
#include "support/http_client.h"
#include "support/server_process.h"

namespace rapport::testing {

/// A server over a copy of the demo workspace, with a translation service of the test's own, and clients with tokens of
/// each role.
class ApiTest : public ::testing::Test {
 protected:
  /// `environment` of the server.
  explicit ApiTest(std::vector<std::pair<std::string, std::string>> environment = {})
      : server_(workspace_.data(), {}, with_translation(std::move(environment))) {}

  static constexpr const char* kLead = "/api/v1/ml/models/lead-scoring";
  static constexpr const char* kChurn = "/api/v1/ml/models/churn-prediction";
  static constexpr const char* kEngagement = "/api/v1/ml/models/engagement-prediction";
  static constexpr const char* kContact = "c000001";  ///< is there in every demo workspace of this size

  HttpClient client(const std::string& role = "viewer", const std::string& tenant = kDemoTenant) {
    return server_.client(workspace_.token(role, tenant));
  }

  /// "data" of an answer that must be a success.
  static Json data_of(const HttpAnswer& answer, int status = 200) {
    EXPECT_EQ(answer.status, status) << answer.body.substr(0, 2000);
    const auto document = parse_json(answer.body);
    const Json* json = std::get_if<Json>(&document);
    const Json* data = json != nullptr && json->is_object() ? json->get_object().if_contains("data") : nullptr;
    EXPECT_NE(data, nullptr) << answer.body.substr(0, 2000);
    return data == nullptr ? Json() : *data;
  }

  /// The pointers in "details" of an error answer.
  static std::vector<std::string> pointers_of(const HttpAnswer& answer) {
    std::vector<std::string> pointers;
    const Json document = answer.json();
    if (const Json* details = document.at("error").as_object().if_contains("details")) {
      for (const Json& detail : details->as_array()) pointers.emplace_back(detail.at("pointer").as_string());
    }
    return pointers;
  }

  /// Requires that the answer is an error of ours, of this status and code.
  static void expect_error(const HttpAnswer& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status) << answer.body.substr(0, 2000);
    EXPECT_EQ(answer.error_code(), code) << answer.body.substr(0, 2000);
  }

  std::vector<std::pair<std::string, std::string>> with_translation(
      std::vector<std::pair<std::string, std::string>> environment) const {
    environment.emplace_back("RAPPORT_TRANSLATION_LIBRETRANSLATE_URL", service_.address());
    return environment;
  }

  DemoWorkspace workspace_;
  FakeLibreTranslate service_;
  ServerProcess server_;
};

}  // namespace rapport::testing
