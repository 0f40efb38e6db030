#include "translation/message_translator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "translation/joined_translators.h"
#include "translation/protected_spans.h"

namespace rapport::translation {
namespace {

/// Translates by the function it is given; counts what it is asked.
class FakeTranslator final : public Translator {
 public:
  using Function = std::function<std::string(const std::string&)>;

  FakeTranslator(std::string name, std::vector<std::pair<std::string, std::string>> pairs, Function function,
                 bool model = true)
      : name_(std::move(name)), pairs_(std::move(pairs)), function_(std::move(function)), model_(model) {}

  const std::string& name() const override { return name_; }
  std::vector<std::string> languages() const override {
    std::vector<std::string> codes;
    for (const auto& [source, target] : pairs_) codes.insert(codes.end(), {source, target});
    return codes;
  }
  bool supports(std::string_view source, std::string_view target) const override {
    return std::any_of(pairs_.begin(), pairs_.end(),
                       [&](const auto& pair) { return pair.first == source && pair.second == target; });
  }
  bool wants_sentences() const override { return model_; }
  std::vector<Translated> translate(std::span<const std::string_view> texts, std::string_view, std::string_view,
                                    Cancelled) const override {
    std::vector<Translated> answers;
    for (const std::string_view text : texts) {
      asked.emplace_back(text);
      answers.push_back({function_(std::string(text)), 0.5});
    }
    return answers;
  }

  double least_confidence(std::string_view, std::string_view) const override { return least; }
  std::string edition(std::string_view, std::string_view) const override { return version; }

  /// As a service that was not reached before.
  void learn(const std::string& source, const std::string& target) { pairs_.emplace_back(source, target); }

  mutable std::vector<std::string> asked;
  double least = 0;
  std::string version;

 private:
  std::string name_;
  std::vector<std::pair<std::string, std::string>> pairs_;
  Function function_;
  bool model_;
};

/// Capitals for small letters; every other byte as it is.
std::string shout(const std::string& text) {
  std::string out = text;
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

/// Letters and spaces alone survive.
std::string destroy(const std::string& text) {
  std::string out;
  for (const char c : shout(text)) {
    if ((c >= 'A' && c <= 'Z') || c == ' ') out += c;
  }
  return out;
}

class FakeCache final : public TranslationCache {
 public:
  std::vector<std::optional<Translated>> find(const CacheScope& scope,
                                              std::span<const std::string_view> texts) override {
    std::vector<std::optional<Translated>> found;
    for (const std::string_view text : texts) {
      const auto known = kept.find(key(scope, text));
      found.push_back(known == kept.end() ? std::nullopt : std::optional(known->second));
    }
    return found;
  }
  void keep(const CacheScope& scope, std::span<const std::string_view> texts,
            std::span<const Translated> answers) override {
    for (std::size_t i = 0; i < texts.size(); ++i) kept[key(scope, texts[i])] = answers[i];
  }

  std::map<std::string, Translated> kept;

 private:
  static std::string key(const CacheScope& scope, std::string_view text) {
    std::string key;
    for (const std::string_view part : {scope.tenant, scope.model, scope.edition, scope.source, scope.target,
                                        scope.glossary, text}) {
      key.append(part).append("|");
    }
    return key;
  }
};

class MessageTranslatorTest : public ::testing::Test {
 protected:
  std::shared_ptr<FakeTranslator> add(const std::string& name, std::vector<std::pair<std::string, std::string>> pairs,
                                      FakeTranslator::Function function = shout, bool model = true) {
    auto translator = std::make_shared<FakeTranslator>(name, std::move(pairs), std::move(function), model);
    parts_.translators.push_back(translator);
    return translator;
  }

  TranslatedMessage translate(std::string_view text, Languages languages = {"en", "es"},
                              const MessageOptions& options = {}) {
    const std::vector<std::string_view> texts = {text};
    return all(texts, languages, options).front();
  }
  std::vector<TranslatedMessage> all(std::span<const std::string_view> texts, Languages languages,
                                     const MessageOptions& options = {}) {
    return MessageTranslator(parts_, metrics_).translate(texts, languages, options);
  }

  MessageTranslatorParts parts_;
  Metrics metrics_;
};

TEST_F(MessageTranslatorTest, KeepsLinesSpacesBulletsAndSpansByTheByte) {
  add("m", {{"en", "es"}});

  const TranslatedMessage message =
      translate("Hello  there! 😀\r\n\n- see https://x.co/a?b=c, now\n* it is *very good* for $5.00\n> quoted {{1}}  ");

  EXPECT_FALSE(message.error);
  EXPECT_EQ(message.text,
            "HELLO  THERE! 😀\r\n\n- SEE https://x.co/a?b=c, NOW\n* IT IS *VERY GOOD* FOR $5.00\n> QUOTED {{1}}  ");
  EXPECT_EQ(message.model, "m");
  EXPECT_EQ(message.placeholders.in, message.placeholders.out);
  EXPECT_TRUE(message.placeholders.ok);
  EXPECT_NEAR(*message.confidence, 0.5, 1e-9);
}

TEST_F(MessageTranslatorTest, GivesModelsSentencesAndServicesLines) {
  const auto model = add("m", {{"en", "es"}});
  translate("One thing. Another thing.\nThird");
  EXPECT_EQ(model->asked, (std::vector<std::string>{"One thing.", "Another thing.", "Third"}));

  parts_ = {};
  parts_.routing.order = {"s"};
  const auto service = add("s", {{"en", "es"}}, shout, false);
  translate("Hi {{1}}, one thing. Another at $5.\nThird");
  EXPECT_EQ(service->asked, (std::vector<std::string>{"Hi {1}, one thing. Another at {2}.", "Third"}));
}

// Found by fuzzing: the character before a place was never read where it has several bytes.
TEST_F(MessageTranslatorTest, KnowsMarksAndSpacesOfSeveralBytesAtTheEndOfAnAnswer) {
  add("m", {{"en", "es"}});
  EXPECT_EQ(translate("hello friend {{1}}\uFF01").text, "HELLO FRIEND {{1}}\uFF01")
      << "a mark that was lent comes back";
  EXPECT_EQ(translate("hello\u00A0").text, "HELLO\u00A0");
}

// Found by fuzzing.
TEST_F(MessageTranslatorTest, KeepsSpacesBetweenMarksAndWords) {
  add("m", {{"en", "es"}});

  EXPECT_EQ(translate("hello ``` dear friend ``` of ours").text, "HELLO ``` DEAR FRIEND ``` OF OURS");
}

TEST_F(MessageTranslatorTest, TranslatesAroundTheSpansThatATranslatorDestroys) {
  for (const bool model : {true, false}) {
    parts_ = {};
    parts_.routing.order = {"m"};
    add("m", {{"en", "es"}}, destroy, model);
    const TranslatedMessage message = translate("dear {{1}} your order ORD-123 costs $5.00 today");
    ASSERT_FALSE(message.error);
    EXPECT_EQ(message.text, "DEAR {{1}} YOUR ORDER ORD-123 COSTS $5.00 TODAY");
    EXPECT_EQ(message.placeholders.in, 3U);
    EXPECT_EQ(message.placeholders.out, 3U);
  }
}

TEST_F(MessageTranslatorTest, AModelThatSpoilsPricesGetsTheWholeSentenceWithStandInsForThem) {
  const auto model = add("m", {{"en", "es"}}, [](std::string text) {
    for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$')) text.erase(at, 3);
    return shout(text);
  });

  const TranslatedMessage message = translate("dear {{1}} your 2 tickets cost $45.90 today");

  ASSERT_FALSE(message.error);
  EXPECT_EQ(message.text, "DEAR {{1}} YOUR 2 TICKETS COST $45.90 TODAY");
  EXPECT_EQ(model->asked, (std::vector<std::string>{"dear 2013 your 2 tickets cost $45.90 today",
                                                    "dear 2013 your 2014 tickets cost 2015 today"}));
  EXPECT_EQ(message.placeholders.out, 2U);
}

TEST_F(MessageTranslatorTest, RefusesAMessageThatWouldComeOutDamaged) {
  add("m", {{"en", "es"}}, [](const std::string& text) { return text + " https://spam.example.com/x"; });

  const TranslatedMessage message = translate("hello {{1}} dear friend");

  ASSERT_TRUE(message.error);
  EXPECT_EQ(message.error->code(), "placeholders_damaged");
  EXPECT_TRUE(message.text.empty());
  EXPECT_FALSE(message.placeholders.ok);
  EXPECT_NE(metrics_.text().find("rapport_placeholder_mismatch_total{model=\"m\"} 1"), std::string::npos);
}

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

TEST_F(MessageTranslatorTest, BringsEverySpanThroughWhateverTheTranslatorDoes) {
  const std::vector<std::string> pieces = {"hello ",
                                           "my friend ",
                                           "{{1}} ",
                                           "https://x.co/a ",
                                           "*bold words* ",
                                           "_x_ ",
                                           "😀 ",
                                           "$5.00 ",
                                           "12 ",
                                           "ORD-12345 ",
                                           "@ana ",
                                           "#sale ",
                                           "a@b.co ",
                                           ", ",
                                           ". ",
                                           "? ",
                                           "\n",
                                           "%s ",
                                           "5kg ",
                                           "*{name}* ",
                                           "> ",
                                           "- "};
  const std::vector<FakeTranslator::Function> functions = {
      shout, destroy, [](const std::string& text) { return text.substr(0, text.size() / 2) + " x"; },
      [](const std::string& text) { return text + " " + text; }};
  Rng rng(5);
  std::size_t whole = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string text;
    const auto count = rng.integer(1, 12);
    for (int i = 0; i < count; ++i)
      text += pieces[static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(pieces.size()) - 1))];
    parts_ = {};
    parts_.routing.order = {"m"};
    add("m", {{"en", "es"}}, functions[static_cast<std::size_t>(round % 4)], round % 8 < 4);
    const TranslatedMessage message = translate(text);
    if (message.error) continue;
    ++whole;
    std::vector<std::string> in;
    std::vector<std::string> out;
    for (const Span& span : protected_spans(text))
      if (span.kind != SpanKind::kMarkup) in.emplace_back(span.of(text));
    for (const Span& span : protected_spans(message.text))
      if (span.kind != SpanKind::kMarkup) out.emplace_back(span.of(message.text));
    std::sort(in.begin(), in.end());
    std::sort(out.begin(), out.end());
    ASSERT_EQ(in, out) << text << "\n=> " << message.text;
    ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), std::count(message.text.begin(), message.text.end(), '\n'));
  }
  EXPECT_GT(whole, 1400U);
}

TEST(Routing, ReadsOrdersAndPairs) {
  const Routing routing = parse_routing(" local , google;en-pt-BR=google; zh_Hant-*=local;");
  EXPECT_EQ(routing.order, (std::vector<std::string>{"local", "google"}));
  EXPECT_EQ(routing.pairs.at({"en", "pt"}), (std::vector<std::string>{"google"}));
  EXPECT_EQ(routing.pairs.at({"zh-TW", "*"}), (std::vector<std::string>{"local"}));
  for (const char* wrong : {"", ",", "a,,b", "a,a", "a;en=b", "a;en-xx=b", "a;en-es=", "a;en-es=b;en-es=c"}) {
    EXPECT_THROW(parse_routing(wrong), Error) << wrong;
  }
}

}  // namespace
}  // namespace rapport::translation
