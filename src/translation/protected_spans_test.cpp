#include "translation/protected_spans.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/rng.h"

namespace rapport::translation {
namespace {

using Kinds = std::vector<std::pair<SpanKind, std::string>>;

Kinds found(std::string_view text, const Glossary& glossary = {}) {
  Kinds kinds;
  for (const Span& span : protected_spans(text, glossary)) kinds.emplace_back(span.kind, std::string(span.of(text)));
  return kinds;
}

void expect_spans(std::string_view text, const Kinds& expected) {
  const Kinds spans = found(text);
  ASSERT_EQ(spans.size(), expected.size()) << text << " has " << ::testing::PrintToString(spans);
  for (std::size_t i = 0; i < spans.size(); ++i) {
    EXPECT_EQ(spans[i].second, expected[i].second) << text;
    EXPECT_EQ(static_cast<int>(spans[i].first), static_cast<int>(expected[i].first)) << text << ": " << spans[i].second;
  }
}

TEST(ProtectedSpans, FindAddressesAndLeaveTheSentencesMarksOutOfThem) {
  expect_spans("See https://shop.example.com/a?b=1&c=2.", {{SpanKind::kUrl, "https://shop.example.com/a?b=1&c=2"}});
  expect_spans("(https://x.org/wiki/A_(b))", {{SpanKind::kUrl, "https://x.org/wiki/A_(b)"}});
  expect_spans("Go to www.tienda.mx, now", {{SpanKind::kUrl, "www.tienda.mx"}});
  expect_spans("wa.me/5511999990000?text=hi", {{SpanKind::kUrl, "wa.me/5511999990000?text=hi"}});
  expect_spans("https://x.co/{{1}}/track", {{SpanKind::kUrl, "https://x.co/{{1}}/track"}});
  expect_spans("请看https://x.co/a谢谢", {{SpanKind::kUrl, "https://x.co/a"}});
  expect_spans("mail ana.b+c@x-y.com.br.", {{SpanKind::kEmail, "ana.b+c@x-y.com.br"}});
  expect_spans("gracias.me avisas", {});
}

TEST(ProtectedSpans, FindPlaceholdersOfTemplatesAndPrograms) {
  expect_spans("Hi {{1}}, {name}!", {{SpanKind::kPlaceholder, "{{1}}"}, {SpanKind::kPlaceholder, "{name}"}});
  expect_spans("%s of %1$s at %d, %(who)s ${x} $name$", {{SpanKind::kPlaceholder, "%s"},
                                                         {SpanKind::kPlaceholder, "%1$s"},
                                                         {SpanKind::kPlaceholder, "%d"},
                                                         {SpanKind::kPlaceholder, "%(who)s"},
                                                         {SpanKind::kPlaceholder, "${x}"},
                                                         {SpanKind::kPlaceholder, "$name$"}});
  expect_spans("{n, plural, one {# item} other {# items}}",
               {{SpanKind::kPlaceholder, "{n, plural, one {# item} other {# items}}"}});
  expect_spans("a { b", {});
  expect_spans("save 50 %discount", {{SpanKind::kAmount, "50 %"}});
  expect_spans("<b>hi</b> <Media omitted> 1 < 2", {{SpanKind::kTag, "<b>"},
                                                   {SpanKind::kTag, "</b>"},
                                                   {SpanKind::kTag, "<Media omitted>"},
                                                   {SpanKind::kNumber, "1"},
                                                   {SpanKind::kNumber, "2"}});
}

TEST(ProtectedSpans, FindPricesPhonesAndCodes) {
  expect_spans("$1,299.00 or 1.299,00 € or Rs. 500/- or R$ 59,90 or ₹2cr", {{SpanKind::kAmount, "$1,299.00"},
                                                                            {SpanKind::kAmount, "1.299,00 €"},
                                                                            {SpanKind::kAmount, "Rs. 500/-"},
                                                                            {SpanKind::kAmount, "R$ 59,90"},
                                                                            {SpanKind::kAmount, "₹2cr"}});
  expect_spans("5kg, 20%, 250 ml, INR 999, 5 a day", {{SpanKind::kAmount, "5kg"},
                                                      {SpanKind::kAmount, "20%"},
                                                      {SpanKind::kAmount, "250 ml"},
                                                      {SpanKind::kAmount, "INR 999"},
                                                      {SpanKind::kNumber, "5"}});
  expect_spans("Call +55 (11) 99999-0000 or (555) 123-4567.",
               {{SpanKind::kPhone, "+55 (11) 99999-0000"}, {SpanKind::kPhone, "(555) 123-4567"}});
  expect_spans("order ORD-12345, use code SUMMER, PLEASE",
               {{SpanKind::kCode, "ORD-12345"}, {SpanKind::kCode, "SUMMER"}});
  expect_spans("at 10:30 on 12/05/2026, the 2nd of 3",
               {{SpanKind::kNumber, "10:30"}, {SpanKind::kNumber, "12/05/2026"}, {SpanKind::kNumber, "3"}});
  expect_spans("कीमत ₹१,२९९ है", {{SpanKind::kAmount, "₹१,२९९"}});
  expect_spans("価格1,299円です", {{SpanKind::kNumber, "1,299"}});
}

TEST(ProtectedSpans, FindMentionsTagsAndShortcodes) {
  expect_spans("@ana.b see #Oferta_2 :smile: at 10:30:45 a:b:c", {{SpanKind::kMention, "@ana.b"},
                                                                  {SpanKind::kHashtag, "#Oferta_2"},
                                                                  {SpanKind::kShortcode, ":smile:"},
                                                                  {SpanKind::kNumber, "10:30:45"}});
}

TEST(ProtectedSpans, KeepEmojiSequencesWhole) {
  expect_spans(
      "👨‍👩‍👧‍👦 👍🏽 🇧🇷🇮🇳 1️⃣ ❤️ 🏳️‍🌈 🏴󠁧󠁢󠁥󠁮󠁧󠁿 "
      ":) "
      "<3",
      {{SpanKind::kEmoji, "👨‍👩‍👧‍👦"},
       {SpanKind::kEmoji, "👍🏽"},
       {SpanKind::kEmoji, "🇧🇷"},
       {SpanKind::kEmoji, "🇮🇳"},
       {SpanKind::kEmoji, "1️⃣"},
       {SpanKind::kEmoji, "❤️"},
       {SpanKind::kEmoji, "🏳️‍🌈"},
       {SpanKind::kEmoji, "🏴󠁧󠁢󠁥󠁮󠁧󠁿"},
       {SpanKind::kEmoji, ":)"},
       {SpanKind::kEmoji, "<3"}});
}

TEST(ProtectedSpans, PairTheMarksOfFormattingAndNestThem) {
  const std::string text = "*bold _and more_* ~no~ `x1` *{{1}}*";
  const std::vector<Span> spans = protected_spans(text);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (spans[i].partner == Span::kNone) continue;
    ASSERT_LT(spans[i].partner, spans.size());
    EXPECT_EQ(spans[spans[i].partner].partner, i);
    if (spans[i].partner > i) pairs.emplace_back(spans[i].begin, spans[spans[i].partner].begin);
  }

  ASSERT_EQ(pairs.size(), 5U);
  EXPECT_EQ(pairs[0], std::make_pair(std::size_t{0}, text.find("* ~no")));
  EXPECT_EQ(pairs[1], std::make_pair(text.find("_and"), text.find("_* ")));
  EXPECT_EQ(placeholder_count(spans), 6U);
}

TEST(ProtectedSpans, LeaveMarksThatFormatNothing) {
  expect_spans("2*3*4 snake_case_name *_* * item * a ~",
               {{SpanKind::kNumber, "2"}, {SpanKind::kNumber, "3"}, {SpanKind::kNumber, "4"}});
  expect_spans("*a\nb*", {});
  expect_spans("> quoted\n>:( >100", {{SpanKind::kMarkup, ">"}, {SpanKind::kNumber, "100"}});
  expect_spans("*a _b* c_", {{SpanKind::kMarkup, "*"}, {SpanKind::kMarkup, "*"}});
  expect_spans("```a *b*\nc```", {{SpanKind::kMarkup, "```"}, {SpanKind::kMarkup, "```"}});
}

TEST(ProtectedSpans, FindGlossaryTermsAsWholeWordsWhateverTheirCase) {
  const std::vector<GlossaryTerm> terms = {{"Acme", ""}, {"Acme Pro", "Acme Profesional"}, {"café", "kiosko"}};
  const Glossary glossary(terms);
  const std::string text = "acme, ACME PRO; Acmes macme Cafe";
  const std::vector<Span> spans = protected_spans(text, glossary);

  ASSERT_EQ(spans.size(), 3U);
  EXPECT_EQ(replacement(spans[0], text, glossary), "acme");
  EXPECT_EQ(replacement(spans[1], text, glossary), "Acme Profesional");
  EXPECT_EQ(replacement(spans[2], text, glossary), "kiosko");
  EXPECT_EQ(replacement(protected_spans(text, glossary.keeping_terms())[1], text, glossary.keeping_terms()),
            "ACME PRO");
}

TEST(Glossary, RefusesTermsThatCannotBeMeant) {
  const auto refused = [](std::vector<GlossaryTerm> terms) {
    try {
      const Glossary glossary(terms);
    } catch (const Error& error) {
      return error.code() == "invalid_glossary";
    }
    return false;
  };

  EXPECT_TRUE(refused({{"", "x"}}));
  EXPECT_TRUE(refused({{" a", "x"}}));
  EXPECT_TRUE(refused({{"a", "x"}, {"A", "y"}}));
  EXPECT_TRUE(refused({{"a", "x\ny"}}));
  EXPECT_TRUE(refused({{"a\xff", "x"}}));
  EXPECT_TRUE(refused(std::vector<GlossaryTerm>(kMaxGlossaryTerms + 1, GlossaryTerm{"a", "b"})));
  EXPECT_FALSE(refused({{"a", "x"}, {"A", "x"}}));
}

/// Whatever the bytes: in order, without overlaps, markup in pairs that point at each other and nest.
void expect_sound(std::string_view text) {
  const std::vector<Span> spans = protected_spans(text);
  std::size_t end = 0;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    ASSERT_GE(spans[i].begin, end);
    ASSERT_GT(spans[i].end, spans[i].begin);
    ASSERT_LE(spans[i].end, text.size());
    end = spans[i].end;
    if (spans[i].partner == Span::kNone) continue;
    ASSERT_EQ(spans[i].kind, SpanKind::kMarkup);
    if (spans[i].partner > i) {
      open.push_back(i);
    } else {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back(), spans[i].partner);
      ASSERT_EQ(spans[open.back()].of(text), spans[i].of(text));
      open.pop_back();
    }
  }
  ASSERT_TRUE(open.empty());
}

TEST(ProtectedSpans, AreSoundForRandomCompositions) {
  const std::vector<std::string> parts = {
      "*",    "_",    "~", "`",   "```",   " ",    " ",       "\n",   "a",        "word", "5",     "$",
      "€",    "%s",   "{", "}",   "{{1}}", "<b>",  "<",       ">",    "@a",       "#b",   ":x:",   "https://x.co/a",
      ")",    "(",    "😀", "‍", "️",   "🏽", "1️⃣", "\xff", "\xe2\x82", "+55",  "12-34", "A1B2C3",
      "हिंदी", "中文", ".", ",",   "a@b.co"};
  Rng rng(7);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    const auto count = rng.integer(0, 24);
    for (int i = 0; i < count; ++i)
      text += parts[static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(parts.size()) - 1))];
    expect_sound(text);
  }
}

TEST(ProtectedSpans, TakeTimeInProportionToTheLength) {
  const std::vector<std::string> hostile = {"a-",        "1.",          "{",    "{{",  "<a",  "a.",   "@",  "#",
                                            "https://(", "x)",          "*a ",  "```", "+1-", "a@b.", "%(", ":a",
                                            "1.1a",      "https://x))", "_*~`", "$",   "-",   "\xe2"};
  for (const std::string& part : hostile) {
    std::string text;
    while (text.size() < 60'000) text += part;
    const auto start = std::chrono::steady_clock::now();
    expect_sound(text);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << part;
  }
}

}  // namespace
}  // namespace rapport::translation
