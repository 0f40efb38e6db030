#include "inference/transformer_classifier.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "inference/text_windows.h"
#include "inference/twitter_text.h"

namespace rapport::inference {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Adds softmax(logits) * weight to `sum`.
void add_softmax(std::span<const float> logits, float weight, std::span<float> sum) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  float total = 0;
  for (const float logit : logits) total += std::exp(logit - largest);
  for (std::size_t i = 0; i < logits.size(); ++i) sum[i] += weight * std::exp(logits[i] - largest) / total;
}

/// What is needed to make answers of the windows' logits.
struct Parts {
  std::vector<std::size_t> windows;  ///< of each text
  std::vector<std::size_t> tokens;   ///< of each window
};

std::vector<TextClasses> combine(const Parts& parts, const nn::Matrix& logits) {
  std::vector<TextClasses> texts;
  texts.reserve(parts.windows.size());
  std::size_t row = 0;
  for (const std::size_t windows : parts.windows) {
    TextClasses& text = texts.emplace_back(TextClasses{std::vector<float>(logits.cols()), windows});
    std::size_t tokens = 0;
    for (std::size_t i = row; i < row + windows; ++i) tokens += parts.tokens[i];
    for (const std::size_t end = row + windows; row < end; ++row) {
      const float weight = static_cast<float>(parts.tokens[row]) / static_cast<float>(tokens);
      add_softmax({logits.row(row), logits.cols()}, weight, text.probs);
    }
  }
  return texts;
}

}  // namespace

TransformerClassifier::TransformerClassifier(Spec spec, std::unique_ptr<const nn::Tokenizer> tokenizer,
                                             DynamicBatcher::Lane lane, Metrics& metrics)
    : spec_(std::move(spec)),
      tokenizer_(std::move(tokenizer)),
      lane_(lane),
      special_tokens_(tokenizer_->wrap({}).size()),
      tokenize_time_(metrics.histogram("rapport_inference_duration_seconds",
                                       "Time of a model's work, by stage.", duration_bounds_s(),
                                       {{"model", spec_.name}, {"stage", "tokenize"}})) {}

std::size_t TransformerClassifier::tokenize(std::string_view text, std::vector<Sequence>& sequences) const {
  std::vector<nn::TokenId> ids;
  tokenizer_->encode(reads_twitter_text(spec_.name) ? twitter_text(text) : std::string(text), ids,
                     nn::SpecialNames::kText);
  const std::size_t longest = spec_.max_tokens - special_tokens_;
  const auto windows = text_windows(ids.size(), longest, std::min(kWindowOverlap, longest / 2));
  for (const Window window : windows) {
    sequences.push_back(tokenizer_->wrap(std::span(ids).subspan(window.begin, window.end - window.begin)));
  }
  return windows.size();
}

std::future<Classified> TransformerClassifier::start(std::span<const std::string_view> texts, std::string_view) const {
  const auto begin = SteadyClock::now();
  Parts parts;
  std::vector<Sequence> sequences;
  for (const std::string_view text : texts) parts.windows.push_back(tokenize(text, sequences));
  for (const Sequence& sequence : sequences) parts.tokens.push_back(sequence.size());
  const std::chrono::duration<double> tokenizing = SteadyClock::now() - begin;
  tokenize_time_.observe(tokenizing.count());

  return std::async(std::launch::deferred, [parts = std::move(parts), tokenize_ms = tokenizing.count() * 1000,
                                            result = lane_.submit(std::move(sequences))]() mutable {
    const BatchResult computed = result.get();
    return Classified{combine(parts, computed.outputs), {tokenize_ms, computed.queue_ms, computed.compute_ms}};
  });
}

}  // namespace rapport::inference
