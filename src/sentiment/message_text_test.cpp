#include "sentiment/message_text.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rapport::sentiment {
namespace {

std::string words_of(std::string_view text) {
  return read_message(text).words;
}

TEST(MessageText, LeavesPlainTextAsItIs) {
  for (const char* text : {"Thank you so much! This product is amazing!", "no 😡😡", "2*3*4 = 24", "john_doe_99 wrote",
                           "https://shop.example.com/a_b_c?x=*y*", "it`s fine, don`t worry", "~5 minutes, ~10 at most",
                           "* milk\n* bread", "कब आएगा मेरा ऑर्डर?", "مرحبا"}) {
    EXPECT_EQ(words_of(text), text);
  }
}

TEST(MessageText, TakesTheMarksOfFormattingAwayAndKeepsTheWords) {
  EXPECT_EQ(words_of("this is *really* bad"), "this is really bad");
  EXPECT_EQ(words_of("_so_ ~good~ `yes` ```no```"), "so good yes no");
  EXPECT_EQ(words_of("*_never again_*!"), "never again!");
  EXPECT_EQ(words_of("*गुस्सा* (*hola*)"), "गुस्सा (hola)");
  EXPECT_EQ(words_of("*two words*, *and three more*."), "two words, and three more.");
}

TEST(MessageText, KeepsMarksThatFormatNothing) {
  EXPECT_EQ(words_of("*_* and -_- and T_T"), "*_* and -_- and T_T");
  EXPECT_EQ(words_of("*open\nand not closed*"), "*open\nand not closed*");
  EXPECT_EQ(words_of("* not bold *"), "* not bold *");
}

TEST(MessageText, LeavesQuotesOfOthersOut) {
  EXPECT_EQ(words_of("> I love your shop\nI do not"), "I do not");
  EXPECT_EQ(words_of(">this was great\n>> and this\nNo it was not\n> really?"), "No it was not");
  EXPECT_EQ(words_of("> *Ana:* yes\r\nok\r\nthen"), "ok\r\nthen");
}

TEST(MessageText, DoesNotTakeEmoticonsAndComparisonsForQuotes) {
  EXPECT_EQ(words_of(">:("), ">:(");
  EXPECT_EQ(words_of(">_< why"), ">_< why");
  EXPECT_EQ(words_of(">100 pieces"), ">100 pieces");
}

TEST(MessageText, SaysWhyAMessageHasNoWords) {
  const auto reason = [](std::string_view text) {
    const MessageText message = read_message(text);
    EXPECT_FALSE(message.has_words) << text;
    return to_string(message.reason);
  };
  EXPECT_EQ(reason(""), "blank");
  EXPECT_EQ(reason(" \t\n\r\n"), "blank");
  EXPECT_EQ(reason("\u200e\u200b"), "blank");
  EXPECT_EQ(reason("> only what you said\n>"), "quote_only");
  EXPECT_EQ(reason("https://example.com/a"), "links_only");
  EXPECT_EQ(reason("www.example.com, https://b.example.org."), "links_only");
  EXPECT_EQ(reason("ana@example.com"), "links_only");
  EXPECT_EQ(reason("{{1}}"), "placeholders_only");
  EXPECT_EQ(reason("{{1}} https://example.com"), "placeholders_only");
  EXPECT_EQ(reason("<Media omitted>"), "placeholders_only");
  EXPECT_EQ(reason("\u200e<Arquivo de mídia oculto>"), "placeholders_only");
  EXPECT_EQ(reason("..."), "marks_only");
  EXPECT_EQ(reason("()"), "marks_only");
}

TEST(MessageText, EmojiNumbersAndQuestionMarksSaySomething) {
  for (const char* text : {"👍", "😡😡😡", ":(", "<3", "???", "!!!", "10", "♥"}) {
    const MessageText message = read_message(text);
    EXPECT_TRUE(message.has_words) << text;
    EXPECT_FALSE(message.has_letters) << text;
  }
  for (const char* text : {"ok", "{{1}}, thanks", "see https://example.com", "很好", "ครับ", "<b>bold</b>"}) {
    const MessageText message = read_message(text);
    EXPECT_TRUE(message.has_words) << text;
    EXPECT_TRUE(message.has_letters) << text;
  }
}

TEST(MessageText, IsLinearForHostileBytes) {
  std::string marks;
  for (int i = 0; i < 200'000; ++i) marks += "*a ";
  std::string backticks(600'000, '`');
  std::string quotes;
  for (int i = 0; i < 300'000; ++i) quotes += ">\n";
  const auto start = std::chrono::steady_clock::now();

  read_message(marks);
  read_message(backticks);
  read_message(quotes);
  read_message(std::string("\xff\xfe\x00*a*\x80", 8));

  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << "a quadratic one takes minutes";
}

}  // namespace
}  // namespace rapport::sentiment
