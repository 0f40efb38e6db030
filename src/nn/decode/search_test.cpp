// Against exhaustive search, and against the reference's algorithm written out as its Python has it: `beams` copies of
// the start, whole vocabularies sorted, nothing left out.
#include "nn/decode/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "base/error.h"
#include "base/rng.h"

namespace rapport::nn {
namespace {

using Tokens = std::vector<std::int32_t>;
using Logits = std::vector<float>;
constexpr float kImpossible = -std::numeric_limits<float>::infinity();
constexpr std::int32_t kStart = 0;
constexpr std::int32_t kEos = 1;

/// A model of a tiny language: random logits for each beginning.
class TinyLanguage {
 public:
  TinyLanguage(std::size_t vocabulary, std::uint64_t seed) : vocabulary_(vocabulary), seed_(seed) {}

  Logits next(std::span<const std::int32_t> tokens) const {
    std::uint64_t hash = seed_;
    for (const std::int32_t token : tokens) hash = hash * 1'000'003 + static_cast<std::uint64_t>(token) + 17;
    Rng rng(hash);
    Logits logits(vocabulary_);
    for (float& logit : logits) logit = static_cast<float>(rng.normal(0, 1.5));
    return logits;
  }
  std::size_t vocabulary() const { return vocabulary_; }

 private:
  std::size_t vocabulary_;
  std::uint64_t seed_;
};

std::vector<FoundSequence> search(const TinyLanguage& language, const SearchRules& rules) {
  SequenceSearch search(rules);
  std::vector<Tokens> rows = {{rules.start}};
  while (!search.done()) {
    std::vector<Tokens> next;
    for (std::size_t i = 0; i < search.rows().size(); ++i) {
      const SequenceSearch::Row& row = search.rows()[i];
      next.push_back(rows[row.parent]);
      if (search.tokens(i).size() > 1) next.back().push_back(row.token);
      EXPECT_TRUE(std::equal(next.back().begin(), next.back().end(), search.tokens(i).begin(), search.tokens(i).end()));
      Logits logits = language.next(next.back());
      search.read_logits(i, logits);
    }
    rows = std::move(next);
    search.advance();
  }
  return search.found();
}

Logits log_softmax(Logits logits) {
  double total = 0;
  for (const float logit : logits) total += std::exp(static_cast<double>(logit));
  for (float& logit : logits) logit = static_cast<float>(static_cast<double>(logit) - std::log(total));
  return logits;
}

/// transformers 4.35: logits processors, in their order.
void process(const SearchRules& rules, const Tokens& tokens, Logits& scores) {
  const std::size_t n = rules.no_repeat_ngram_size;
  for (std::size_t i = 0; n > 0 && i + n <= tokens.size(); ++i) {
    bool same = true;
    for (std::size_t j = 0; j + 1 < n; ++j) same = same && tokens[i + j] == tokens[tokens.size() - (n - 1) + j];
    if (same) scores[static_cast<std::size_t>(tokens[i + n - 1])] = kImpossible;
  }
  for (const Tokens& word : rules.bad_words) {
    if (word == Tokens{rules.eos} || word.size() - 1 > tokens.size()) continue;
    if (std::equal(word.begin(), word.end() - 1, tokens.end() - static_cast<std::ptrdiff_t>(word.size() - 1))) {
      scores[static_cast<std::size_t>(word.back())] = kImpossible;
    }
  }
  const auto force = [&](std::int32_t token) {
    std::fill(scores.begin(), scores.end(), kImpossible);
    scores[static_cast<std::size_t>(token)] = 0;
  };
  if (rules.forced_bos && tokens.size() == 1) force(*rules.forced_bos);
  if (rules.forced_eos && tokens.size() + 1 == rules.max_length) force(*rules.forced_eos);
}

/// Log-probability over length^penalty: transformers' BeamHypotheses scores so.
double by_length(float sum, std::size_t length, const SearchRules& rules) {
  return static_cast<double>(sum) / std::pow(static_cast<double>(length), rules.length_penalty);
}

/// transformers 4.35: beam_search with BeamSearchScorer and BeamHypotheses, for one sentence.
std::vector<FoundSequence> reference_beam_search(const TinyLanguage& language, const SearchRules& rules) {
  struct Beam {
    Tokens tokens;
    float score;
  };
  std::vector<Beam> beams(rules.beams, {{rules.start}, -1e9F});
  beams[0].score = 0;
  std::vector<FoundSequence> hyps;
  const auto worst = [&] {
    return std::min_element(hyps.begin(), hyps.end(), [](auto& a, auto& b) { return a.score < b.score; });
  };
  const auto add = [&](Tokens tokens, float sum, std::size_t length) {
    const double score = by_length(sum, length, rules);
    if (hyps.size() >= rules.beams && !(score > worst()->score)) return;
    hyps.push_back({std::move(tokens), static_cast<double>(sum), score});
    if (hyps.size() > rules.beams) hyps.erase(worst());
  };
  bool done = false;
  while (!done && beams[0].tokens.size() < rules.max_length) {
    struct Next {
      float score;
      std::size_t beam;
      std::int32_t token;
    };
    std::vector<Next> all;
    for (std::size_t b = 0; b < beams.size(); ++b) {
      Logits scores = log_softmax(language.next(beams[b].tokens));
      process(rules, beams[b].tokens, scores);
      for (std::size_t v = 0; v < scores.size(); ++v) {
        all.push_back({scores[v] + beams[b].score, b, static_cast<std::int32_t>(v)});
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const Next& a, const Next& b) { return a.score > b.score; });
    std::vector<Beam> next;
    const std::size_t cur_len = beams[0].tokens.size() + 1;
    for (std::size_t rank = 0; rank < 2 * rules.beams && next.size() < rules.beams; ++rank) {
      const Next& n = all[rank];
      Tokens tokens = beams[n.beam].tokens;
      tokens.push_back(n.token);
      if (n.token == rules.eos) {
        if (rank < rules.beams) add(tokens, n.score, cur_len - 1);
      } else {
        next.push_back({tokens, n.score});
      }
    }
    if (hyps.size() >= rules.beams) {
      using EarlyStopping = SearchRules::EarlyStopping;
      const bool now = rules.early_stopping == EarlyStopping::kNo || rules.length_penalty <= 0;
      done = rules.early_stopping == EarlyStopping::kYes ||
             worst()->score >= by_length(all[0].score, (now ? cur_len : rules.max_length) - 1, rules);
    }
    beams = next;
  }
  for (const Beam& beam : beams) {
    if (!done) add(beam.tokens, beam.score, beam.tokens.size() - 1);
  }
  std::stable_sort(hyps.begin(), hyps.end(), [](auto& a, auto& b) { return a.score > b.score; });
  return hyps;
}

void expect_same(const std::vector<FoundSequence>& found, std::vector<FoundSequence> expected) {
  std::erase_if(expected, [](const FoundSequence& f) { return f.log_prob < -1e8; });
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].tokens, expected[i].tokens) << i;
    EXPECT_NEAR(found[i].log_prob, expected[i].log_prob, 1e-4) << i;
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-4) << i;
  }
}

/// Every sequence up to max_length and its score.
std::vector<FoundSequence> all_sequences(const TinyLanguage& language, const SearchRules& rules) {
  std::vector<FoundSequence> all;
  const std::function<void(const Tokens&, double)> grow = [&](const Tokens& tokens, double log_prob) {
    const double length = static_cast<double>(tokens.size() - 1);
    if (tokens.back() == kEos || tokens.size() == rules.max_length) {
      all.push_back({tokens, log_prob, log_prob / std::pow(length, rules.length_penalty)});
      return;
    }
    const Logits next = log_softmax(language.next(tokens));
    for (std::size_t v = 0; v < next.size(); ++v) {
      Tokens longer = tokens;
      longer.push_back(static_cast<std::int32_t>(v));
      grow(longer, log_prob + static_cast<double>(next[v]));
    }
  };
  grow({rules.start}, 0);
  std::stable_sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.score > b.score; });
  return all;
}

SearchRules tiny_rules() {
  SearchRules rules;
  rules.start = kStart;
  rules.eos = kEos;
  return rules;
}

TEST(SequenceSearch, FindsTheBestOfAllSequencesWithBeamsEnough) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const TinyLanguage language(4, seed);
    SearchRules rules = tiny_rules();
    rules.max_length = 5;
    rules.beams = 300;
    rules.length_penalty = seed % 3 == 0 ? 0.6 : 1;
    rules.early_stopping = SearchRules::EarlyStopping::kNever;

    const auto found = search(language, rules);
    const auto all = all_sequences(language, rules);

    ASSERT_EQ(found.size(), all.size());
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(found[i].tokens, all[i].tokens);
      EXPECT_NEAR(found[i].score, all[i].score, 1e-4);
    }
  }
}

TEST(SequenceSearch, DoesWhatTheReferenceDoesUnderRandomRules) {
  Rng rng(7);
  for (int round = 0; round < 600; ++round) {
    const TinyLanguage language(static_cast<std::size_t>(rng.integer(12, 40)), static_cast<std::uint64_t>(round));
    SearchRules rules = tiny_rules();
    rules.beams = static_cast<std::size_t>(rng.integer(2, 6));
    rules.max_length = static_cast<std::size_t>(rng.integer(2, 14));
    rules.length_penalty = std::vector{0.0, 0.6, 1.0, 2.0, -0.5}[static_cast<std::size_t>(rng.integer(0, 4))];
    rules.early_stopping = static_cast<SearchRules::EarlyStopping>(rng.integer(0, 2));
    rules.no_repeat_ngram_size = static_cast<std::size_t>(rng.integer(0, 3));
    if (rng.chance(0.4)) rules.forced_bos = 5;
    if (rng.chance(0.4)) rules.forced_eos = kEos;
    if (rng.chance(0.5)) rules.bad_words = {{4}, {kEos}, {6, 7}};
    if (rng.chance(0.2)) rules.bad_words.push_back({3, 8, 9});

    expect_same(search(language, rules), reference_beam_search(language, rules));
    if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << "round " << round;
  }
}

TEST(SequenceSearch, TakesTheLikeliestTokenEachTimeWithOneBeam) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const TinyLanguage language(9, seed);
    SearchRules rules = tiny_rules();
    rules.max_length = 8;
    rules.bad_words = {{2}};
    if (seed % 2 == 0) rules.forced_eos = kEos;
    if (seed % 3 == 0) rules.forced_bos = 5;

    const auto found = search(language, rules);

    Tokens expected = {kStart};
    double log_prob = 0;
    while (expected.size() < rules.max_length && (expected.size() == 1 || expected.back() != kEos)) {
      Logits scores = log_softmax(language.next(expected));
      process(rules, expected, scores);
      const auto best = std::max_element(scores.begin(), scores.end());
      log_prob += static_cast<double>(*best);
      expected.push_back(static_cast<std::int32_t>(best - scores.begin()));
    }
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].tokens, expected);
    EXPECT_NEAR(found[0].log_prob, log_prob, 1e-4);
    EXPECT_NEAR(found[0].score, log_prob / static_cast<double>(expected.size() - 1), 1e-4);
  }
}

TEST(SequenceSearch, EndsWhereNoTokenMayFollow) {
  SearchRules rules = tiny_rules();
  for (const std::size_t beams : {1U, 3U}) {
    rules.beams = beams;
    SequenceSearch search(rules);
    Logits nothing(5, kImpossible);

    search.read_logits(0, nothing);
    search.advance();

    EXPECT_TRUE(search.done());
  }
}

TEST(SequenceSearch, SaysThatLogitsAreNoNumbers) {
  SequenceSearch search(tiny_rules());
  Logits logits = {0, 1, std::numeric_limits<float>::quiet_NaN()};
  try {
    search.read_logits(0, logits);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "model_damaged");
  }
}

TEST(SequenceSearch, RefusesRulesThatDoNotHold) {
  SearchRules rules = tiny_rules();
  rules.beams = 0;
  EXPECT_THROW(SequenceSearch{rules}, Error);
  rules = tiny_rules();
  rules.max_length = 1;
  EXPECT_THROW(SequenceSearch{rules}, Error);
}

}  // namespace
}  // namespace rapport::nn
