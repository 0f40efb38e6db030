// The sentiment endpoints on transformers: the fixtures' folders, as a user's settings name them.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>

#include "support/api_test.h"
#include "support/shared_fixtures.h"

namespace rapport::testing {
namespace {

constexpr const char* kAnalyze = "/api/v1/ml/sentiment/analyze";
constexpr const char* kEnglish = R"({"text": "Thank you so much, I love it!"})";
constexpr const char* kSpanish = R"({"text": "No llegó mi pedido, estoy muy enojado con el servicio de ustedes"})";

class TextModelsApi : public ::testing::Test {
 protected:
  void SetUp() override {
    RAPPORT_SHARED_OR_SKIP(fixtures, "fixtures");
    for (const char* name : {"roberta-sentiment", "distilroberta-emotion", "xlm-roberta-sentiment"}) {
      if (!std::filesystem::exists(fixtures / name)) GTEST_SKIP() << "there is no model folder " << fixtures / name;
    }
    settings_ = {{"RAPPORT_SENTIMENT_MODEL", (fixtures / "roberta-sentiment").string()},
                 {"RAPPORT_EMOTION_MODEL", (fixtures / "distilroberta-emotion").string()},
                 {"RAPPORT_MULTILINGUAL_MODEL", (fixtures / "xlm-roberta-sentiment").string()}};
  }

  void start(const std::vector<std::string>& more = {}) {
    server_ = std::make_unique<ServerProcess>(workspace_.data(), more, settings_);
    client_ = std::make_unique<HttpClient>(server_->client(workspace_.token()));
  }

  Json data_of(const std::string& target, const std::string& body) {
    const HttpAnswer answer = client_->post(target, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json().at("data");
  }

  DemoWorkspace workspace_;
  std::vector<std::pair<std::string, std::string>> settings_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(TextModelsApi, AnswerEachLanguageWithItsModelAndNameIt) {
  start();

  const Json english = data_of(kAnalyze, kEnglish);
  const Json spanish = data_of(kAnalyze, kSpanish);

  EXPECT_EQ(english.at("model"), "roberta-sentiment");
  EXPECT_EQ(english.at("emotion_model"), "distilroberta-emotion");
  EXPECT_EQ(english.at("windows").to_number<int>(), 1);
  EXPECT_EQ(spanish.at("language"), "es");
  EXPECT_EQ(spanish.at("model"), "xlm-roberta-sentiment");
  EXPECT_EQ(client_->get("/readyz").status, 200);
}

TEST_F(TextModelsApi, ReadLongTextsInWindows) {
  start();
  std::string text;
  for (int i = 0; i < 400; ++i) text += "this is good service ";

  const Json data = data_of(kAnalyze, to_string(boost::json::object{{"text", text}}));

  EXPECT_EQ(data.at("model"), "roberta-sentiment");
  EXPECT_GT(data.at("windows").to_number<int>(), 1);
}

TEST_F(TextModelsApi, CountWhatTheyComputeAndWhatTheyRemember) {
  start();
  EXPECT_EQ(data_of(kAnalyze, kEnglish), data_of(kAnalyze, kEnglish)) << "the second one comes from the cache";

  const std::string metrics = client_->get("/metrics").body;

  for (const char* line :
       {"rapport_cache_requests_total{cache=\"roberta-sentiment\",result=\"miss\"} 1\n",
        "rapport_cache_requests_total{cache=\"roberta-sentiment\",result=\"hit\"} 1\n",
        "rapport_inference_duration_seconds_count{model=\"xlm-roberta-sentiment\",stage=\"compute\"}",
        "rapport_batch_tokens_count{model=\"distilroberta-emotion\"}"}) {
    EXPECT_NE(metrics.find(line), std::string::npos) << line;
  }
}

TEST_F(TextModelsApi, AWrongFolderStopsTheStartAndNamesTheSetting) {
  const ProgramResult result = run_program(
      {"serve", "--listen", "127.0.0.1:0", "--data", workspace_.data(), "--set", "sentiment.model=/nowhere/at/all"});

  EXPECT_NE(result.exit_status, 0);
  EXPECT_NE(result.errors.find("sentiment.model"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("/nowhere/at/all"), std::string::npos) << result.errors;
}

}  // namespace
}  // namespace rapport::testing
