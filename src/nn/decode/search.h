#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "nn/ops/top_k.h"

namespace rapport::nn {

/// How a sequence of tokens is looked for, in Hugging Face's terms (generation_config.json).
struct SearchRules {
  /// When a beam search of `beams` finished hypotheses ends.
  enum class EarlyStopping : std::uint8_t {
    kNo,     ///< when no open hypothesis, as long as it is now, scores above the worst finished one
    kYes,    ///< at once
    kNever,  ///< when none could, however long it gets
  };

  std::size_t beams = 1;         ///< 1: greedy
  std::size_t max_length = 200;  ///< tokens at most, the start among them
  double length_penalty = 1;     ///< a hypothesis's score is its log-probability / length^length_penalty
  EarlyStopping early_stopping = EarlyStopping::kNo;
  std::int32_t start = 0;
  std::int32_t eos = 0;
  std::optional<std::int32_t> forced_bos = std::nullopt;  ///< the token behind the start
  std::optional<std::int32_t> forced_eos = std::nullopt;  ///< the token at max_length
  std::vector<std::vector<std::int32_t>> bad_words = {};  ///< never: a token, or one behind those before it
  std::size_t no_repeat_ngram_size = 0;                   ///< no n tokens twice; 0: they may be
};

/// A sequence that a search has found.
struct FoundSequence {
  std::vector<std::int32_t> tokens;  ///< from the start to eos; without eos where max_length cut it
  double log_prob = 0;               ///< of all tokens
  double score = 0;                  ///< log_prob / (tokens behind the start)^length_penalty
};

/// Looks for one sequence of tokens, step by step: greedy or beam search as Hugging Face's `generate` does them. It
/// knows no model; many searches advance side by side, and one that is done leaves the others.
///
/// A step: the model reads the last token of each of rows(), `read_logits` takes what it says of the next one, and
/// `advance` chooses. Then rows() name what to read next.
///
/// Threads   read_logits may be called for different rows at once; all else one call at a time.
/// Throws    Error kInvalid when the rules do not hold (no beams, max_length below 2).
/// Source    transformers 4.35, generation/utils.py, beam_search.py, logits_process.py.
class SequenceSearch {
 public:
  explicit SequenceSearch(SearchRules rules);

  /// A hypothesis that goes on.
  struct Row {
    std::size_t parent = 0;  ///< its place among the rows of the step before
    std::int32_t token = 0;  ///< what it ends with
  };
  /// Best first; at most `beams`, none once done().
  std::span<const Row> rows() const { return rows_; }
  /// All its tokens, the start first.
  std::span<const std::int32_t> tokens(std::size_t row) const { return open_[row].tokens; }

  /// What the model says of the token behind row `row`; tokens that may not come become -inf in place.
  ///
  /// Shapes    logits [V].
  /// Throws    kUnavailable "model_damaged" when a logit is no number.
  void read_logits(std::size_t row, std::span<float> logits);
  /// Requires  read_logits for each row.
  void advance();

  bool done() const { return rows_.empty(); }
  /// The best first. Requires done().
  const std::vector<FoundSequence>& found() const { return found_; }
  const SearchRules& rules() const { return rules_; }

 private:
  struct Hypothesis {
    std::vector<std::int32_t> tokens;
    float log_prob = 0;
    std::vector<RankedLogit> next;  ///< the likeliest next tokens, by log-probability
  };
  /// A token behind an open hypothesis.
  struct Candidate {
    float log_prob = 0;
    std::size_t parent = 0;
    std::int32_t token = 0;
  };

  std::size_t length() const { return open_.front().tokens.size(); }
  std::optional<std::int32_t> forced_token() const;
  void forbid(std::span<const std::int32_t> tokens, std::span<float> logits) const;
  void rank_candidates();
  void advance_greedily();
  void advance_beams();
  void add_found(const Hypothesis& hypothesis, float log_prob, bool ended);
  bool is_settled(float best_log_prob) const;
  void finish();
  double score_of(float log_prob, std::size_t length) const;

  SearchRules rules_;
  std::vector<Hypothesis> open_;
  std::vector<Hypothesis> next_open_;
  std::vector<Candidate> candidates_;
  std::vector<Row> rows_;
  std::vector<FoundSequence> found_;
};

}  // namespace rapport::nn
