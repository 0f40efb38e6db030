#include "translation/message_translator_test.h"

#include <string>
#include <vector>

#include "base/rng.h"
#include "translation/protected_spans.h"

namespace rapport::translation {
namespace {

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