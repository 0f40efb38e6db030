#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nn/checkpoint/checkpoint.h"
#include "nn/models/encoder_config.h"
#include "nn/models/token_table.h"
#include "nn/models/weight_loader.h"
#include "nn/onednn/linear.h"
#include "nn/ops/attention.h"
#include "nn/tensor.h"

namespace rapport::nn {

/// A text as the encoder reads it: token ids with the special tokens around them.
using TokenSequence = std::span<const std::int32_t>;

/// The encoder of BERT and its kin: token vectors, then layers of self-attention and of two linear layers, each with
/// its residual and normalised after it.
///
/// Sequences stand one behind the other without padding: linear layers see the sum of their lengths, attention works
/// within each.
///
/// Threads   immutable: shared by all threads, each with a workspace of its own. Linear layers and attention use
///           OpenMP's threads when called from outside of its parallel regions.
/// Source    Devlin et al. 2018; Liu et al. 2019; Sanh et al. 2019.
class TransformerEncoder {
 public:
  /// What one forward pass works on. Grows to what the largest batch needs and stays.
  struct Workspace {
    Matrix hidden;   ///< [T, D]: the sequences between two layers
    Matrix wide;     ///< [T, 3 D] query, key and value side by side, then [T, inner width]
    Matrix first;    ///< [B, D]: the first token of each sequence
    Matrix context;  ///< [B, D]: what those attended to
    LinearScratch linear;
    AttentionScratch attention;
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> positions;
    std::vector<std::size_t> begins;  ///< where each sequence begins in `hidden`, and the end
  };

  /// Takes the weights named as the family names them.
  ///
  /// Ownership  the checkpoint must outlive it while `borrows()`.
  /// Throws     kUnavailable "model_damaged" that names the tensor.
  /// Cost       packs the layers with all of OpenMP's threads.
  TransformerEncoder(const EncoderConfig& config, const WeightLoader& weights);

  const EncoderConfig& config() const { return config_; }
  std::size_t layers() const { return layers_.size(); }
  bool borrows() const { return tokens_->borrows(); }
  /// What the packed weights and tables occupy; without the file's own memory.
  std::size_t memory_bytes() const;

  /// The normalised sum of token, position and type vectors, to `work.hidden`.
  ///
  /// Requires  sequences of 1 to config().max_tokens() ids of the vocabulary.
  void embed(std::span<const TokenSequence> sequences, Workspace& work) const;
  /// One layer over `work.hidden`.
  void apply_layer(std::size_t layer, Workspace& work) const;
  /// The last layer, its result for the first token of each sequence only: [B, D] in `work.first`.
  MatrixView apply_last_layer(Workspace& work) const;

 private:
  struct Layer {
    Linear query_key_value;
    Linear attention_output;
    WeightLoader::Norm attention_norm;
    Linear inner;
    Linear output;
    WeightLoader::Norm output_norm;
  };
  struct LayerNames;

  /// The last layer's part for one token a sequence is little work and stands right before the decision: in kInt8 it
  /// is bf16.
  Layer load_layer(bool last, const WeightLoader& weights, const LayerNames& names) const;
  void load_embeddings(const WeightLoader& weights);
  void load_layers(const WeightLoader& weights);
  /// What follows attention: `context` is its result, `rows` the residual and then the layer's result.
  void finish_layer(const Layer& layer, ConstMatrixView context, MatrixView rows, Workspace& work) const;

  EncoderConfig config_;
  std::optional<TokenTable> tokens_;
  std::vector<float> positions_;  ///< [positions, D], the vector of token type 0 added
  WeightLoader::Norm norm_;
  std::vector<Layer> layers_;
};

}  // namespace rapport::nn
