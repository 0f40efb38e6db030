#include "inference/text_windows.h"

#include <gtest/gtest.h>

namespace rapport::inference {
namespace {

TEST(TextWindows, AShortTextIsOneWindow) {
  EXPECT_EQ(text_windows(0, 510, 64), (std::vector<Window>{{0, 0}}));
  EXPECT_EQ(text_windows(510, 510, 64), (std::vector<Window>{{0, 510}}));
}

TEST(TextWindows, OneTokenMoreMakesTwoOfEqualLength) {
  EXPECT_EQ(text_windows(511, 510, 64), (std::vector<Window>{{0, 288}, {223, 511}}));
}

TEST(TextWindows, HoldEveryTokenOverlapAndStayWithinTheLimit) {
  for (std::size_t longest : {2U, 3U, 10U, 126U, 510U}) {
    for (std::size_t overlap : {0U, 1U, 9U, 64U}) {
      if (overlap >= longest) continue;
      for (std::size_t tokens = longest + 1; tokens < 5 * longest + 7; ++tokens) {
        const std::vector<Window> windows = text_windows(tokens, longest, overlap);

        ASSERT_EQ(windows.front().begin, 0U);
        ASSERT_EQ(windows.back().end, tokens);
        ASSERT_EQ(windows.size(), (tokens - overlap + longest - overlap - 1) / (longest - overlap));
        for (std::size_t i = 0; i < windows.size(); ++i) {
          ASSERT_LE(windows[i].end - windows[i].begin, longest);
          if (i > 0) {
            ASSERT_LE(windows[i].begin + overlap, windows[i - 1].end) << tokens << " " << longest << " " << overlap;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace rapport::inference
