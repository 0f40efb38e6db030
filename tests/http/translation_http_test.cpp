#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "support/api_test.h"
#include "support/fake_libretranslate.h"
#include "support/raw_http.h"
#include "support/shared_fixtures.h"

namespace rapport::testing {
namespace {

constexpr const char* kTranslate = "/api/v1/ml/translation/translate";
constexpr const char* kBatch = "/api/v1/ml/translation/batch";
constexpr const char* kMultilingual = "/api/v1/ml/translation/multilingual";
constexpr const char* kDetect = "/api/v1/ml/translation/detect-language";
constexpr const char* kSupported = "/api/v1/ml/translation/supported-languages";
constexpr const char* kPopular = "/api/v1/ml/translation/popular-languages";

/// Whether it holds within ten seconds.
bool comes_true(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + RawConnection::kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// A server that asks a translation service of the test's own, and nobody else.
class TranslationApi : public ::testing::Test {
 protected:
  void start(std::vector<std::pair<std::string, std::string>> settings = {}) {
    settings.emplace_back("RAPPORT_TRANSLATION_LIBRETRANSLATE_URL", service_.address());
    settings.emplace_back("RAPPORT_TRANSLATION_ORDER", "libretranslate");
    server_ = std::make_unique<ServerProcess>(folder_ / "data", std::vector<std::string>{}, std::move(settings));
    client_ = std::make_unique<HttpClient>(client("shop"));
  }

  std::string token(const std::string& tenant) { return create_token(folder_ / "data", "viewer", tenant); }
  HttpClient client(const std::string& tenant) { return server_->client(token(tenant)); }
  bool metrics_have(const std::string& words) { return client_->get("/metrics").body.find(words) != std::string::npos; }

  static Json data_of(const HttpAnswer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body.substr(0, 2000);
    return answer.status == 200 ? answer.json().at("data") : Json();
  }
  Json translate(const std::string& body) { return data_of(client_->post(kTranslate, body)); }

  static void expect_error(const HttpAnswer& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status) << answer.body.substr(0, 2000);
    EXPECT_EQ(answer.error_code(), code) << answer.body.substr(0, 2000);
  }

  /// "/texts/1 /texts/2"
  static std::string pointers_of(const HttpAnswer& answer) {
    EXPECT_EQ(answer.status, 422) << answer.body.substr(0, 2000);
    std::string pointers;
    const Json error = answer.json().at("error");
    for (const Json& detail : error.at("details").as_array()) {
      pointers.append(pointers.empty() ? "" : " ").append(detail.at("pointer").as_string());
    }
    return pointers;
  }

  TemporaryFolder folder_;
  FakeLibreTranslate service_;
  std::unique_ptr<ServerProcess> server_;
  std::unique_ptr<HttpClient> client_;
};

TEST_F(TranslationApi, TranslatesTheContractsExample) {
  start();

  const HttpAnswer answer =
      client_->post(kTranslate, R"({"text": "Hello, how are you?", "target_language": "es", "source_language": null})");

  const Json data = data_of(answer);
  EXPECT_EQ(data.at("translated_text"), "[es] Hello, how are you?");
  EXPECT_EQ(data.at("source_language"), "en");
  EXPECT_EQ(data.at("target_language"), "es");
  EXPECT_EQ(data.at("original_text"), "Hello, how are you?");
  EXPECT_EQ(data.at("model"), "libretranslate");
  EXPECT_TRUE(data.at("via").is_null());
  EXPECT_TRUE(data.at("confidence").is_null());
  EXPECT_EQ(data.at("confidence_reason"), "not_given_by_translator");
  EXPECT_EQ(data.at("unchanged"), false);
  EXPECT_EQ(data.at("source_from"), "detected");
  EXPECT_GT(data.at("source_confidence").to_number<double>(), 0.5);
  EXPECT_EQ(answer.header("x-rapport-model"), "libretranslate");
  EXPECT_TRUE(std::any_of(answer.headers.begin(), answer.headers.end(), [](const auto& header) {
    return header.first == "server-timing" && header.second.starts_with("translate;dur=");
  }));
}

TEST_F(TranslationApi, TakesCodesInAnyUsualWriting) {
  start();

  const Json data = translate(R"({"text": "Hello my friend", "target_language": "pt_BR", "source_language": "EN"})");

  EXPECT_EQ(data.at("translated_text"), "[pt] Hello my friend");
  EXPECT_EQ(data.at("source_language"), "en");
  EXPECT_EQ(data.at("target_language"), "pt");
  EXPECT_EQ(data.at("source_from"), "given");
}

TEST_F(TranslationApi, KeepsWhatMustSurvive) {
  start();

  const Json data = translate(
      R"({"text": "Hello {{1}}, pay $5 at https://x.example/a?b=c 🙂", "target_language": "es", "source_language": "en"})");

  const std::string text(data.at("translated_text").as_string());
  for (const char* span : {"{{1}}", "$5", "https://x.example/a?b=c", "🙂"}) {
    EXPECT_NE(text.find(span), std::string::npos) << text;
  }
  EXPECT_EQ(data.at("placeholders").at("in").to_number<int>(), 4);
  EXPECT_EQ(data.at("placeholders").at("out").to_number<int>(), 4);
  EXPECT_EQ(data.at("placeholders").at("ok"), true);
}

TEST_F(TranslationApi, TranslatesTermsAsTheGlossarySays) {
  start();

  const Json data = translate(R"({"text": "The Rapport order", "target_language": "es", "source_language": "en",
    "glossary": {"Rapport": null, "order": "pedido"}})");

  const std::string text(data.at("translated_text").as_string());
  EXPECT_NE(text.find("Rapport"), std::string::npos) << text;
  EXPECT_NE(text.find("pedido"), std::string::npos) << text;
}

TEST_F(TranslationApi, ATextInTheTargetLanguageComesBackUnchanged) {
  start();

  const Json data = translate(R"({"text": "¿Cuándo llegará mi pedido?", "target_language": "es"})");

  EXPECT_EQ(data.at("translated_text"), "¿Cuándo llegará mi pedido?");
  EXPECT_EQ(data.at("unchanged"), true);
  EXPECT_TRUE(data.at("model").is_null());
  EXPECT_EQ(data.at("confidence_reason"), "unchanged");
  EXPECT_EQ(service_.texts(), 0);
}

TEST_F(TranslationApi, ATextThatTellsNoLanguageAsksForSourceLanguage) {
  start();

  const HttpAnswer answer = client_->post(kTranslate, R"({"text": "ok", "target_language": "es"})");

  expect_error(answer, 422, "language_unknown");
  EXPECT_NE(answer.body.find("source_language"), std::string::npos) << answer.body;
  EXPECT_EQ(translate(R"({"text": "ok", "target_language": "es", "source_language": "en"})").at("translated_text"),
            "[es] ok");
}

TEST_F(TranslationApi, APairThatNobodyTranslatesNamesTheCommandThatMendsIt) {
  start();

  const HttpAnswer known =
      client_->post(kTranslate, R"({"text": "Hallo mein Freund", "target_language": "en", "source_language": "de"})");
  const HttpAnswer rare =
      client_->post(kTranslate, R"({"text": "Hello my friend", "target_language": "ja", "source_language": "en"})");

  expect_error(known, 503, "no_translator");
  EXPECT_NE(known.body.find("rapport models pull opus-mt-de-en"), std::string::npos) << known.body;
  expect_error(rare, 503, "no_translator");
  EXPECT_NE(rare.body.find("rapport models pull small100"), std::string::npos) << rare.body;
}

TEST_F(TranslationApi, NamesEveryMistakeOfARequest) {
  start();

  EXPECT_EQ(pointers_of(client_->post(kTranslate, "{}")), "/text /target_language");
  EXPECT_EQ(
      pointers_of(client_->post(kTranslate, R"({"text": " ", "target_language": "xx", "source_language": "??"})")),
      "/target_language /source_language /text");
  EXPECT_EQ(pointers_of(client_->post(
                kTranslate, R"({"text": "hi", "target_language": "es", "to": "es", "glossary": {"a": 1, "b": null}})")),
            "/to /glossary/a");
  EXPECT_EQ(pointers_of(client_->post(kBatch, R"({"texts": ["hi", 7, " "], "target_language": "es"})")),
            "/texts/1 /texts/2");
  EXPECT_EQ(pointers_of(client_->post(kMultilingual, R"({"text": "hi", "target_languages": ["es", "es", 5, "xx"]})")),
            "/target_languages/1 /target_languages/2 /target_languages/3");
  EXPECT_EQ(pointers_of(client_->post(kMultilingual, R"({"text": "hi", "target_languages": []})")),
            "/target_languages");
}

TEST_F(TranslationApi, RefusesMoreThanItsLimits) {
  start({{"RAPPORT_TRANSLATION_MAX_TEXT_BYTES", "20"}, {"RAPPORT_TRANSLATION_MAX_REQUEST_BYTES", "30"}});

  EXPECT_EQ(pointers_of(client_->post(kTranslate, R"({"text": "Hello my good old friend", "target_language": "es"})")),
            "/text");
  expect_error(
      client_->post(kBatch, R"({"texts": ["Hello my friend", "Hello my friend.", "x"], "target_language": "es"})"), 413,
      "too_much_text");
  expect_error(client_->post(kMultilingual, R"({"text": "Hello my friend", "target_languages": ["es", "hi", "pt"]})"),
               413, "too_much_text");
  EXPECT_EQ(client_->post(kMultilingual, R"({"text": "Hello my friend", "target_languages": ["es", "hi"]})").status,
            200);
  EXPECT_EQ(service_.texts(), 2) << "nothing was translated of what was refused";
}

TEST_F(TranslationApi, ABatchKeepsItsOrderAndTranslatesEqualTextsOnce) {
  start();

  const Json data = data_of(client_->post(
      kBatch,
      R"({"texts": ["Hello", "Thank you", "Hello", "Goodbye"], "target_language": "hi", "source_language": "en"})"));

  EXPECT_EQ(data.at("count").to_number<int>(), 4);
  EXPECT_EQ(data.at("failed").to_number<int>(), 0);
  const auto& results = data.at("results").as_array();
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[0].at("translated_text"), "[hi] Hello");
  EXPECT_EQ(results[1].at("translated_text"), "[hi] Thank you");
  EXPECT_EQ(results[2].at("translated_text"), "[hi] Hello");
  EXPECT_EQ(results[3].at("original_text"), "Goodbye");
  EXPECT_EQ(service_.texts(), 3);
}

TEST_F(TranslationApi, OneBadTextOfABatchLosesNoOther) {
  start();

  const Json data = data_of(client_->post(
      kBatch,
      R"({"texts": ["When will my order arrive?", "Hallo, wo bleibt denn meine Bestellung?", "¿Dónde está mi pedido?"], "target_language": "en"})"));

  EXPECT_EQ(data.at("failed").to_number<int>(), 1) << to_string(data);
  const auto& results = data.at("results").as_array();
  EXPECT_EQ(results[0].at("unchanged"), true);
  EXPECT_TRUE(results[1].at("translated_text").is_null());
  EXPECT_EQ(results[1].at("error").at("code"), "no_translator");
  EXPECT_EQ(results[1].at("source_language"), "de");
  EXPECT_EQ(results[2].at("translated_text"), "[en] ¿Dónde está mi pedido?");
}

TEST_F(TranslationApi, ABatchOfWhichNothingCanBeTranslatedIsAnError) {
  start();

  expect_error(
      client_->post(kBatch, R"({"texts": ["Hello", "Bye"], "target_language": "ja", "source_language": "en"})"), 503,
      "no_translator");
}

TEST_F(TranslationApi, OneTextGoesIntoManyLanguages) {
  start();

  const Json data = data_of(
      client_->post(kMultilingual,
                    R"({"text": "New product launch tomorrow!", "target_languages": ["es", "hi", "pt", "ar", "ja"]})"));

  EXPECT_EQ(data.at("count").to_number<int>(), 5);
  EXPECT_EQ(data.at("failed").to_number<int>(), 1);
  EXPECT_EQ(data.at("translations").at("es"), "[es] New product launch tomorrow!");
  EXPECT_EQ(data.at("translations").at("ar"), "[ar] New product launch tomorrow!");
  EXPECT_TRUE(data.at("translations").at("ja").is_null());
  EXPECT_EQ(data.at("details").at("ja").at("error").at("code"), "no_translator");
  EXPECT_EQ(data.at("details").at("hi").at("model"), "libretranslate");
}

TEST_F(TranslationApi, TellsTheContractsLanguageExample) {
  start();

  const Json data = data_of(client_->post(kDetect, R"({"text": "Bonjour, comment allez-vous?"})"));

  EXPECT_EQ(data.at("language"), "fr");
  EXPECT_EQ(data.at("language_name"), "french");
  EXPECT_GE(data.at("confidence").to_number<double>(), 0.9);
  const auto& all = data.at("all_probabilities").as_array();
  ASSERT_GE(all.size(), 1U);
  EXPECT_EQ(all[0].at("language"), "fr");
  EXPECT_EQ(all[0].at("probability"), data.at("confidence"));
  double sum = 0;
  for (const Json& each : all) sum += each.at("probability").to_number<double>();
  EXPECT_NEAR(sum, 1, 1e-3);
}

TEST_F(TranslationApi, WhatDoesNotTellItsLanguageIsUndAndSaysWhy) {
  start();

  const Json data = data_of(client_->post(kDetect, R"({"text": "👍 123"})"));

  EXPECT_EQ(data.at("language"), "und");
  EXPECT_EQ(data.at("language_name"), "unknown");
  EXPECT_TRUE(data.at("confidence").is_null());
  EXPECT_TRUE(data.at("all_probabilities").as_array().empty());
  EXPECT_EQ(data.at("reason"), "text_does_not_tell");
}

TEST_F(TranslationApi, ListsTwentyPopularLanguages) {
  start();

  const Json data = data_of(client_->get(kPopular));

  EXPECT_EQ(data.at("count").to_number<int>(), 20);
  std::set<std::string> codes;
  for (const Json& each : data.at("languages").as_array()) {
    codes.insert(std::string(each.at("code").as_string()));
    EXPECT_FALSE(each.at("name").as_string().empty()) << to_string(each);
  }
  EXPECT_EQ(codes.size(), 20U);
  EXPECT_EQ(to_string(data.at("languages").at(1)), R"({"code":"es","name":"spanish"})");
}

TEST_F(TranslationApi, ListsWhatCanBeTranslatedAndByWhom) {
  start();

  const Json data = data_of(client_->get(kSupported));

  EXPECT_EQ(data.at("count").to_number<std::size_t>(), data.at("languages").as_array().size());
  EXPECT_GE(data.at("count").to_number<int>(), 100);
  for (const Json& each : data.at("languages").as_array()) {
    const bool translated = !each.at("targets").as_array().empty();
    if (each.at("code") == "es") {
      EXPECT_EQ(to_string(each.at("targets")), R"(["ar","en","fr","hi","pt"])");
    }
    EXPECT_FALSE(each.at("code") == "ja" && translated);
  }
  ASSERT_EQ(data.at("translators").as_array().size(), 2U);
  EXPECT_EQ(data.at("translators").at(0).at("name"), "builtin");
  EXPECT_EQ(data.at("translators").at(1).at("name"), "libretranslate");
  const Json health = data_of(client_->get("/api/v1/ml/health"));
  EXPECT_EQ(to_string(health.at("features").at("translation")),
            R"({"status":"available","models":["builtin","libretranslate"]})");
}

TEST_F(TranslationApi, RemembersForEachTenantApartAndOverARestart) {
  const std::string body = R"({"text": "Hello my friend", "target_language": "es", "source_language": "en"})";
  start();
  const Json first = translate(body);
  EXPECT_EQ(translate(body), first);
  EXPECT_EQ(service_.texts(), 1);
  client("other").post(kTranslate, body);
  EXPECT_EQ(service_.texts(), 2) << "nobody can tell from the time of an answer what another tenant has asked";
  const std::string metrics = client_->get("/metrics").body;
  EXPECT_NE(metrics.find("rapport_cache_requests_total{cache=\"translation_memory\",result=\"hit\"} 1\n"),
            std::string::npos);
  EXPECT_EQ(server_->stop(), 0);

  start();

  EXPECT_EQ(translate(body), first);
  EXPECT_EQ(service_.texts(), 2);
  EXPECT_NE(client_->get("/metrics")
                .body.find("rapport_cache_requests_total{cache=\"translation_store\",result=\"hit\"} 1\n"),
            std::string::npos);
}

TEST_F(TranslationApi, CountsWhatItTranslates) {
  start();
  client_->post(kBatch, R"({"texts": ["Hello", "Bye"], "target_language": "hi", "source_language": "en"})");
  client_->post(kTranslate, R"({"text": "Hello", "target_language": "ja", "source_language": "en"})");

  const std::string metrics = client_->get("/metrics").body;

  for (const char* line : {"rapport_predictions_total{model=\"translation\",outcome=\"ok\"} 2\n",
                           "rapport_predictions_total{model=\"translation\",outcome=\"error\"} 1\n"}) {
    EXPECT_NE(metrics.find(line), std::string::npos) << line;
  }
}

TEST_F(TranslationApi, StopsAskingTheServiceWhenTheClientHasLeft) {
  start();
  boost::json::array texts;
  for (int i = 1; i <= 200; ++i) texts.emplace_back("Text " + std::to_string(i) + (i % 50 == 0 ? " slow" : ""));
  const std::string body = boost::json::serialize(
      boost::json::object{{"texts", std::move(texts)}, {"target_language", "es"}, {"source_language", "en"}});
  RawConnection leaving(server_->port());
  leaving.send(make_request("POST", kBatch, body, {{"Authorization", "Bearer " + token("shop")}}));
  ASSERT_TRUE(comes_true([&] { return service_.texts() == 49; }));

  leaving.reset();  // the service is half a second in the first fifty

  ASSERT_TRUE(comes_true([&] { return service_.texts() == 50; }));
  EXPECT_TRUE(comes_true([&] { return metrics_have("status=\"499\""); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(service_.texts(), 50);
}

TEST_F(TranslationApi, AWrongSettingStopsTheStartAndNamesItself) {
  for (const char* setting : {"translation.models=/nowhere/at/all", "translation.order=local,googel",
                              "translation.pairs=en-xx=local", "translation.libretranslate.url=ftp://x"}) {
    const ProgramResult result =
        run_program({"serve", "--listen", "127.0.0.1:0", "--data", folder_ / "data", "--set", setting});
    const std::string name = std::string(setting).substr(0, std::string_view(setting).find('='));

    EXPECT_EQ(result.exit_status, 2) << setting << result.output;
    EXPECT_NE(result.errors.find(name), std::string::npos) << setting << ": " << result.errors;
  }
}

/// The same with a real model of the shared fixtures.
class TranslationModelApi : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(TranslationModelApi, AFolderOfTheSettingsTranslatesAndSaysHowSureItIs) {
  RAPPORT_SHARED_OR_SKIP(model, "fixtures/micro-marian-en-es");
  ServerProcess server(folder_ / "data", {}, {{"RAPPORT_TRANSLATION_MODELS", model.string()}});
  HttpClient client = server.client(create_token(folder_ / "data", "viewer", "shop"));

  const HttpAnswer answer =
      client.post(kTranslate, R"({"text": "Hello, how are you?", "target_language": "es", "source_language": null})");

  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json data = answer.json().at("data");
  EXPECT_EQ(data.at("translated_text"), "Hola, ¿cómo estás?");
  EXPECT_EQ(data.at("model"), "micro-marian-en-es");
  EXPECT_GT(data.at("confidence").to_number<double>(), 0.9);
  EXPECT_LE(data.at("confidence").to_number<double>(), 1);
}

}  // namespace
}  // namespace rapport::testing
