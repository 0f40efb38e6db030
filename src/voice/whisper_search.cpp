#include "voice/whisper_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/rng.h"

namespace rapport::voice {
namespace {

/// The logarithm of the sum that a softmax over `logits` divides by.
float log_sum_exp(std::span<const float> logits) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  float sum = 0;
  for (const float logit : logits) sum += std::exp(logit - largest);
  const float result = largest + std::log(sum);
  if (!std::isfinite(result)) {
    throw Error(ErrorKind::kUnavailable, "model_damaged",
                "The model gives results that are no numbers: its weights are damaged.");
  }
  return result;
}

FoundText extended(const FoundText& text, TokenId token, float logprob) {
  FoundText longer = text;
  longer.tokens.push_back(token);
  longer.logprobs.push_back(logprob);
  longer.sum_logprob += logprob;
  return longer;
}

/// What ranks whole texts.
double rank(const FoundText& text, const std::optional<double>& length_penalty) {
  const auto length = static_cast<double>(text.tokens.size());
  if (length_penalty) return text.sum_logprob / std::pow((5 + length) / 6, *length_penalty);
  return length > 0 ? text.sum_logprob / length : -std::numeric_limits<double>::infinity();
}

FoundText best_of(std::vector<FoundText>& texts, const SearchOptions& options) {
  const auto best = std::max_element(texts.begin(), texts.end(), [&](const FoundText& a, const FoundText& b) {
    return rank(a, options.length_penalty) < rank(b, options.length_penalty);
  });
  return std::move(*best);
}

/// The most probable token, or one drawn by chance.
TokenId choose(std::span<const float> logits, double temperature, Rng& rng) {
  const auto largest = std::max_element(logits.begin(), logits.end());
  if (temperature <= 0) return static_cast<TokenId>(largest - logits.begin());
  const auto weight = [&](float logit) { return std::exp(static_cast<double>(logit - *largest) / temperature); };
  double sum = 0;
  for (const float logit : logits) sum += weight(logit);
  double left = rng.uniform() * sum;
  TokenId last = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double own = weight(logits[i]);
    if (own <= 0) continue;
    last = static_cast<TokenId>(i);
    left -= own;
    if (left < 0) break;
  }
  return last;
}

std::span<float> row_of(nn::MatrixView logits, std::size_t i) {
  return {logits.row(i), logits.cols};
}

/// Greedy at temperature 0; above, `best_of` texts side by side.
FoundText sample(TextModel& model, nn::MatrixView logits, const WhisperRules& rules, TokenId end_of_text,
                 const SearchOptions& options) {
  Rng rng(options.seed);
  std::vector<FoundText> live(options.temperature > 0 ? options.best_of : 1);
  std::vector<FoundText> done;
  bool first = true;  // all texts have the same logits still: one row
  for (std::size_t step = 0; step < options.max_tokens && !live.empty(); ++step) {
    stop_if_cancelled(options.cancelled);
    for (std::size_t i = 0; i < logits.rows; ++i) rules.apply(row_of(logits, i), live[i].tokens);
    std::vector<FoundText> next;
    std::vector<TextModel::Extension> extensions;
    for (std::size_t i = 0; i < live.size(); ++i) {
      const std::size_t row = first ? 0 : i;
      const std::span<const float> own = row_of(logits, row);
      const TokenId token = choose(own, options.temperature, rng);
      const float logprob = own[static_cast<std::size_t>(token)] - log_sum_exp(own);
      if (token == end_of_text) {
        live[i].logprobs.push_back(logprob);
        live[i].sum_logprob += logprob;
        done.push_back(std::move(live[i]));
      } else {
        next.push_back(extended(live[i], token, logprob));
        extensions.push_back({row, token});
      }
    }
    live = std::move(next);
    if (!live.empty() && step + 1 < options.max_tokens) logits = model.extend(extensions);
    first = false;
  }
  done.insert(done.end(), live.begin(), live.end());
  return best_of(done, options);
}

struct Candidate {
  std::size_t parent = 0;
  TokenId token = 0;
  float logprob = 0;
  float sum = 0;
};

/// Appends the `count` most probable continuations of one text.
void add_candidates(std::span<const float> logits, std::size_t parent, float sum, std::size_t count,
                    std::vector<Candidate>& to) {
  const float log_sum = log_sum_exp(logits);
  const auto begin = static_cast<std::ptrdiff_t>(to.size());
  const auto better = [](const Candidate& a, const Candidate& b) { return a.logprob > b.logprob; };
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float logprob = logits[i] - log_sum;
    const bool full = to.size() == static_cast<std::size_t>(begin) + count;
    if (full && logprob <= to[static_cast<std::size_t>(begin)].logprob) continue;
    if (full) {
      std::pop_heap(to.begin() + begin, to.end(), better);
      to.pop_back();
    }
    to.push_back({parent, static_cast<TokenId>(i), logprob, sum + logprob});
    std::push_heap(to.begin() + begin, to.end(), better);
  }
}

/// Beam search in progress: the texts being written, and those that are whole.
class Beams {
 public:
  Beams(TokenId end_of_text, const SearchOptions& options)
      : end_of_text_(end_of_text),
        options_(options),
        wanted_(static_cast<std::size_t>(std::lround(static_cast<double>(options.beams) * options.patience))),
        live_(1) {}

  const std::vector<FoundText>& live() const { return live_; }
  const std::vector<TextModel::Extension>& extensions() const { return extensions_; }
  bool completed() const { return done_.size() >= wanted_; }

  /// One token more for each of the best; `logits` are those of live().
  void step(nn::MatrixView logits) {
    candidates_.clear();
    for (std::size_t i = 0; i < live_.size(); ++i) {
      add_candidates(row_of(logits, i), i, live_[i].sum_logprob, options_.beams + 1, candidates_);
    }
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.sum > b.sum; });
    std::vector<FoundText> next;
    extensions_.clear();
    for (const Candidate& candidate : candidates_) {
      if (next.size() == options_.beams) break;
      if (std::isinf(candidate.sum)) continue;  // what the rules forbid is no text
      if (candidate.token != end_of_text_) {
        next.push_back(extended(live_[candidate.parent], candidate.token, candidate.logprob));
        extensions_.push_back({candidate.parent, candidate.token});
      } else if (!completed()) {
        FoundText whole = live_[candidate.parent];
        whole.logprobs.push_back(candidate.logprob);
        whole.sum_logprob += candidate.logprob;
        done_.push_back(std::move(whole));
      }
    }
    live_ = std::move(next);
  }

  /// Texts that were cut off count where too few are whole.
  FoundText best() {
    std::stable_sort(live_.begin(), live_.end(),
                     [](const FoundText& a, const FoundText& b) { return a.sum_logprob > b.sum_logprob; });
    for (std::size_t i = 0; i < live_.size() && done_.size() < options_.beams; ++i) done_.push_back(live_[i]);
    return best_of(done_, options_);
  }

 private:
  TokenId end_of_text_;
  const SearchOptions& options_;
  std::size_t wanted_;
  std::vector<FoundText> live_;
  std::vector<FoundText> done_;
  std::vector<Candidate> candidates_;
  std::vector<TextModel::Extension> extensions_;
};

FoundText beam_search(TextModel& model, nn::MatrixView logits, const WhisperRules& rules, TokenId end_of_text,
                      const SearchOptions& options) {
  Beams beams(end_of_text, options);
  for (std::size_t step = 0; step < options.max_tokens; ++step) {
    stop_if_cancelled(options.cancelled);
    for (std::size_t i = 0; i < logits.rows; ++i) rules.apply(row_of(logits, i), beams.live()[i].tokens);
    beams.step(logits);
    if (beams.completed() || beams.live().empty()) break;
    if (step + 1 < options.max_tokens) logits = model.extend(beams.extensions());
  }
  return beams.best();
}

}  // namespace

FoundText search_text(TextModel& model, nn::MatrixView first, const WhisperRules& rules, TokenId end_of_text,
                      const SearchOptions& options) {
  if (options.beams > 1 && options.temperature <= 0) return beam_search(model, first, rules, end_of_text, options);
  return sample(model, first, rules, end_of_text, options);
}

}  // namespace rapport::voice
