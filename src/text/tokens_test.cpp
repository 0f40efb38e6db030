#include "text/tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rapport::text {
namespace {

std::string show(const Token& token) {
  switch (token.kind) {
    case TokenKind::kWord:
      return std::string(token.folded);
    case TokenKind::kNumber:
      return "#";
    case TokenKind::kClauseEnd:
      return ",";
    case TokenKind::kSentenceEnd:
      return ".";
    case TokenKind::kLineEnd:
      return "/";
    case TokenKind::kQuestion:
      return "?";
    case TokenKind::kExclamation:
      return "!";
    case TokenKind::kEmoji:
      return "(e)";
    case TokenKind::kLink:
      return "(link)";
    case TokenKind::kPlaceholder:
      return "(slot)";
  }
  return {};
}

std::vector<std::string> scan(std::string_view text) {
  std::vector<std::string> out;
  Scanner scanner(text);
  for (Token token; scanner.next(token);) out.push_back(show(token));
  return out;
}

using Tokens = std::vector<std::string>;

TEST(Scanner, FoldsCaseAndAccentsAndJoinsOverApostrophes) {
  EXPECT_EQ(scan("What's ÁRBOL Straße"), (Tokens{"whats", "arbol", "strasse"}));
}

TEST(Scanner, KeepsVowelSignsOfDevanagariAndDropsNukta) {
  EXPECT_EQ(scan("क़ीमत कहाँ"), (Tokens{"कीमत", "कहां"}));
}

TEST(Scanner, SplitsHanByCharacterAndArabicBySpace) {
  EXPECT_EQ(scan("你好"), (Tokens{"你", "好"}));
  EXPECT_EQ(scan("كَم السعر؟"), (Tokens{"كم", "السعر", "?"}));
}

TEST(Scanner, DropsFormattingMarks) {
  EXPECT_EQ(scan("*bold* _it_ ~no~"), (Tokens{"bold", "it", "no"}));
}

TEST(Scanner, SeesLinksEmailsNumbersAndSlots) {
  EXPECT_EQ(scan("go https://a.com/b?c. Now"), (Tokens{"go", "(link)", ".", "now"}));
  EXPECT_EQ(scan("mail a.b@c.com now"), (Tokens{"mail", "a", ".", "now"}));
  EXPECT_EQ(scan("3.5 at 10:30"), (Tokens{"#", "at", "#"}));
  EXPECT_EQ(scan("{{1}} {first name} %1$s"), (Tokens{"(slot)", "(slot)", "(slot)"}));
}

TEST(Scanner, TakesARunOfMarksAndAJoinedEmojiAsOne) {
  EXPECT_EQ(scan("what?!?"), (Tokens{"what", "?"}));
  EXPECT_EQ(scan("👨‍👩‍👧👍🏽🇧🇷"), (Tokens{"(e)", "(e)", "(e)"}));
}

TEST(Scanner, GivesNoTextForAWordBeyondItsLimit) {
  EXPECT_EQ(scan(std::string(65, 'x') + "y z"), (Tokens{"xxy", "z"}));  // a run counts as two letters
  std::string text;
  for (int i = 0; i < 40; ++i) text += "xy";
  EXPECT_EQ(scan(text + " z"), (Tokens{"", "z"}));
}

TEST(Scanner, CountsLettersAndCapitals) {
  Scanner scanner("HeLLó");
  Token token;

  ASSERT_TRUE(scanner.next(token));

  EXPECT_EQ(token.length, 5u);
  EXPECT_EQ(token.upper, 3u);
}

TEST(Unicode, TellsValidFromBrokenUtf8) {
  EXPECT_TRUE(is_valid_utf8("añ क 👍"));
  for (const char* broken : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe0\xa4", "\xf4\x90\x80\x80", "ok\x80"}) {
    EXPECT_FALSE(is_valid_utf8(broken));
  }
}

TEST(Unicode, FoldsWhatPeopleLeaveOut) {
  EXPECT_EQ(fold("Não É"), "nao e");
  EXPECT_EQ(fold("ÜBER"), "uber");
  EXPECT_EQ(fold("Ｈｉ"), "hi");
  EXPECT_EQ(fold("أهلاً"), "اهلا");
}

}  // namespace
}  // namespace rapport::text
