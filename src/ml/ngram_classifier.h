#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ml/ngram_features.h"
#include "ml/ngram_lexicon.h"

namespace rapport::ml {

/// Says of a short text how likely each label is, from the words and pieces of words in it. Small and fast: a table of
/// 8-bit rows, one for each feature that training kept (whole, or only the weights that matter), and a network of one
/// hidden layer over their sum.
///
///     z = sum of the rows of the text's features, divided by the root of their number
///     logits = bias + z[wide columns] + output . relu(z[hidden columns] + hidden_bias), divided by the temperature
///
/// Either part may be absent: with no hidden columns it is a softmax regression.
///
/// Ownership borrows the bytes it was read from (embedded or memory-mapped) and copies only what is small.
/// Threads   const calls from any number of threads.
/// Cost      linear in the text's bytes, whatever they are; no allocation. About 10 us for 100 bytes.
/// Source    ngram_model.h describes the bytes.
class NgramClassifier {
 public:
  /// The model in `bytes`, which must outlive it, or a sentence that says why there is none. Never throws on what the
  /// bytes say; bytes from anywhere are safe to read and to use.
  static std::variant<NgramClassifier, std::string> read(std::span<const std::byte> bytes);

  const std::vector<std::string>& labels() const { return labels_; }
  const NgramOptions& options() const { return options_; }
  std::size_t size_bytes() const { return size_bytes_; }  ///< of the bytes it borrows

  /// Probabilities of the labels; they sum to 1. A text without any known feature gets the prior.
  ///
  /// Requires  out.size() == labels().size().
  void probabilities(std::string_view text, std::span<float> out) const;
  /// The same before the softmax.
  void logits(std::string_view text, std::span<float> out) const;

  /// How many features of the text the model knows: 0 means that the answer is the prior.
  std::size_t known_features(std::string_view text) const;

 private:
  friend struct NgramModelReader;
  NgramClassifier() = default;

  struct Sums;
  void add_rows(std::string_view text, Sums& sums) const;
  void add_whole_row(std::size_t slot, Sums& sums) const;
  void add_sparse_row(std::size_t slot, Sums& sums) const;

  NgramOptions options_;
  std::vector<std::string> labels_;
  NgramLexicon lexicon_;
  const std::byte* marks_ = nullptr;
  const std::byte* rows_ = nullptr;    ///< or, when there are counts, pairs of label and weight
  const std::byte* counts_ = nullptr;  ///< pairs of each slot
  const std::byte* starts_ = nullptr;  ///< the first pair of each group of slots
  unsigned log2_groups_ = 0;
  std::size_t size_bytes_ = 0;
  std::size_t wide_ = 0;            ///< columns that go to the logits: 0 or one for each label
  std::size_t hidden_ = 0;          ///< columns of the hidden layer
  std::vector<float> scales_;       // [wide_ + hidden_]
  std::vector<float> hidden_bias_;  // [hidden_]
  std::vector<float> output_;       // [labels, hidden_], temperature included
  std::vector<float> bias_;         // [labels], temperature included
  float wide_scale_ = 1;            // 1 / temperature
};

}  // namespace rapport::ml
