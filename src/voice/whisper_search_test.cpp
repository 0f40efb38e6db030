#include "voice/whisper_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>

#include "base/error.h"
#include "support/temporary_folder.h"
#include "voice/whisper_decoder.h"

namespace rapport::voice {
namespace {

/// A vocabulary of a few letters, and the marks in Whisper's order: letters 0..2, the space 3, end of text 4, start 5,
/// English 6, translate 7 ... no timestamps 12, times 13..1513.
class TinyVocabulary {
 public:
  TinyVocabulary() {
    folder_.write("vocab.json", R"({"a":0,"b":1,"c":2,"\u0120":3,"<|endoftext|>":4})");
    folder_.write("merges.txt", "#version: 0.2\n");
    folder_.write("tokenizer_config.json", R"({"eos_token":"<|endoftext|>"})");
    config_.vocabulary = 1514;
    vocabulary_.emplace(WhisperVocabulary::load({folder_.path(), std::nullopt}, config_));
  }
  const WhisperVocabulary& operator*() const { return *vocabulary_; }
  const WhisperVocabulary* operator->() const { return &*vocabulary_; }

 private:
  testing::TemporaryFolder folder_;
  nn::WhisperConfig config_;
  std::optional<WhisperVocabulary> vocabulary_;
};

constexpr TokenId kEnd = 4;
constexpr TokenId kNoTimestamps = 12;
constexpr TokenId kFirstTime = 13;

/// A language model of a table: from a text to the probabilities of what follows.
class TableModel : public TextModel {
 public:
  using Table = std::map<std::vector<TokenId>, std::map<TokenId, double>>;
  TableModel(Table table, std::size_t vocabulary) : table_(std::move(table)), logits_(8, vocabulary) {}

  nn::MatrixView first() { return logits_of({{}}); }
  nn::MatrixView extend(std::span<const Extension> extensions) override {
    std::vector<std::vector<TokenId>> next;
    for (const Extension& extension : extensions) {
      next.push_back(texts_.at(extension.parent));
      next.back().push_back(extension.token);
    }
    ++steps;
    return logits_of(std::move(next));
  }
  std::size_t steps = 0;

 private:
  nn::MatrixView logits_of(std::vector<std::vector<TokenId>> texts) {
    texts_ = std::move(texts);
    const nn::MatrixView all = logits_;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      std::fill_n(all.row(i), all.cols, -20.F);
      const auto row = table_.find(texts_[i]);
      if (row == table_.end()) {
        all.row(i)[kEnd] = 0;
      } else {
        for (const auto& [token, prob] : row->second) all.row(i)[token] = static_cast<float>(std::log(prob));
      }
    }
    return all.rows_between(0, texts_.size());
  }

  Table table_;
  std::vector<std::vector<TokenId>> texts_;
  nn::Matrix logits_;
};

const TableModel::Table kTable = {
    {{}, {{0, 0.6}, {1, 0.4}}},
    {{0}, {{1, 0.5}, {2, 0.5}}},
    {{1}, {{2, 1.0}}},
};

FoundText search(const SearchOptions& options, std::size_t* steps = nullptr) {
  const TinyVocabulary vocabulary;
  const WhisperRules rules(*vocabulary, {});
  TableModel model(kTable, vocabulary->size());
  FoundText found = search_text(model, model.first(), rules, kEnd, options);
  if (steps != nullptr) *steps = model.steps;
  return found;
}

TEST(WhisperSearch, FollowsTheMostProbableTokenWhenGreedy) {
  const FoundText found = search({});

  EXPECT_EQ(found.tokens, (std::vector<TokenId>{0, 1}));
  EXPECT_EQ(found.logprobs.size(), 3U);
  EXPECT_NEAR(found.sum_logprob, std::log(0.6 * 0.5), 1e-4);
}

TEST(WhisperSearch, FindsTheMoreProbableTextWithBeams) {
  const FoundText found = search({.beams = 2});

  EXPECT_EQ(found.tokens, (std::vector<TokenId>{1, 2}));
  EXPECT_NEAR(found.sum_logprob, std::log(0.4), 1e-4);
}

TEST(WhisperSearch, StopsAtTheLimitOfTokens) {
  std::size_t steps = 0;
  const FoundText found = search({.max_tokens = 1}, &steps);

  EXPECT_EQ(found.tokens, (std::vector<TokenId>{0}));
  EXPECT_EQ(steps, 0U);
}

TEST(WhisperSearch, DrawsByChanceTheSameForTheSameSeedAndInProportion) {
  int a = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const FoundText found = search({.temperature = 1, .seed = seed});
    EXPECT_EQ(found.tokens, search({.temperature = 1, .seed = seed}).tokens);
    a += found.tokens.front() == 0 ? 1 : 0;
  }
  EXPECT_NEAR(a / 300.0, 0.6, 0.1);  // 3.5 deviations
}

TEST(WhisperSearch, TakesTheBestOfSeveralDraws) {
  int best = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    best += search({.temperature = 1, .best_of = 6, .seed = seed}).tokens == std::vector<TokenId>{1, 2} ? 1 : 0;
  }
  EXPECT_GT(best, 85);  // 1 - 0.6^6 = 95 %
}

TEST(WhisperSearch, EndsWhenItIsCancelled) {
  const std::atomic<bool> cancelled = true;
  for (const std::size_t beams : {1, 3}) {
    try {
      search({.beams = beams, .cancelled = &cancelled});
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kTimeout);
      EXPECT_EQ(error.code(), "cancelled");
    }
  }
}

/// Which ids the rules leave.
std::vector<TokenId> allowed(const WhisperRules::Options& options, std::vector<TokenId> sampled,
                             const std::map<TokenId, float>& logits = {}) {
  const TinyVocabulary vocabulary;
  std::vector<float> row(vocabulary->size(), 0.F);
  for (const auto& [id, logit] : logits) row[static_cast<std::size_t>(id)] = logit;
  WhisperRules(*vocabulary, options).apply(row, sampled);
  std::vector<TokenId> ids;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!std::isinf(row[i])) ids.push_back(static_cast<TokenId>(i));
  }
  return ids;
}

TEST(WhisperRules, LetNoTextBeginWithASpaceOrItsEnd) {
  const auto first = allowed({}, {});
  const auto second = allowed({}, {0});

  EXPECT_EQ(std::count(first.begin(), first.end(), 3), 0);
  EXPECT_EQ(std::count(first.begin(), first.end(), kEnd), 0);
  EXPECT_EQ(std::count(second.begin(), second.end(), kEnd), 1);
}

TEST(WhisperRules, BeginWithATimeOfTheFirstSecond) {
  const auto ids = allowed({.timestamps = true, .max_initial_timestamp = 2}, {});

  EXPECT_EQ(ids, (std::vector<TokenId>{kFirstTime, kFirstTime + 1, kFirstTime + 2}));
}

TEST(WhisperRules, LetTimesComeInPairsThatNeverGoBack) {
  const std::map<TokenId, float> word = {{0, 20.F}};  // more probable than all times together
  const auto after_begin = allowed({.timestamps = true}, {kFirstTime + 5}, word);
  const auto after_word = allowed({.timestamps = true}, {kFirstTime + 5, 0}, word);
  const auto after_end = allowed({.timestamps = true}, {kFirstTime + 5, 0, kFirstTime + 9});

  EXPECT_EQ(after_begin.back(), kNoTimestamps - 1) << "words only";
  const auto time = std::find_if(after_word.begin(), after_word.end(), [](TokenId id) { return id >= kFirstTime; });
  EXPECT_EQ(*time, kFirstTime + 6) << "a segment lasts";
  EXPECT_EQ(after_end.front(), kFirstTime + 9) << "the next begins where it ended, or it is the end";
}

TEST(WhisperRules, WriteATimeWhereTimesTogetherAreMoreProbableThanAnyWord) {
  const auto ids = allowed({.timestamps = true}, {kFirstTime, 0}, {{1, 5.F}});

  EXPECT_EQ(ids.front(), kFirstTime + 1) << "ln(1500) is more than 5";
}

TEST(WhisperVocabulary, FollowsTheLayoutWhereFilesNameNoMarks) {
  const TinyVocabulary vocabulary;

  EXPECT_EQ(vocabulary->start(), 5);
  EXPECT_EQ(vocabulary->language_id("en"), 6);
  EXPECT_EQ(vocabulary->translate(), 7);
  EXPECT_EQ(vocabulary->transcribe(), 8);
  EXPECT_EQ(vocabulary->no_speech(), 11);
  EXPECT_EQ(vocabulary->no_timestamps(), kNoTimestamps);
  EXPECT_EQ(vocabulary->first_timestamp(), kFirstTime);
}

TEST(WhisperVocabulary, LeavesMarksAndTimesOutOfTheText) {
  const TinyVocabulary vocabulary;
  const TokenId ids[] = {kFirstTime, 0, 1, kNoTimestamps, 3, 2, kFirstTime + 40};

  EXPECT_EQ(vocabulary->text(ids), "ab c");
}

TEST(WhisperVocabulary, SaysWhatMustLieBesideAnOpenAiFile) {
  const testing::TemporaryFolder folder;
  const std::filesystem::path file = folder.write("tiny.pt", "");
  try {
    WhisperVocabulary::load(nn::WhisperFiles::find(file), {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "model_incomplete");
    EXPECT_NE(error.message().find("vocab.json and merges.txt"), std::string::npos) << error.message();
  }
}

TEST(CompressionRatio, IsHighForATextThatRepeatsItself) {
  std::string repeated;
  for (int i = 0; i < 40; ++i) repeated += "thank you ";

  EXPECT_GT(compression_ratio(repeated), 2.4);
  EXPECT_LT(compression_ratio("We open at nine tomorrow."), 1.2);
  EXPECT_EQ(compression_ratio(""), 0);
}

}  // namespace
}  // namespace rapport::voice
