#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <set>

#include "support/api_test.h"

namespace rapport::testing {
namespace {

constexpr const char* kAnalyze = "/api/v1/ml/sentiment/analyze";
constexpr const char* kBatch = "/api/v1/ml/sentiment/batch";
constexpr const char* kConversation = "/api/v1/ml/sentiment/conversation";

class SentimentApi : public ApiTest {
 protected:
  Json analyze(const std::string& body) { return data_of(viewer_.post(kAnalyze, body)); }
  Json analyze_text(const std::string& text) { return analyze(to_string(boost::json::object{{"text", text}})); }
  Json conversation(const std::string& body) { return data_of(viewer_.post(kConversation, body)); }

  static double number(const Json& value) { return value.to_number<double>(); }

  HttpClient viewer_ = client();
};

TEST_F(SentimentApi, SeesTheContractsSingleExampleAsTheContractDoes) {
  const HttpAnswer answer = viewer_.post(
      kAnalyze,
      R"({"text": "Thank you so much! This product is amazing!", "include_emotions": true, "return_all_scores": false})");

  const Json data = data_of(answer);
  EXPECT_EQ(data.at("sentiment"), "positive");
  EXPECT_EQ(data.at("emotion"), "joy");
  EXPECT_EQ(data.at("risk_level"), "low");
  EXPECT_EQ(data.at("sentiment_score"), data.at("confidence"));
  EXPECT_GT(number(data.at("sentiment_score")), 0.5);
  EXPECT_EQ(data.at("model"), "builtin-sentiment");
  EXPECT_EQ(data.at("emotion_model"), "builtin-emotion");
  EXPECT_EQ(data.at("language"), "en");
  EXPECT_EQ(data.at("windows").to_number<int>(), 1);
  EXPECT_EQ(answer.header("x-rapport-model"), "builtin-sentiment, builtin-emotion");
  const bool says_stages = std::any_of(answer.headers.begin(), answer.headers.end(), [](const auto& header) {
    return header.first == "server-timing" && header.second.find("compute;dur=") != std::string::npos;
  });
  EXPECT_TRUE(says_stages);
  EXPECT_FALSE(data.as_object().contains("all_scores"));
}

TEST_F(SentimentApi, SeesTheContractsBatchAsTheContractDoes) {
  const Json data = data_of(viewer_.post(
      kBatch,
      R"({"texts": ["I love this!", "This is terrible service", "When will my order arrive?"], "include_emotions": true})"));

  EXPECT_EQ(data.at("count").to_number<int>(), 3);
  const auto& results = data.at("results").as_array();
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].at("sentiment"), "positive");
  EXPECT_EQ(results[0].at("emotion"), "joy");
  EXPECT_EQ(results[0].at("risk_level"), "low");
  EXPECT_EQ(results[1].at("sentiment"), "negative");
  EXPECT_EQ(results[1].at("risk_level"), "high");
  EXPECT_EQ(results[2].at("sentiment"), "neutral");
  EXPECT_EQ(results[2].at("emotion"), "neutral");
  EXPECT_EQ(results[2].at("risk_level"), "medium");
}

TEST_F(SentimentApi, SeesTheContractsConversationDecline) {
  const Json data = conversation(
      R"({"messages": ["Hi, I'm interested in your product", "Can you tell me more about pricing?",
                       "Thanks, I'll think about it", "Actually, I'm not satisfied with the response"]})");

  EXPECT_EQ(data.at("trend"), "declining");
  EXPECT_EQ(data.at("message_count").to_number<int>(), 4);
  const Json& distribution = data.at("sentiment_distribution");
  EXPECT_EQ(distribution.at("negative").to_number<int>(), 1);
  EXPECT_EQ(distribution.at("positive").to_number<int>() + distribution.at("neutral").to_number<int>(), 3);
  EXPECT_EQ(data.at("turning_point").to_number<int>(), 3);
  EXPECT_EQ(data.at("driving_message").at("index").to_number<int>(), 3);
  EXPECT_EQ(data.at("driving_message").at("sentiment"), "negative");
  EXPECT_FALSE(data.as_object().contains("messages"));
}

TEST_F(SentimentApi, AllScoresSumToOneAndNameTheWinner) {
  const Json data = analyze(R"({"text": "This is terrible service", "return_all_scores": true})");

  for (const char* kind : {"sentiment", "emotions"}) {
    double sum = 0;
    double largest = 0;
    std::string winner;
    for (const auto& score : data.at("all_scores").at(kind).as_object()) {
      sum += number(score.value());
      if (number(score.value()) > largest) {
        largest = number(score.value());
        winner = std::string(score.key());
      }
    }
    EXPECT_NEAR(sum, 1, 1e-4) << kind;
    const bool is_sentiment = std::string(kind) == "sentiment";
    EXPECT_EQ(data.at(is_sentiment ? "sentiment" : "emotion").as_string(), winner);
    EXPECT_NEAR(number(data.at(is_sentiment ? "sentiment_score" : "emotion_score")), largest, 1e-6);
  }
  EXPECT_EQ(data.at("all_scores").at("sentiment").as_object().size(), 3U);
  EXPECT_EQ(data.at("all_scores").at("emotions").as_object().size(), 7U);
}

TEST_F(SentimentApi, WithoutEmotionsThereIsNoTraceOfThem) {
  const Json data =
      analyze(R"({"text": "This is terrible service", "include_emotions": false, "return_all_scores": true})");

  for (const auto& member : data.as_object())
    EXPECT_EQ(member.key().find("emotion"), std::string::npos) << member.key();
  EXPECT_FALSE(data.at("all_scores").as_object().contains("emotions"));
  EXPECT_EQ(data.at("sentiment"), "negative");
}

TEST_F(SentimentApi, AMessageWithoutWordsHasNoMoodAndSaysWhy) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"https://example.com/x?y=1", "links_only"},
                                                                  {"{{1}}", "placeholders_only"},
                                                                  {"> I love it", "quote_only"},
                                                                  {"...", "marks_only"}};
  for (const auto& [text, reason] : cases) {
    const Json data = analyze_text(text);
    EXPECT_EQ(data.at("reason").as_string(), reason) << text;
    for (const char* field : {"sentiment", "sentiment_score", "confidence", "emotion", "emotion_score", "risk_level"}) {
      EXPECT_TRUE(data.at(field).is_null()) << field;
    }
  }
  EXPECT_FALSE(analyze_text("👍").as_object().contains("reason")) << "emoji do say something";
}

TEST_F(SentimentApi, EmojiAloneHaveAMood) {
  EXPECT_EQ(analyze_text("😍😍❤️").at("sentiment"), "positive");
  EXPECT_EQ(analyze_text("😡😡😡").at("sentiment"), "negative");
}

TEST_F(SentimentApi, TheCustomersOwnWordsCountAndNotTheQuote) {
  const Json plain = analyze_text("I love this!");
  const Json quoting = analyze_text("> This is terrible service, I hate it\nI *love* this!");

  EXPECT_EQ(quoting.at("sentiment"), plain.at("sentiment"));
  EXPECT_EQ(quoting.at("sentiment_score"), plain.at("sentiment_score"));
}

TEST_F(SentimentApi, ABatchAnswersLikeItsTextsAlone) {
  const std::vector<std::string> texts = {"I love this!",
                                          "no llegó mi pedido, estoy muy enojado",
                                          "👍",
                                          "bahut accha laga, dhanyavaad",
                                          "https://example.com",
                                          "When will my order arrive?"};
  const Json data =
      data_of(viewer_.post(kBatch, to_string(boost::json::object{{"texts", boost::json::value_from(texts)}})));

  for (std::size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(data.at("results").at(i), analyze_text(texts[i])) << texts[i];
}

TEST_F(SentimentApi, AConversationMayNameDirectionsAndGiveEachMessage) {
  const Json data = conversation(
      R"({"messages": [{"text": "I love this!"}, {"text": "This is terrible service", "direction": "outbound"},
                       {"text": "https://example.com", "direction": "inbound"}, "Thank you so much!"],
          "include_messages": true, "include_emotions": false})");

  EXPECT_EQ(data.at("message_count").to_number<int>(), 4);
  EXPECT_EQ(data.at("analyzed_count").to_number<int>(), 2);
  EXPECT_EQ(data.at("sentiment_distribution").at("negative").to_number<int>(), 0);
  EXPECT_EQ(data.at("overall_sentiment"), "positive");
  EXPECT_EQ(data.at("trend"), "stable");
  EXPECT_EQ(data.at("risk_level"), "low");
  EXPECT_TRUE(data.at("turning_point").is_null());
  EXPECT_TRUE(data.at("driving_message").is_null());
  ASSERT_EQ(data.at("messages").as_array().size(), 4U);
  EXPECT_EQ(data.at("messages").at(1).at("reason"), "outbound");
  EXPECT_EQ(data.at("messages").at(2).at("reason"), "links_only");
}

TEST_F(SentimentApi, AConversationWithoutWordsSaysSo) {
  const Json data = conversation(R"({"messages": ["https://example.com", "..."]})");

  EXPECT_EQ(data.at("reason"), "no_words");
  for (const char* field : {"overall_sentiment", "average_score", "trend", "turning_point", "risk_level"}) {
    EXPECT_TRUE(data.at(field).is_null()) << field;
  }
}

TEST_F(SentimentApi, NamesEveryMistakeByItsPlace) {
  const auto pointers = [&](const char* target, const std::string& body) {
    const HttpAnswer answer = viewer_.post(target, body);
    expect_error(answer, 422, "invalid_request");
    return pointers_of(answer);
  };
  using Pointers = std::vector<std::string>;
  EXPECT_EQ(pointers(kAnalyze, "{}"), Pointers{"/text"});
  EXPECT_EQ(pointers(kAnalyze, R"({"text": ""})"), Pointers{"/text"});
  EXPECT_EQ(pointers(kAnalyze, R"({"text": " \n\t\u200b"})"), Pointers{"/text"});
  EXPECT_EQ(pointers(kAnalyze, R"({"text": null})"), Pointers{"/text"});
  EXPECT_EQ(pointers(kAnalyze, R"({"text": 7, "include_emotions": "yes", "mood": 1})"),
            (Pointers{"/include_emotions", "/mood", "/text"}));
  EXPECT_EQ(pointers(kAnalyze, R"({"text": "x", "language": "klingon!"})"), Pointers{"/language"});
  EXPECT_EQ(pointers(kAnalyze, R"({"text": "x", "return_all_scores": 1})"), Pointers{"/return_all_scores"});
  EXPECT_EQ(pointers(kBatch, R"({"texts": ["a", "", 7, null, ["b"], "c"]})"),
            (Pointers{"/texts/1", "/texts/2", "/texts/3", "/texts/4"}));
  EXPECT_EQ(pointers(kBatch, R"({"texts": []})"), Pointers{"/texts"});
  EXPECT_EQ(pointers(kBatch, R"({"texts": "a"})"), Pointers{"/texts"});
  EXPECT_EQ(pointers(kBatch, R"({"text": "a"})"), (Pointers{"/texts", "/text"}));
  EXPECT_EQ(
      pointers(kConversation, R"({"messages": ["a", {"text": ""}, {"direction": "up", "text": "a"}, {"from": 1}]})"),
      (Pointers{"/messages/1/text", "/messages/2/direction", "/messages/3/text", "/messages/3/from"}));
}

TEST_F(SentimentApi, TakesTextsUpToItsLimitAndNamesTheLimitBeyondIt) {
  EXPECT_EQ(viewer_.post(kAnalyze, R"({"text": ")" + std::string(100'000, 'a') + "\"}").status, 200);
  const HttpAnswer long_text = viewer_.post(kAnalyze, R"({"text": ")" + std::string(1'000'000, 'a') + "\"}");
  expect_error(long_text, 422, "invalid_request");
  EXPECT_NE(long_text.body.find("at most 100000 bytes"), std::string::npos);
  expect_error(viewer_.post(kAnalyze, R"({"text": ")" + std::string(2'000'000, 'a') + "\"}"), 413, "body_too_large");

  std::string many = "{\"texts\": [\"I love this!\"";
  for (int i = 1; i < 20'000; ++i) many += ",\"ok " + std::to_string(i) + "\"";
  EXPECT_EQ(data_of(viewer_.post(kBatch, many + "]}")).at("count").to_number<int>(), 20'000);
  const HttpAnswer too_many = viewer_.post(kBatch, many + ",\"x\"]}");
  expect_error(too_many, 422, "invalid_request");
  EXPECT_EQ(pointers_of(too_many), std::vector<std::string>{"/texts"});
}

TEST_F(SentimentApi, AnswersWhateverCharactersATextHolds) {
  for (const char* text :
       {R"(\u0000\u0001 love \u007f)", R"(a\u200d\u200d\u200db)", R"(\ud83d\ude21\ufe0f\u200d\u2620)",
        R"(\\\"{}[]<script>)", R"(\u202eevol\u202c)", R"(e\u0301\u0301\u0301\u0301\u0301)", R"(\ufeff?)", R"(￿)",
        R"(كيف حالك)", R"(ｌｏｖｅ)"}) {
    const HttpAnswer answer = viewer_.post(kAnalyze, std::string(R"({"text": ")") + text + "\"}");
    EXPECT_EQ(answer.status, 200) << text << answer.body;
  }
  EXPECT_EQ(viewer_.post(kAnalyze, R"({"text": "\ud800"})").status, 400) << "half a character";
  EXPECT_EQ(viewer_.post(kAnalyze, "{\"text\": \"\xc3\x28\"}").status, 400);
  EXPECT_EQ(viewer_.post(kAnalyze, R"({"text": NaN})").status, 400);
}

TEST_F(SentimentApi, EveryTenantMayAskAndMetricsCountWhatWasAnalyzed) {
  HttpClient other = client("viewer", kOtherTenant);
  EXPECT_EQ(data_of(other.post(kAnalyze, R"({"text": "I love this!"})")).at("sentiment"), "positive");
  data_of(viewer_.post(kBatch, R"({"texts": ["a word", "https://example.com", "two words"]})"));
  viewer_.post(kAnalyze, R"({"text": ""})");

  const std::string metrics = viewer_.get("/metrics").body;

  EXPECT_NE(metrics.find("rapport_predictions_total{model=\"sentiment\",outcome=\"ok\"} 3\n"), std::string::npos);
  EXPECT_NE(metrics.find("rapport_predictions_total{model=\"sentiment\",outcome=\"error\"} 0\n"), std::string::npos);
  EXPECT_NE(metrics.find("rapport_batch_size_count{model=\"sentiment\"} 2\n"), std::string::npos);
}

}  // namespace
}  // namespace rapport::testing
