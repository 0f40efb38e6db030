#include "translation/sentences.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/rng.h"
#include "text/unicode.h"

namespace rapport::translation {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (const Passage& sentence : sentences(text, protected_spans(text))) parts.emplace_back(sentence.of(text));
  return parts;
}

using Parts = std::vector<std::string>;

TEST(Sentences, EndAtTheirMarksAndKeepThem) {
  EXPECT_EQ(split("Hello there! How are you?!  Fine... Thanks."),
            (Parts{"Hello there!", "How are you?!", "Fine...", "Thanks."}));
  EXPECT_EQ(split("ok. see you tomorrow"), (Parts{"ok.", "see you tomorrow"}));
  EXPECT_EQ(split("well... maybe later"), (Parts{"well... maybe later"}));
  EXPECT_EQ(split("He said \"Stop.\" Then he left."), (Parts{"He said \"Stop.\"", "Then he left."}));
  EXPECT_EQ(split("*Done.* Thanks."), (Parts{"*Done.*", "Thanks."}));
  EXPECT_EQ(split("¿Qué tal? ¡Bien!"), (Parts{"¿Qué tal?", "¡Bien!"}));
}

TEST(Sentences, DoNotEndAtAbbreviationsNumbersAndAddresses) {
  EXPECT_EQ(split("Dr. Smith paid 3.50 to J. Doe, e.g. today."), (Parts{"Dr. Smith paid 3.50 to J. Doe, e.g. today."}));
  EXPECT_EQ(split("See No. 5. No. I will not."), (Parts{"See No. 5.", "No.", "I will not."}));
  EXPECT_EQ(split("Go to https://a.co/b?c. Now."), (Parts{"Go to https://a.co/b?c.", "Now."}));
  EXPECT_EQ(split("Node.js is fine"), (Parts{"Node.js is fine"}));
}

TEST(Sentences, EndAtTheFullStopsOfOtherScripts) {
  EXPECT_EQ(split("मैं आऊँगा। आप कैसे हैं?"), (Parts{"मैं आऊँगा।", "आप कैसे हैं?"}));
  EXPECT_EQ(split("你好。你在吗？我在！"), (Parts{"你好。", "你在吗？", "我在！"}));
  EXPECT_EQ(split("كيف حالك؟ أنا بخير."), (Parts{"كيف حالك؟", "أنا بخير."}));
}

TEST(Sentences, LeaveLineBreaksBulletsAndSpacesOut) {
  EXPECT_EQ(split("  Hi!\r\n\n- first item\n* second\n1. third \n• fourth"),
            (Parts{"Hi!", "first item", "second", "third", "fourth"}));
  EXPECT_EQ(split(" \n "), Parts{});
}

TEST(Sentences, EndAtEmojiBetweenWords) {
  EXPECT_EQ(split("see you tomorrow 😀😀 thanks for everything"),
            (Parts{"see you tomorrow 😀😀", "thanks for everything"}));
  EXPECT_EQ(split("I ❤️ New York"), (Parts{"I ❤️ New York"}));
}

TEST(Sentences, AreDividedAtClauseMarksWhereTheyAreTooLong) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += i % 8 == 7 ? "and then we went home, " : "and then we went home ";
  text.back() = '.';

  const Parts parts = split(text);

  ASSERT_GT(parts.size(), 3U);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_LE(parts[i].size(), kMaxSentenceBytes);
    EXPECT_EQ(parts[i].back(), i + 1 < parts.size() ? ',' : '.');
  }
}

TEST(Sentences, LoseNoBytesButWhiteSpaceAndBullets) {
  const std::vector<std::string> pieces = {"word", " ",   "\n",   ".",   "? ",   "! ",    "...",
                                           "हिंदी", "।",   "中文", "。",  "😀",    "*a b*", "https://x.co/a.",
                                           "- ",   "1. ", ",",    "Dr.", "\xff", "x\t",   std::string(500, 'y'),
                                           "{{1}}"};
  Rng rng(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const auto count = rng.integer(0, 30);
    for (int i = 0; i < count; ++i)
      text += pieces[static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(pieces.size()) - 1))];
    for (const bool by_line : {false, true}) {
      const std::vector<Span> spans = protected_spans(text);
      std::size_t end = 0;
      for (const Passage& part : by_line ? lines(text, spans) : sentences(text, spans)) {
        ASSERT_GE(part.begin, end);
        ASSERT_GT(part.end, part.begin);
        const std::string between = text.substr(end, part.begin - end);
        ASSERT_EQ(between.find_first_not_of(" \n\t-*1."), std::string::npos) << between;
        ASSERT_EQ(part.of(text).find('\n'), std::string_view::npos);
        end = part.end;
      }
      ASSERT_EQ(text.substr(end).find_first_not_of(" \n\t-*1."), std::string::npos) << text;
    }
  }
}

TEST(Lines, AreWholeUnlessTheyAreTooLong) {
  const std::string text = "Hi! How are you?\n- one. two.";
  Parts parts;
  for (const Passage& line : lines(text, protected_spans(text))) parts.emplace_back(line.of(text));
  EXPECT_EQ(parts, (Parts{"Hi! How are you?", "one. two."}));

  std::string sentence(1500, 'a');
  std::string big = sentence + ". " + sentence + ". " + sentence + ".";
  const auto divided = lines(big, protected_spans(big));
  ASSERT_EQ(divided.size(), 2U);
  EXPECT_EQ(divided[0].of(big), sentence + ". " + sentence + ".");
}

}  // namespace
}  // namespace rapport::translation
