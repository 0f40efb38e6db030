// One step of a beam search: the 2 x beams likeliest continuations of all open hypotheses, in order. One that ends
// (eos) within the first `beams` of them is found, one behind is dropped; the others, up to `beams`, stay open. The
// search ends when `beams` are found and rules().early_stopping says so, or at max_length, where open hypotheses count
// as found.
//
// The reference starts with `beams` copies of the start, all but one with log-probability -1e9, so that they never win;
// here there is one. Continuations of probability 0 are never taken.

#include "nn/decode/search.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"

namespace rapport::nn {
namespace {

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

void require(bool holds, const char* message) {
  if (!holds) throw Error(ErrorKind::kInvalid, "invalid_search", message);
}

bool ends_with(std::span<const std::int32_t> tokens, std::span<const std::int32_t> end) {
  return tokens.size() >= end.size() &&
         std::equal(end.begin(), end.end(), tokens.end() - static_cast<long>(end.size()));
}

void ban(std::int32_t token, std::span<float> logits) {
  if (token >= 0 && static_cast<std::size_t>(token) < logits.size())
    logits[static_cast<std::size_t>(token)] = kImpossible;
}

}  // namespace

SequenceSearch::SequenceSearch(SearchRules rules) : rules_(std::move(rules)) {
  require(rules_.beams >= 1, "A search needs a beam at least.");
  require(rules_.max_length >= 2, "A search needs room for a token behind the start.");
  open_.push_back({{rules_.start}, 0, {}});
  rows_.push_back({0, rules_.start});
}

/// The only token that may come now, where there is one.
std::optional<std::int32_t> SequenceSearch::forced_token() const {
  if (rules_.forced_eos && length() + 1 == rules_.max_length) return rules_.forced_eos;
  return length() == 1 ? rules_.forced_bos : std::nullopt;
}

void SequenceSearch::forbid(std::span<const std::int32_t> tokens, std::span<float> logits) const {
  const std::size_t n = rules_.no_repeat_ngram_size;
  for (std::size_t i = 0; n > 0 && i + n <= tokens.size(); ++i) {
    if (ends_with(tokens, tokens.subspan(i, n - 1))) ban(tokens[i + n - 1], logits);
  }
  for (const std::vector<std::int32_t>& word : rules_.bad_words) {
    if (word.empty() || word == std::vector{rules_.eos}) continue;
    if (ends_with(tokens, std::span(word).first(word.size() - 1))) ban(word.back(), logits);
  }
}

void SequenceSearch::read_logits(std::size_t row, std::span<float> logits) {
  Hypothesis& hypothesis = open_[row];
  if (const auto forced = forced_token()) {
    hypothesis.next.assign(1, {*forced, 0.F});
    return;
  }
  const float total = log_sum_exp(logits);
  if (std::isnan(total)) {
    throw Error(ErrorKind::kUnavailable, "model_damaged",
                "The model gives results that are no numbers: its weights are damaged.");
  }
  forbid(hypothesis.tokens, logits);
  top_k(logits, rules_.beams == 1 ? 1 : 2 * rules_.beams, hypothesis.next);
  for (RankedLogit& next : hypothesis.next) next.logit -= total;
}

void SequenceSearch::advance() {
  rank_candidates();
  if (rules_.beams == 1) {
    advance_greedily();
  } else {
    advance_beams();
  }
}

void SequenceSearch::rank_candidates() {
  candidates_.clear();
  for (std::size_t i = 0; i < open_.size(); ++i) {
    for (const RankedLogit& next : open_[i].next) candidates_.push_back({open_[i].log_prob + next.logit, i, next.id});
  }
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const Candidate& a, const Candidate& b) { return a.log_prob > b.log_prob; });
  candidates_.resize(std::min(candidates_.size(), 2 * rules_.beams));
}

void SequenceSearch::advance_greedily() {
  Hypothesis& open = open_.front();
  if (candidates_.empty()) return finish();
  const Candidate& best = candidates_.front();
  open.log_prob = best.log_prob;
  if (best.token == rules_.eos) {
    add_found(open, best.log_prob, true);
    return finish();
  }
  open.tokens.push_back(best.token);
  rows_.assign(1, {0, best.token});
  if (length() >= rules_.max_length) finish();
}

void SequenceSearch::advance_beams() {
  next_open_.clear();
  rows_.clear();
  for (std::size_t rank = 0; rank < candidates_.size() && next_open_.size() < rules_.beams; ++rank) {
    const Candidate& candidate = candidates_[rank];
    const Hypothesis& parent = open_[candidate.parent];
    if (candidate.token == rules_.eos) {
      if (rank < rules_.beams) add_found(parent, candidate.log_prob, true);
      continue;
    }
    next_open_.push_back({parent.tokens, candidate.log_prob, {}});
    next_open_.back().tokens.push_back(candidate.token);
    rows_.push_back({candidate.parent, candidate.token});
  }
  const bool settled = candidates_.empty() || is_settled(candidates_.front().log_prob);
  if (settled || next_open_.empty()) {
    open_.clear();
    return finish();
  }
  std::swap(open_, next_open_);
  if (length() >= rules_.max_length) finish();
}

double SequenceSearch::score_of(float log_prob, std::size_t length) const {
  return static_cast<double>(log_prob) / std::pow(static_cast<double>(length), rules_.length_penalty);
}

/// Keeps it where it is among the best `beams`.
void SequenceSearch::add_found(const Hypothesis& hypothesis, float log_prob, bool ended) {
  const std::size_t length = hypothesis.tokens.size() - (ended ? 0 : 1);
  FoundSequence found{hypothesis.tokens, static_cast<double>(log_prob), score_of(log_prob, length)};
  if (found_.size() == rules_.beams && !(found.score > found_.back().score)) return;
  if (ended) found.tokens.push_back(rules_.eos);
  const auto place = std::upper_bound(found_.begin(), found_.end(), found.score,
                                      [](double score, const FoundSequence& other) { return score > other.score; });
  found_.insert(place, std::move(found));
  if (found_.size() > rules_.beams) found_.pop_back();
}

/// Whether no open hypothesis can matter; `best_log_prob` is the likeliest continuation's.
bool SequenceSearch::is_settled(float best_log_prob) const {
  if (found_.size() < rules_.beams) return false;
  std::size_t reached = length();  // behind the start, the token that has just been chosen among them
  switch (rules_.early_stopping) {
    case SearchRules::EarlyStopping::kYes:
      return true;
    case SearchRules::EarlyStopping::kNever:
      if (rules_.length_penalty > 0) reached = rules_.max_length - 1;
      break;
    case SearchRules::EarlyStopping::kNo:
      break;
  }
  return found_.back().score >= score_of(best_log_prob, reached);
}

/// Hypotheses that are still open, at max_length, count as they are.
void SequenceSearch::finish() {
  if (found_.empty() || rules_.beams > 1) {
    for (const Hypothesis& open : open_) add_found(open, open.log_prob, false);
  }
  open_.clear();
  rows_.clear();
}

}  // namespace rapport::nn
