#pragma once

#include <cstddef>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "inference/dynamic_batcher.h"
#include "inference/text_classifier.h"
#include "nn/tokenizers/tokenizer.h"

namespace rapport::inference {

/// What a transformer says of texts. The caller's thread cuts them into tokens, the batcher computes.
///
/// A text of more tokens than the model reads is cut into windows that overlap by kWindowOverlap; its probabilities are
/// the windows' mean, each weighted by its tokens. Special tokens that a text spells out ("</s>") are letters.
///
/// Threads   safe.
class TransformerClassifier : public TextClassifier {
 public:
  static constexpr std::size_t kWindowOverlap = 64;

  struct Spec {
    std::string name;  ///< also decides whether it reads texts as Twitter's models do (twitter_text.h)
    std::vector<std::string> labels;
    std::size_t max_tokens = 512;  ///< of one window, special tokens included
  };

  /// `lane` gives a logit for each label.
  TransformerClassifier(Spec spec, std::unique_ptr<const nn::Tokenizer> tokenizer, DynamicBatcher::Lane lane,
                        Metrics& metrics);

  const std::string& name() const override { return spec_.name; }
  std::span<const std::string> labels() const override { return spec_.labels; }
  std::future<Classified> start(std::span<const std::string_view> texts, std::string_view scope) const override;

 private:
  /// Appends the text's windows, and returns how many there are.
  std::size_t tokenize(std::string_view text, std::vector<Sequence>& sequences) const;

  const Spec spec_;
  const std::unique_ptr<const nn::Tokenizer> tokenizer_;
  const DynamicBatcher::Lane lane_;
  const std::size_t special_tokens_;  ///< around each window
  mutable Metrics::Histogram tokenize_time_;
};

}  // namespace rapport::inference
