#include "voice/word_timing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "base/rng.h"

namespace rapport::voice {
namespace {

/// The cheapest path's cost by trying all paths.
double cheapest_by_force(nn::ConstMatrixView cost, std::size_t i, std::size_t j) {
  const double own = static_cast<double>(cost.row(i)[j]);
  if (i + 1 == cost.rows && j + 1 == cost.cols) return own;
  double best = std::numeric_limits<double>::infinity();
  if (i + 1 < cost.rows && j + 1 < cost.cols) best = std::min(best, cheapest_by_force(cost, i + 1, j + 1));
  if (i + 1 < cost.rows) best = std::min(best, cheapest_by_force(cost, i + 1, j));
  if (j + 1 < cost.cols) best = std::min(best, cheapest_by_force(cost, i, j + 1));
  return own + best;
}

TEST(CheapestPath, IsAsCheapAsTheBestOfAllPaths) {
  Rng rng(5);
  for (int round = 0; round < 200; ++round) {
    const auto rows = static_cast<std::size_t>(rng.integer(1, 6));
    const auto cols = static_cast<std::size_t>(rng.integer(1, 6));
    nn::Matrix cost(rows, cols);
    for (std::size_t i = 0; i < rows * cols; ++i) cost.data()[i] = static_cast<float>(rng.uniform(-1, 1));

    const auto path = cheapest_path(cost);

    ASSERT_EQ(path.front(), std::make_pair(std::size_t{0}, std::size_t{0}));
    ASSERT_EQ(path.back(), std::make_pair(rows - 1, cols - 1));
    double sum = 0;
    for (std::size_t k = 0; k < path.size(); ++k) {
      sum += static_cast<double>(cost.row(path[k].first)[path[k].second]);
      if (k == 0) continue;
      const std::size_t down = path[k].first - path[k - 1].first;
      const std::size_t right = path[k].second - path[k - 1].second;
      ASSERT_TRUE(down <= 1 && right <= 1 && down + right >= 1);
    }
    EXPECT_NEAR(sum, cheapest_by_force(cost, 0, 0), 1e-5);
  }
}

TEST(MedianFilterRows, TakesTheMiddleOfEachWindowMirroredAtTheEnds) {
  nn::Matrix x(1, 5);
  const float values[] = {5, 1, 4, 2, 3};
  std::copy_n(values, 5, x.data());

  median_filter_rows(x, 3);

  // Mirrored: 1 [5 1 4 2 3] 2
  EXPECT_EQ(std::vector<float>(x.data(), x.data() + 5), (std::vector<float>{1, 4, 2, 3, 2}));
}

/// A vocabulary of byte strings.
std::string joined(const std::vector<std::string>& vocabulary, std::span<const TokenId> tokens) {
  std::string bytes;
  for (const TokenId token : tokens) bytes += vocabulary[static_cast<std::size_t>(token)];
  std::string text;  // cut characters of the two-byte kind become U+FFFD
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool lead = (static_cast<unsigned char>(bytes[i]) & 0xE0) == 0xC0;
    if (lead && i + 1 == bytes.size()) {
      text += "\xEF\xBF\xBD";
    } else {
      text += bytes[i];
    }
  }
  return text;
}

TEST(SplitWords, CutsAtSpacesAndPunctuationAndKeepsCharactersWhole) {
  const std::vector<std::string> vocabulary = {" Ol", "\xC3", "\xA1", ",", " mun", "do"};
  const TokenId tokens[] = {0, 1, 2, 3, 4, 5};

  const auto words = split_words(tokens, "pt", [&](std::span<const TokenId> t) { return joined(vocabulary, t); });

  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[0].text, " Ol\xC3\xA1");
  EXPECT_EQ(words[0].tokens, 3U);
  EXPECT_EQ(words[1].text, ",");
  EXPECT_EQ(words[2].text, " mundo");
  EXPECT_EQ(words[2].tokens, 2U);
}

TEST(SplitWords, CutsAtCharactersWhereALanguageHasNoSpaces) {
  const std::vector<std::string> vocabulary = {"a", "\xC3", "\xA1", "b"};
  const TokenId tokens[] = {0, 1, 2, 3};

  const auto words = split_words(tokens, "ja", [&](std::span<const TokenId> t) { return joined(vocabulary, t); });

  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[1].text, "\xC3\xA1");
  EXPECT_EQ(words[1].tokens, 2U);
}

TEST(TimeWords, FollowsTheMatrixAndGivesPunctuationToItsWord) {
  // Row r listens to positions 10 r to 10 r + 9.
  nn::Matrix matrix(5, 50);
  for (std::size_t r = 0; r < 5; ++r) {
    for (std::size_t s = 0; s < 50; ++s) matrix.row(r)[s] = s / 10 == r ? 1.F : -1.F;
  }
  const double probs[] = {0.5, 1.0, 0.25, 0.75};

  const auto words = time_words({{" Good", 1}, {" day", 2}, {"!", 1}}, matrix, probs);

  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0].word.text, " Good");
  EXPECT_NEAR(words[0].word.start.count(), 0.0, 1e-9);
  EXPECT_NEAR(words[0].word.end.count(), 0.2, 1e-9);
  EXPECT_NEAR(words[0].word.confidence, 0.5, 1e-9);
  EXPECT_EQ(words[1].word.text, " day!");
  EXPECT_EQ(words[1].tokens, 3U);
  EXPECT_NEAR(words[1].word.start.count(), 0.2, 1e-9);
  EXPECT_NEAR(words[1].word.end.count(), 0.6, 1e-9);
  EXPECT_NEAR(words[1].word.confidence, 0.625, 1e-9);
}

TEST(AlignmentMatrix, PutsEachTokenWhereItsHeadLooks) {
  std::vector<nn::Matrix> heads(1);
  heads[0].resize(3, 60);
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t s = 0; s < 60; ++s) heads[0].row(t)[s] = s / 20 == t ? 0.04F : 0.005F;
  }

  const nn::Matrix matrix = alignment_matrix(heads, 60);

  for (std::size_t s = 0; s < 60; ++s) {
    for (std::size_t t = 0; t < 3; ++t) EXPECT_EQ(matrix.row(t)[s] > 1, s / 20 == t) << t << " " << s;
  }
}

}  // namespace
}  // namespace rapport::voice
