#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "translation/joined_translators.h"
#include "translation/message_translator_test.h"

namespace rapport::translation {
namespace {

TEST_F(MessageTranslatorTest, AsksTheNextTranslatorWhenOneFailsOrDamages) {
  parts_.routing.order = {"bad", "worse", "good"};
  add("bad", {{"en", "es"}},
      [](const std::string&) -> std::string { throw Error(ErrorKind::kOverloaded, "overloaded", "Too much."); });
  add("worse", {{"en", "es"}}, [](const std::string& text) { return text + " {name}"; });
  add("good", {{"en", "es"}});

  const TranslatedMessage message = translate("hello");

  EXPECT_FALSE(message.error);
  EXPECT_EQ(message.model, "good");
}

TEST_F(MessageTranslatorTest, SaysWhatTheLastTranslatorFailedOf) {
  add("bad", {{"en", "es"}}, [](const std::string&) -> std::string {
    throw Error(ErrorKind::kOverloaded, "overloaded", "Too much.").with_retry_after_s(3);
  });

  const TranslatedMessage message = translate("hello");

  ASSERT_TRUE(message.error);
  EXPECT_EQ(message.error->code(), "overloaded");
  EXPECT_EQ(message.error->retry_after_s(), 3);
}

TEST_F(MessageTranslatorTest, AsksNobodyElseOnceItIsCancelled) {
  std::atomic<bool> cancelled = false;
  const auto leaves = [&](const std::string& text) {
    cancelled = true;
    return text;
  };
  const auto leaves_and_fails = [&](const std::string&) -> std::string {
    cancelled = true;
    throw Error(ErrorKind::kTimeout, "cancelled", "");
  };
  add("first", {{"es", "en"}}, leaves);
  const auto second = add("second", {{"en", "fr"}});
  add("fails", {{"es", "de"}}, leaves_and_fails);
  const auto other = add("other", {{"es", "de"}});

  for (const char* target : {"fr", "de"}) {
    cancelled = false;
    try {
      translate("hola", {"es", target}, {.cancelled = &cancelled});
      ADD_FAILURE() << target;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "cancelled");
    }
  }
  EXPECT_TRUE(second->asked.empty());
  EXPECT_TRUE(other->asked.empty());
}

TEST_F(MessageTranslatorTest, GoesThroughEnglishAndSaysSo) {
  add("a", {{"es", "en"}});
  add("b", {{"en", "fr"}}, [](const std::string& text) { return text + "!"; });
  const std::vector<GlossaryTerm> terms = {{"cosa", "chose"}};

  const TranslatedMessage message = translate("hola cosa", {"es", "fr"}, {.glossary = terms});

  ASSERT_FALSE(message.error);
  EXPECT_EQ(message.text, "HOLA chose!");
  EXPECT_EQ(message.model, "a + b");
  EXPECT_EQ(message.via, "en");
  EXPECT_NEAR(*message.confidence, 0.25, 1e-9);
}

TEST_F(MessageTranslatorTest, AnAnswerBelowTheTranslatorsLeastConfidenceIsAnErrorThatNamesWhatToInstall) {
  parts_.remedy = [](std::string_view, std::string_view) { return "pull opus"; };
  add("builtin", {{"en", "es"}})->least = 0.51;

  const TranslatedMessage message = translate("hello", {"en", "es"});

  ASSERT_TRUE(message.error);
  EXPECT_EQ(message.error->code(), "translation_uncertain");
  EXPECT_NE(message.error->message().find("pull opus"), std::string::npos);
  EXPECT_TRUE(message.text.empty());
}

// Two legs at 0.5 each make 0.25 together; each is measured by its own translator's bound.
TEST_F(MessageTranslatorTest, ThroughEnglishEachTranslatorIsHeldToItsOwnLeastConfidence) {
  FakeCache cache;
  parts_.cache = &cache;
  add("a", {{"es", "en"}})->least = 0.4;
  add("b", {{"en", "fr"}})->least = 0.4;
  add("c", {{"en", "it"}})->least = 0.6;

  EXPECT_FALSE(translate("hola", {"es", "fr"}).error);
  for (int twice = 0; twice < 2; ++twice) {  // the second time it would come out of the cache, had it been kept
    const TranslatedMessage unsure = translate("hola", {"es", "it"});
    ASSERT_TRUE(unsure.error);
    EXPECT_EQ(unsure.error->code(), "translation_uncertain");
  }
}

TEST_F(MessageTranslatorTest, OfJoinedTranslatorsEachHasItsOwnLeastConfidence) {
  const auto to_spanish = add("to-es", {{"en", "es"}});
  const auto to_english = add("to-en", {{"es", "en"}});
  to_spanish->least = 0.4;
  to_english->least = 0.6;
  parts_.translators = {std::make_shared<JoinedTranslators>(
      "builtin", std::vector<std::shared_ptr<const Translator>>{to_spanish, to_english})};

  EXPECT_FALSE(translate("hello", {"en", "es"}).error);
  ASSERT_TRUE(translate("hola", {"es", "en"}).error);
}

TEST_F(MessageTranslatorTest, NamesWhatToInstallWhereNobodyKnowsThePair) {
  parts_.remedy = [](std::string_view source, std::string_view target) {
    return "pull " + std::string(source) + "-" + std::string(target);
  };
  add("a", {{"en", "es"}});

  const TranslatedMessage message = translate("bonjour", {"fr", "ja"});

  ASSERT_TRUE(message.error);
  EXPECT_EQ(message.error->code(), "no_translator");
  EXPECT_EQ(http_status(message.error->kind()), 503);
  EXPECT_NE(message.error->message().find("French to Japanese"), std::string::npos);
  EXPECT_NE(message.error->message().find("pull fr-ja"), std::string::npos);
}

TEST_F(MessageTranslatorTest, FindsLanguagesOutAndLeavesTextsOfTheTargetAlone) {
  add("a", {{"en", "es"}});
  const std::vector<std::string_view> texts = {"Where is my order? I have been waiting for a week",
                                               "¿Dónde está mi pedido? Lo necesito para mañana por la mañana",
                                               "😀 https://x.co/a {{1}}", "ok"};

  const auto messages = all(texts, {"", "es-MX"});

  EXPECT_EQ(messages[0].source, "en");
  EXPECT_EQ(messages[0].source_from, SourceFrom::kDetected);
  EXPECT_GT(*messages[0].detected_prob, 0.5);
  EXPECT_TRUE(messages[1].unchanged);
  EXPECT_EQ(messages[1].text, texts[1]);
  EXPECT_EQ(messages[1].target, "es");
  EXPECT_TRUE(messages[2].unchanged);
  EXPECT_EQ(messages[2].source, "und");
  EXPECT_EQ(messages[2].placeholders.in, 3U);
  EXPECT_EQ(messages[3].source_from, SourceFrom::kAssumed);
}

TEST_F(MessageTranslatorTest, SaysWhenATextDoesNotTellItsLanguage) {
  add("a", {{"en", "es"}});

  EXPECT_EQ(translate("ok", {"", "es"}).error->code(), "language_unknown");
  EXPECT_EQ(translate("ok", {"", "es"}, {.likely_source = "en-US"}).text, "OK");
}

TEST_F(MessageTranslatorTest, RefusesCodesThatNoLanguageHas) {
  EXPECT_THROW(translate("a", {"en", "zz"}), Error);
  EXPECT_THROW(translate("a", {"xx", "es"}), Error);
}

TEST_F(MessageTranslatorTest, TranslatesWhatIsTheSameOnce) {
  const auto model = add("a", {{"en", "es"}});
  const std::vector<std::string_view> texts = {"Thanks. Bye.", "Thanks. Bye.", "Bye."};

  const auto messages = all(texts, {"en", "es"});

  EXPECT_EQ(model->asked.size(), 2U);
  EXPECT_EQ(messages[1].text, "THANKS. BYE.");
  EXPECT_EQ(messages[2].text, "BYE.");
}

TEST_F(MessageTranslatorTest, RemembersWhatCameOutWellApartForTenantsModelsAndGlossaries) {
  FakeCache cache;
  parts_.cache = &cache;
  const auto model = add("a", {{"en", "es"}});
  const std::vector<GlossaryTerm> terms = {{"hello", "Hola"}};

  translate("hello there", {"en", "es"}, {.tenant = "x"});
  const TranslatedMessage again = translate("hello there", {"en", "es"}, {.tenant = "x"});
  EXPECT_EQ(model->asked.size(), 1U);
  EXPECT_EQ(again.text, "HELLO THERE");
  EXPECT_EQ(again.model, "a");

  translate("hello there", {"en", "es"}, {.tenant = "y"});
  EXPECT_EQ(translate("hello there", {"en", "es"}, {.glossary = terms, .tenant = "x"}).text, "Hola THERE");
  EXPECT_EQ(model->asked.size(), 3U);
}

TEST_F(MessageTranslatorTest, AnswersOfAnEarlierEditionAreForgotten) {
  FakeCache cache;
  parts_.cache = &cache;
  const auto first = add("a", {{"es", "en"}});
  const auto second = add("b", {{"en", "fr"}});

  const auto asked = [&] {
    translate("hola", {"es", "fr"});
    return first->asked.size();
  };
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(asked(), 1U);
  second->version = "2";  // either of the two models on the way
  EXPECT_EQ(asked(), 2U);
  first->version = "2";
  EXPECT_EQ(asked(), 3U);
  EXPECT_EQ(asked(), 3U);
}

TEST_F(MessageTranslatorTest, CountsCharactersByModelWhateverTheLanguages) {
  add("s", {{"en", "es"}, {"en", "fr"}, {"fr", "en"}});

  for (const auto& [source, target] : {std::pair("en", "es"), std::pair("en", "fr"), std::pair("fr", "en")}) {
    translate("héllo", {source, target});
  }

  EXPECT_NE(metrics_.text().find("rapport_translation_chars_total{model=\"s\"} 15"), std::string::npos)
      << metrics_.text();
}

TEST_F(MessageTranslatorTest, OrdersTranslatorsByPair) {
  parts_.routing = parse_routing("local, s; en-fr = s, local; *-de = s");
  add("m", {{"en", "es"}, {"en", "fr"}, {"en", "de"}});
  add("s", {{"en", "es"}, {"en", "fr"}, {"en", "de"}}, shout, false);

  EXPECT_EQ(translate("hi you", {"en", "es"}).model, "m");
  EXPECT_EQ(translate("hi you", {"en", "fr"}).model, "s");
  EXPECT_EQ(translate("hi you", {"en", "de"}).model, "s");
}

TEST_F(MessageTranslatorTest, ListsWhatItCanTranslate) {
  add("a", {{"es", "en"}, {"en", "fr"}});

  const MessageTranslator translator(parts_, metrics_);

  ASSERT_EQ(translator.languages().size(), 3U);
  EXPECT_EQ(translator.languages()[0].code, "en");
  EXPECT_EQ(translator.languages()[1].targets, (std::vector<std::string>{"en", "fr"}));
  EXPECT_TRUE(translator.languages()[2].targets.empty());
}

TEST_F(MessageTranslatorTest, ListsWhatAServiceLearnsWhileItRuns) {
  parts_.routing.order = {"s"};
  const auto service = add("s", {{"en", "es"}}, shout, false);
  const MessageTranslator translator(parts_, metrics_);
  ASSERT_EQ(translator.languages().size(), 2U);

  service->learn("en", "hi");

  ASSERT_EQ(translator.languages().size(), 3U);
  EXPECT_EQ(translator.languages()[0].targets, (std::vector<std::string>{"es", "hi"}));
}

}  // namespace
}  // namespace rapport::translation
