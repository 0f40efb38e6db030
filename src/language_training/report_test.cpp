#include "language_training/report.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace rapport::language {
namespace {

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

TEST(LanguageReport, CountsSerbianInCyrillicAndTheScriptsOfOneLanguageAmongLinguas) {
  const std::array<std::size_t, 3> texts = {100, 100, 100};
  const ScriptFigures latin{Script::kLatin, {{"de", {0.5, 0.6, 0.7}, texts}, {"sr", {0, 0, 0}, texts}}, {}};
  const ScriptFigures cyrillic{Script::kCyrillic, {{"sr", {0.8, 0.9, 1}, texts}, {"tt", {0, 0, 0}, texts}}, {}};

  const std::string text = report({latin, cyrillic});

  // (12 + 0.5 + 0.8) / 14
  EXPECT_EQ(last_line(text), "Lingua's 75 languages, mean  0.950  0.964  0.979\n");
}

TEST(LanguageReport, LeavesWhatWasNotMeasuredOutOfMeans) {
  const ScriptFigures latin{Script::kLatin, {{"de", {0.5, 0.5, 0.5}, {9, 9, 9}}, {"zu", {0, 0, 0.1}, {0, 0, 9}}}, {}};

  const std::string text = report({latin});

  EXPECT_NE(text.find("zu                               -      -  0.100\n"), std::string::npos) << text;
  EXPECT_NE(text.find("script 0, mean               0.500  0.500  0.300\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace rapport::language
