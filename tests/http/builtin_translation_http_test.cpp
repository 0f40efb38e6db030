// What a fresh machine translates without any download: the built-in models, through the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/api_test.h"
#include "support/raw_http.h"

namespace rapport::testing {
namespace {

struct Phrase {
  const char* source;
  const char* target;
  const char* text;
  std::vector<std::string> right;  ///< any of them
};

class BuiltinTranslation : public ::testing::Test {
 protected:
  BuiltinTranslation()
      : server_(folder_ / "data", std::vector<std::string>{}, {{"RAPPORT_TRANSLATION_ORDER", "builtin"}}),
        client_(server_.client(create_token(folder_ / "data", "viewer", "shop"))) {}

  Json translate(const Phrase& phrase) {
    const Json body = {{"text", phrase.text}, {"source_language", phrase.source}, {"target_language", phrase.target}};
    const HttpAnswer answer = client_.post("/api/v1/ml/translation/translate", boost::json::serialize(body));
    EXPECT_EQ(answer.status, 200) << phrase.text << ": " << answer.body;
    return answer.status == 200 ? answer.json().at("data") : Json();
  }

  TemporaryFolder folder_;
  ServerProcess server_;
  HttpClient client_;
};

TEST_F(BuiltinTranslation, SaysWhatEverybodySays) {
  const std::vector<Phrase> phrases = {
      {"en", "es", "Hello", {"Hola"}},
      {"en", "es", "Hello, how are you?", {"Hola, ¿cómo estás?"}},
      {"en", "es", "Thank you very much!", {"¡Muchas gracias!"}},
      {"en", "es", "Where is my order?", {"¿Dónde está mi pedido?"}},
      {"en", "es", "My package has not arrived.", {"Mi paquete no ha llegado."}},
      {"en", "es", "How much is it?", {"¿Cuánto cuesta?"}},
      {"en", "es", "I love this product", {"Me encanta este producto", "Adoro este producto"}},
      {"en", "es", "house", {"casa"}},
      {"en", "fr", "Good morning", {"Bonjour"}},
      {"en", "fr", "Where is my order?", {"Où est ma commande?"}},
      {"en", "fr", "Can I pay by card?", {"Puis-je payer par carte?", "Je peux payer par carte?"}},
      {"en", "pt", "Thank you very much!", {"Muito obrigado!", "Muito obrigada!"}},
      {"en", "pt", "How much is it?", {"Quanto custa?"}},
      {"en", "pt", "See you tomorrow", {"Até amanhã"}},
      {"en", "de", "Good morning", {"Guten Morgen"}},
      {"en", "de", "Thank you very much!", {"Vielen Dank!"}},
      {"en", "de", "Where is my order?", {"Wo ist meine Bestellung?"}},
      {"en", "de", "My package has not arrived.", {"Mein Paket ist nicht angekommen."}},
      {"en", "de", "I don't understand.", {"Ich verstehe nicht.", "Ich verstehe das nicht."}},
      {"en", "it", "Good morning", {"Buongiorno"}},
      {"en", "it", "Where is my order?", {"Dov'è il mio ordine?"}},
      {"en", "it", "How much does it cost?", {"Quanto costa?"}},
      {"es", "en", "Gracias", {"Thank you", "Thanks"}},
      {"es", "en", "Buenos días", {"Good morning"}},
      {"es", "en", "¿Dónde está mi pedido?", {"Where is my order?"}},
      {"es", "en", "Quiero un reembolso", {"I want a refund"}},
      {"fr", "en", "Merci", {"Thank you", "Thanks"}},
      {"fr", "en", "Où est ma commande ?", {"Where is my order?"}},
      {"fr", "en", "Au revoir", {"Goodbye", "Bye"}},
      {"de", "en", "Danke", {"Thank you", "Thanks"}},
      {"de", "en", "Wo ist meine Bestellung?", {"Where is my order?"}},
      {"de",
       "en",
       "Wie viel kostet das?",
       {"How much does it cost?", "How much is it?", "How much does this cost?", "How much does that cost?"}},
      {"it", "en", "Grazie mille!", {"Thank you very much!", "Thanks a lot!", "Thank you so much!"}},
      {"it", "en", "Dov'è il mio ordine?", {"Where is my order?"}},
      {"it", "en", "Quanto costa?", {"How much does it cost?", "How much is it?"}},
      {"pt", "en", "Obrigado", {"Thank you", "Thanks"}},
      {"pt", "en", "Bom dia", {"Good morning"}},
      {"pt", "en", "Quanto custa?", {"How much does it cost?", "How much is it?"}},
  };
  for (const Phrase& phrase : phrases) {
    const Json data = translate(phrase);
    if (data.is_null()) continue;
    const std::string text(data.at("translated_text").as_string());
    EXPECT_TRUE(std::find(phrase.right.begin(), phrase.right.end(), text) != phrase.right.end())
        << phrase.text << " -> " << text;
    EXPECT_EQ(data.at("model"), "builtin");
    EXPECT_GE(data.at("confidence").to_number<double>(), 0.5);
  }
}

/// Whether a server of those variables finds in the store what the others of this folder have translated.
bool is_remembered(const std::string& data, std::vector<std::pair<std::string, std::string>> environment) {
  environment.emplace_back("RAPPORT_TRANSLATION_ORDER", "builtin");
  ServerProcess server(data, {}, std::move(environment));
  HttpClient client = server.client(create_token(data, "viewer", "shop"));
  const HttpAnswer answer = client.post("/api/v1/ml/translation/translate",
                                        R"({"text": "Hello", "source_language": "en", "target_language": "es"})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  const std::string metrics = client.get("/metrics").body;
  EXPECT_EQ(server.stop(), 0);
  return metrics.find("rapport_cache_requests_total{cache=\"translation_store\",result=\"hit\"} 1\n") !=
         std::string::npos;
}

TEST(RememberedTranslations, OutliveTheServerButNotTheEditionOfTheirModel) {
  const TemporaryFolder folder;
  const std::string data = folder / "data";
  EXPECT_FALSE(is_remembered(data, {}));
  EXPECT_TRUE(is_remembered(data, {}));
  EXPECT_FALSE(is_remembered(data, {{"RAPPORT_TRANSLATION_BEAMS", "2"}}));
  EXPECT_FALSE(is_remembered(data, {{"RAPPORT_NN_PRECISION", "f32"}}));
}

TEST_F(BuiltinTranslation, StopsWhenTheClientHasLeft) {
  boost::json::array texts;
  for (int i = 0; i < 400; ++i) {
    texts.emplace_back("Please tell me where parcel " + std::to_string(i) +
                       " with my two blue shirts and a hat is now.");
  }
  const std::string body =
      boost::json::serialize(Json{{"texts", std::move(texts)}, {"source_language", "en"}, {"target_language", "es"}});
  const auto metrics = [&] { return client_.get("/metrics").body; };
  const auto comes_to_say = [&](const std::string& line) {
    for (int i = 0; i < 2000 && metrics().find(line) == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return metrics().find(line) != std::string::npos;
  };
  const std::string model = "{model=\"builtin-en-romance\"";
  RawConnection leaving(server_.port());
  leaving.send(make_request("POST", "/api/v1/ml/translation/batch", body,
                            {{"Authorization", "Bearer " + create_token(folder_ / "data", "viewer", "shop")}}));
  ASSERT_TRUE(comes_to_say("rapport_batch_size_sum" + model + "} "));

  leaving.reset();

  EXPECT_TRUE(comes_to_say("rapport_queue_rejected_total" + model + ",reason=\"cancelled\"} 1\n")) << metrics();
  EXPECT_TRUE(comes_to_say("rapport_queue_depth" + model + "} 0\n"));
  EXPECT_EQ(metrics().find("rapport_inference_duration_seconds_count" + model + ",stage=\"compute\"} 1"),
            std::string::npos)
      << "it was translated to its end";
}

TEST_F(BuiltinTranslation, RefusesWhatItIsNotSureOf) {
  const HttpAnswer answer = client_.post(
      "/api/v1/ml/translation/translate",
      R"({"text": "Notwithstanding the aforesaid indemnification covenants, the escrow agent shall disburse pro rata.",
          "source_language": "en", "target_language": "es"})");

  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.error_code(), "translation_uncertain");
  EXPECT_NE(answer.body.find("rapport models pull opus-mt-en-es"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace rapport::testing
