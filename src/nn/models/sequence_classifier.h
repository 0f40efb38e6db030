#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nn/models/transformer_encoder.h"
#include "nn/precision.h"
#include "nn/tensor.h"

namespace rapport::nn {

/// Sorts texts into classes: RoBERTa, DistilRoBERTa, XLM-RoBERTa, BERT and DistilBERT sequence classifiers as their
/// Hugging Face folders hold them.
///
/// Threads   const is shared by all requests, each with a state of its own.
class SequenceClassifier {
 public:
  struct Options {
    Precision precision = Precision::kF32;
    /// About how many tokens one core takes at a time from a batch.
    std::size_t chunk_tokens = 128;
  };

  /// Room for one request in flight: grows to what the largest batch needs and stays.
  class State {
   private:
    friend class SequenceClassifier;
    std::vector<std::unique_ptr<TransformerEncoder::Workspace>> threads;
    std::vector<std::size_t> chunks;  ///< the first sequence of each chunk, and the end
    std::vector<Matrix> dense;        ///< by thread: the head's inner layer
  };

  /// Throws  kUnavailable: "model_not_installed", "model_unsupported", or "model_damaged" that names the field or
  /// tensor. Cost    reads the weights once and packs them, with all of OpenMP's threads.
  static SequenceClassifier load(const std::filesystem::path& folder, Options options);
  static SequenceClassifier load(const std::filesystem::path& folder) { return load(folder, Options{}); }

  /// One row of logits for each sequence. Large batches are cut into chunks that OpenMP's threads share out; a small
  /// one runs as a whole, the threads within its matrix products. A text's logits do not depend on its batch but for
  /// rounding.
  ///
  /// Shapes    out [B, labels().size()]; each sequence 1 to max_tokens() ids.
  /// Throws    kInvalid when a sequence is empty, too long or holds an id beyond the vocabulary; kUnavailable
  ///           "model_damaged" when a logit is no finite number.
  void logits(std::span<const TokenSequence> sequences, State& state, MatrixView out) const;

  const std::vector<std::string>& labels() const { return config_.labels; }
  bool multi_label() const { return config_.multi_label; }
  std::size_t max_tokens() const { return config_.encoder.max_tokens(); }
  const TransformerEncoder& encoder() const { return *encoder_; }
  /// What the packed weights and tables occupy; without the file's own memory.
  std::size_t memory_bytes() const;

 private:
  SequenceClassifier() = default;
  void load_head(const WeightLoader& weights);
  void check(std::span<const TokenSequence> sequences, MatrixView out) const;
  void cut(std::span<const TokenSequence> sequences, State& state) const;
  /// One chunk: its logits to `out`.
  void run(std::span<const TokenSequence> sequences, TransformerEncoder::Workspace& work, Matrix& dense,
           MatrixView out) const;
  void run_chunks(std::span<const TokenSequence> sequences, State& state, MatrixView out) const;

  ClassifierConfig config_;
  Options options_;
  std::optional<Checkpoint> checkpoint_;  ///< kept while the encoder borrows from it
  std::unique_ptr<const TransformerEncoder> encoder_;
  std::optional<Linear> dense_;
  std::optional<Linear> output_;
};

}  // namespace rapport::nn
