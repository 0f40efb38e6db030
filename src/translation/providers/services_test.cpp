#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "translation/message_translator.h"
#include "translation/providers/google_translator.h"
#include "translation/providers/html_entities.h"
#include "translation/providers/libre_translator.h"
#include "translation/providers/service_batches.h"
#include "translation/providers/test_service.h"

namespace rapport::translation {
namespace {

namespace json = boost::json;
using Reply = TestService::Reply;
using std::chrono::milliseconds;

constexpr const char* kKey = "secret-key-123";

ServiceLimits quick() {
  return {.timeout = milliseconds(3000),
          .attempts = 3,
          .first_wait = milliseconds(2),
          .breaker = {.failures = 4, .rest = milliseconds(150), .longest_rest = milliseconds(150)}};
}

/// The answer of Google to a well-formed request: each text in angle quotes.
Reply honest_google(const TestService::Request& request) {
  json::array translations;
  const json::value asked = json::parse(request.body);
  for (const json::value& q : asked.at("q").as_array()) {
    translations.push_back(json::object{{"translatedText", "«" + std::string(q.as_string()) + "»"}});
  }
  return {.body = json::serialize(json::object{{"data", json::object{{"translations", translations}}}})};
}

class GoogleTest : public ::testing::Test {
 protected:
  TestService& serve(TestService::Script script) {
    service_ = std::make_unique<TestService>(std::move(script));
    return *service_;
  }
  GoogleTranslator translator(ServiceLimits limits = quick()) {
    return GoogleTranslator(
        {.endpoint = service_->address() + "/language/translate/v2", .key = PrivateText(kKey), .limits = limits},
        metrics_);
  }
  static std::vector<std::string> translate(const GoogleTranslator& google, const std::vector<std::string>& texts) {
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<std::string> out;
    for (const Translated& answer : google.translate(views, "en", "es", nullptr)) out.push_back(answer.text);
    return out;
  }
  /// What a translation ends with, after the tries it takes.
  Error failure(const GoogleTranslator& google) {
    try {
      translate(google, {"private words"});
    } catch (const Error& error) {
      EXPECT_EQ(error.message().find(kKey), std::string::npos);
      EXPECT_EQ(std::string(error.what()).find("private words"), std::string::npos);
      return error;
    }
    ADD_FAILURE() << "it succeeded";
    return {ErrorKind::kInternal, "", ""};
  }

  Metrics metrics_;
  std::unique_ptr<TestService> service_;
};

TEST_F(GoogleTest, SendsPlainTextsAndTheKeyInAHeader) {
  serve([](const auto& request, int) { return honest_google(request); });
  const GoogleTranslator google = translator();

  EXPECT_EQ(translate(google, {"Hello", "Bye"}), (std::vector<std::string>{"«Hello»", "«Bye»"}));

  const TestService::Request request = service_->requests().at(0);
  const json::value body = json::parse(request.body);
  EXPECT_EQ(body.at("source"), "en");
  EXPECT_EQ(body.at("target"), "es");
  EXPECT_EQ(body.at("format"), "text");
  EXPECT_EQ(request.target, "/language/translate/v2");
  EXPECT_NE(request.head.find("X-Goog-Api-Key: secret-key-123"), std::string::npos);
}

TEST_F(GoogleTest, UndoesHtmlReferencesThatItDidNotSend) {
  serve([](const auto&, int) {
    return Reply{.body = R"({"data":{"translations":[{"translatedText":"it&#39;s &lt;b&gt; &amp; \"x\""}]}})"};
  });
  const GoogleTranslator google = translator();

  EXPECT_EQ(translate(google, {"plain"})[0], "it's <b> & \"x\"");
  EXPECT_EQ(translate(google, {"with &amp; itself"})[0], "it&#39;s &lt;b&gt; &amp; \"x\"");
}

TEST_F(GoogleTest, KeepsToTheLimitsOfOneRequest) {
  serve([](const auto& request, int) { return honest_google(request); });
  const GoogleTranslator google = translator();

  const std::vector<std::string> answers = translate(google, std::vector<std::string>(300, "hello"));
  EXPECT_EQ(answers.size(), 300U);
  EXPECT_EQ(service_->requests().size(), 3U);  // 128 texts each

  translate(google, std::vector<std::string>(6, std::string(2400, 'x')));
  EXPECT_EQ(service_->requests().size(), 6U);  // 5,000 characters each
}

TEST_F(GoogleTest, TriesAgainAfterFailuresThatPass) {
  const std::vector<Reply> troubles = {{.status = 500, .body = "oops"},
                                       {.status = 429, .body = "{}"},
                                       {.status = 403, .body = R"({"error":{"message":"User Rate Limit Exceeded"}})"},
                                       {.status = 200, .body = R"({"data":{"translations":[{"transl)"},
                                       {.status = 200, .body = R"({"data":{"translations":[]}})"},
                                       {.status = 200, .body = R"({"data":{"translations":[{"translatedText":7}]}})"},
                                       {.status = 200, .body = std::string(200, ' '), .cut_after = 20},
                                       {.status = 503, .body = ""}};
  for (const Reply& trouble : troubles) {
    serve([&](const auto& request, int nth) { return nth < 3 ? trouble : honest_google(request); });
    const GoogleTranslator google = translator();
    EXPECT_EQ(translate(google, {"Hello"})[0], "«Hello»") << trouble.body;
    EXPECT_EQ(service_->requests().size(), 3U);
  }
}

TEST_F(GoogleTest, GivesUpAfterItsTriesAndSaysWhatKindOfFailureItWas) {
  serve([](const auto&, int) { return Reply{.status = 429, .body = "{}"}; });
  Error error = failure(translator());
  EXPECT_EQ(error.code(), "provider_overloaded");
  EXPECT_TRUE(error.retry_after_s());
  EXPECT_EQ(service_->requests().size(), 3U);

  serve([](const auto&, int) { return Reply{.status = 502, .body = "private words secret-key-123"}; });
  error = failure(translator());
  EXPECT_EQ(error.code(), "provider_unavailable");
  EXPECT_EQ(service_->requests().size(), 3U);

  serve([](const auto&, int) { return Reply{.status = 200, .body = "not json"}; });
  EXPECT_EQ(failure(translator()).code(), "provider_unavailable");
}

TEST_F(GoogleTest, DoesNotTryAgainWhatIsRefusedOrUsedUp) {
  serve([](const auto&, int) { return Reply{.status = 400, .body = R"({"error":{"message":"API key not valid"}})"}; });
  EXPECT_EQ(failure(translator()).code(), "provider_refused");
  EXPECT_EQ(service_->requests().size(), 1U);

  serve(
      [](const auto&, int) { return Reply{.status = 403, .body = R"({"error":{"message":"Daily Limit Exceeded"}})"}; });
  const GoogleTranslator google = translator();
  EXPECT_EQ(failure(google).code(), "provider_overloaded");
  EXPECT_EQ(failure(google).code(), "provider_unavailable");  // not even asked
  EXPECT_EQ(service_->requests().size(), 1U);
}

TEST_F(GoogleTest, WaitsAsLongAsItIsAskedToButNotBeyondItsTimeout) {
  serve([](const auto& request, int nth) {
    return nth == 1 ? Reply{.status = 429, .body = "{}", .headers = "Retry-After: 1\r\n"} : honest_google(request);
  });
  const auto start = std::chrono::steady_clock::now();
  translate(translator(), {"Hello"});
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(1000));

  serve([](const auto&, int) { return Reply{.status = 429, .body = "{}", .headers = "Retry-After: 60\r\n"}; });
  const Error error = failure(translator());
  EXPECT_EQ(error.retry_after_s(), 60);
  EXPECT_EQ(service_->requests().size(), 1U);
}

TEST_F(GoogleTest, EndsInTimeWhenTheServiceIsSlow) {
  serve([](const auto& request, int) {
    Reply reply = honest_google(request);
    reply.delay = milliseconds(5000);
    return reply;
  });
  ServiceLimits limits = quick();
  limits.timeout = milliseconds(200);
  const auto start = std::chrono::steady_clock::now();

  EXPECT_EQ(failure(translator(limits)).code(), "provider_timeout");

  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2000));
}

TEST_F(GoogleTest, DoesNotFollowRedirects) {
  serve([](const auto&, int) {
    return Reply{.status = 302, .body = "", .headers = "Location: http://127.0.0.1:1/\r\n"};
  });
  EXPECT_EQ(failure(translator()).code(), "provider_refused");
  EXPECT_EQ(service_->requests().size(), 1U);
}

TEST_F(GoogleTest, StopsAskingAServiceThatIsDownAndProbesItLater) {
  std::atomic<bool> up = false;
  serve([&](const auto& request, int) { return up ? honest_google(request) : Reply{.status = 500, .body = ""}; });
  const GoogleTranslator google = translator();

  failure(google);
  failure(google);
  const std::size_t asked = service_->requests().size();
  EXPECT_EQ(asked, 4U);  // the breaker opened
  EXPECT_EQ(failure(google).code(), "provider_unavailable");
  EXPECT_EQ(service_->requests().size(), asked);
  EXPECT_NE(metrics_.text().find("rapport_provider_breaker_state{provider=\"google\"} 2"), std::string::npos);

  up = true;
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(translate(google, {"Hello"})[0], "«Hello»");
  EXPECT_NE(metrics_.text().find("rapport_provider_breaker_state{provider=\"google\"} 0"), std::string::npos);
}

TEST_F(GoogleTest, RunsNoMoreRequestsAtOnceThanItMay) {
  serve([](const auto& request, int) {
    Reply reply = honest_google(request);
    reply.delay = milliseconds(30);
    return reply;
  });
  ServiceLimits limits = quick();
  limits.concurrent = 2;
  const GoogleTranslator google = translator(limits);
  std::vector<std::thread> threads;

  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { translate(google, {"Hello"}); });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(service_->requests().size(), 6U);
  EXPECT_LE(service_->most_at_once(), 2);
}

TEST_F(GoogleTest, KeepsToItsQuotaOfCharacters) {
  serve([](const auto& request, int) { return honest_google(request); });
  ServiceLimits limits = quick();
  limits.characters = {.per_minute = 20, .per_day = 0};
  const GoogleTranslator google = translator(limits);

  translate(google, {std::string(15, 'a')});
  const Error error = failure(google);

  EXPECT_EQ(error.code(), "provider_overloaded");
  EXPECT_GT(*error.retry_after_s(), 50);
  EXPECT_EQ(service_->requests().size(), 1U);
}

TEST_F(GoogleTest, BringsAWholeMessageThrough) {
  serve([](const auto& request, int) { return honest_google(request); });
  MessageTranslatorParts parts;
  parts.translators = {std::make_shared<GoogleTranslator>(
      GoogleSettings{.endpoint = service_->address(), .key = PrivateText(kKey), .limits = quick()}, metrics_)};
  parts.routing.order = {"google"};
  const MessageTranslator messages(parts, metrics_);
  const std::vector<std::string_view> texts = {"Hi {{1}}, pay $5 at https://x.co/a 😀\nBye"};

  const TranslatedMessage message = messages.translate(texts, {"en", "pt-BR"}).front();

  EXPECT_EQ(message.text, "«Hi {{1}}, pay $5 at» https://x.co/a 😀\n«Bye»");
  EXPECT_EQ(service_->requests().at(0).body.find("x.co"), std::string::npos);  // what need not leave does not
}

TEST(GoogleSettingsCheck, RefusesAddressesAndKeysThatCannotBe) {
  Metrics metrics;
  for (const char* address :
       {"http://example.com/x", "ftp://127.0.0.1/", "", "https://user@example.com/", "https://x/?a=b", "nonsense"}) {
    EXPECT_THROW(GoogleTranslator({.endpoint = address, .key = PrivateText("k")}, metrics), Error) << address;
  }
  EXPECT_THROW(GoogleTranslator({.key = PrivateText("a\nb")}, metrics), Error);
  EXPECT_NO_THROW(GoogleTranslator({.key = PrivateText("k")}, metrics));
}

TEST_F(GoogleTest, AsksNothingMoreForSomebodyWhoHasLeft) {
  for (const int status : {200, 503}) {
    std::atomic<bool> cancelled = false;
    serve([&](const auto& request, int) {
      cancelled = true;
      Reply reply = honest_google(request);
      reply.status = status;
      return reply;
    });
    const GoogleTranslator google = translator();
    try {
      (void)google.translate(std::vector<std::string_view>(300, "hello"), "en", "es", &cancelled);
      ADD_FAILURE() << "it went on";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "cancelled");
    }
    EXPECT_EQ(service_->requests().size(), 1U) << status;
  }
}

TEST(LibreTranslatorTest, AsksForItsLanguagesAndTranslatesWithTheirCodes) {
  TestService service([](const TestService::Request& request, int) {
    if (request.target == "/languages") {
      return Reply{
          .body =
              R"([{"code":"en","name":"English","targets":["zt","en","nb"]},{"code":"zt","name":"C","targets":["en"]},{"code":"nb","name":"N","targets":[]}])"};
    }
    return Reply{.body = R"({"translatedText":["uno","dos"]})"};
  });
  Metrics metrics;
  const LibreTranslator libre({.url = service.address() + "/", .key = PrivateText(kKey), .limits = quick()}, metrics);

  EXPECT_TRUE(libre.supports("en", "zh-TW"));
  EXPECT_TRUE(libre.supports("en", "no"));
  EXPECT_FALSE(libre.supports("no", "en"));
  EXPECT_FALSE(libre.supports("en", "es"));
  const std::vector<std::string_view> texts = {"one", "two"};
  EXPECT_EQ(libre.translate(texts, "en", "zh-TW", nullptr)[1].text, "dos");

  EXPECT_EQ(service.requests().size(), 2U);  // the languages once
  const json::value body = json::parse(service.requests()[1].body);
  EXPECT_EQ(body.at("target"), "zt");
  EXPECT_EQ(body.at("api_key"), kKey);
  EXPECT_EQ(service.requests()[1].target, "/translate");
}

TEST(LibreTranslatorTest, ItsKnownLanguagesHoldWhileItIsAskedAgainAndHangs) {
  std::promise<void> let_go;
  TestService service([go = let_go.get_future().share()](const TestService::Request&, int nth) {
    if (nth == 1) return Reply{.body = R"([{"code":"en","targets":["es"]},{"code":"es","targets":[]}])"};
    go.wait_for(std::chrono::seconds(10));
    return Reply{.body = R"([{"code":"en","targets":["fr"]},{"code":"fr","targets":[]}])"};
  });
  Metrics metrics;
  const LibreTranslator libre({.url = service.address(), .limits = quick(), .fresh = milliseconds(0)}, metrics);
  const auto begin = std::chrono::steady_clock::now();

  for (int i = 0; i < 10; ++i) EXPECT_TRUE(libre.supports("en", "es"));

  EXPECT_LT(std::chrono::steady_clock::now() - begin, quick().timeout / 2) << "somebody waited for it";
  let_go.set_value();
  while (!libre.supports("en", "fr") && std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)) {
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_TRUE(libre.supports("en", "fr"));
}

TEST(LibreTranslatorTest, AssumesTheUsualLanguagesWhileItsServerIsAway) {
  Metrics metrics;
  const LibreTranslator libre({.url = "http://127.0.0.1:1", .limits = quick()}, metrics);
  const std::vector<std::string_view> texts = {"one"};

  EXPECT_TRUE(libre.supports("en", "es"));
  EXPECT_FALSE(libre.supports("en", "sw"));
  EXPECT_THROW(libre.translate(texts, "en", "es", nullptr), Error);
}

TEST(LibreTranslatorTest, SurvivesAnswersThatAreWrong) {
  for (const char* body : {"[]", "{}", R"({"translatedText":"one"})", R"({"translatedText":[]})",
                           R"({"translatedText":[1]})", "<html>", R"({"error":"x"})"}) {
    TestService service([&](const TestService::Request&, int) { return Reply{.body = body}; });
    Metrics metrics;
    const LibreTranslator libre({.url = service.address(), .limits = quick()}, metrics);
    const std::vector<std::string_view> texts = {"one"};
    EXPECT_THROW(libre.translate(texts, "en", "es", nullptr), Error) << body;
  }
}

TEST(CircuitBreakerTest, LetsOneProbeThroughWhenItsRestIsOver) {
  CircuitBreaker breaker({.failures = 2, .rest = milliseconds(100), .longest_rest = milliseconds(300)});
  const CircuitBreaker::Time start = CircuitBreaker::Time() + std::chrono::hours(1);

  EXPECT_TRUE(breaker.may_ask(start));
  breaker.failed(start);
  EXPECT_TRUE(breaker.may_ask(start));
  breaker.failed(start);
  EXPECT_FALSE(breaker.may_ask(start));
  EXPECT_EQ(breaker.state(start), CircuitBreaker::State::kOpen);

  const auto later = start + milliseconds(100);
  EXPECT_EQ(breaker.state(later), CircuitBreaker::State::kHalfOpen);
  EXPECT_TRUE(breaker.may_ask(later));
  EXPECT_FALSE(breaker.may_ask(later));
  breaker.failed(later);
  EXPECT_FALSE(breaker.may_ask(later + milliseconds(150)));
  EXPECT_TRUE(breaker.may_ask(later + milliseconds(200)));
  breaker.succeeded();
  EXPECT_EQ(breaker.state(later + milliseconds(200)), CircuitBreaker::State::kClosed);
}

TEST(HtmlEntities, AreUndoneAndOtherMarksLeftAlone) {
  EXPECT_EQ(without_html_entities("&lt;a&gt; &amp;amp; &#39;&#x27;&quot;&apos; &#128512;"), "<a> &amp; ''\"' 😀");
  EXPECT_EQ(without_html_entities("a & b &; &nosuch; &#xD800; &#0; &#99999999999; &amp"),
            "a & b &; &nosuch; &#xD800; &#0; &#99999999999; &amp");
  EXPECT_FALSE(has_html_entities("AT&T; a & b"));
  EXPECT_TRUE(has_html_entities("x &#39;"));
}

}  // namespace
}  // namespace rapport::translation
