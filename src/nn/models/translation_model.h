#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "nn/checkpoint/checkpoint.h"
#include "nn/model_files.h"
#include "nn/models/stack_encoder.h"
#include "nn/models/token_table.h"
#include "nn/models/transformer_decoder.h"
#include "nn/models/transformer_encoder.h"
#include "nn/models/translation_config.h"
#include "nn/precision.h"

namespace rapport::nn {

/// The networks that translate: MarianMT, M2M-100 and SMaLL-100 as their Hugging Face folders hold them, or as the
/// program carries them.
///
/// Threads   immutable: shared by all threads, each with a state and a cache of its own. OpenMP's threads are used when
///           called from outside of its parallel regions.
/// Source    Junczys-Dowmunt et al. 2018; Fan et al. 2020; Mohammadshahi et al. 2022.
class TranslationModel {
 public:
  using Source = TransformerDecoder::Source;
  using Hypothesis = KeyValueCache::Hypothesis;

  /// What calls work on. Grows to what the largest one needs and stays.
  class State {
   private:
    friend class TranslationModel;
    StackEncoder::Workspace encoder;
    TransformerDecoder::Workspace decoder;
    Matrix hidden;  ///< [rows, D]
    Matrix logits;  ///< [rows of a chunk, V]
    std::vector<std::int32_t> ids;
    std::vector<std::size_t> begins;
    std::vector<TransformerDecoder::Input> inputs;
  };

  /// Throws  kUnavailable: "model_not_installed", "model_unsupported", or "model_damaged" that names the file, field or
  ///         tensor.
  /// Cost    packs the weights with OpenMP's threads.
  TranslationModel(const ModelFiles& files, Precision precision);

  const TranslationConfig& config() const { return config_; }
  /// What the packed weights and tables occupy; without the file's own memory.
  std::size_t memory_bytes() const;
  KeyValueCache make_cache() const { return decoder_->make_cache(); }

  /// Reads texts, without padding: one source each.
  ///
  /// Requires  sequences of 1 to config().positions ids of the vocabulary.
  /// Throws    kInvalid "invalid_tokens" for others.
  std::vector<Source> encode(std::span<const TokenSequence> sequences, State& state) const;

  /// One hypothesis's next token.
  struct Step {
    Hypothesis* past = nullptr;
    const Source* source = nullptr;
    std::int32_t token = 0;
  };
  using TakeLogits = std::function<void(std::size_t row, std::span<float> logits)>;
  /// Reads a token of each row, and gives what the model says of the one behind it: `take` is called once for each
  /// row, for several at once from several threads; it may change the logits.
  ///
  /// Requires  hypotheses of one cache of make_cache()'s kind, each once, shorter than config().positions.
  /// Throws    what `take` throws.
  void step(std::span<const Step> steps, State& state, const TakeLogits& take) const;

 private:
  void load_tables(const WeightLoader& weights);
  void load_output(const WeightLoader& weights);
  void make_positions();
  /// The vectors of tokens: the table's, scaled, and the position's.
  void embed_tokens(const TokenTable& table, std::span<const std::int32_t> ids, MatrixView out) const;
  void add_position(std::size_t position, float* row) const;
  void check(std::span<const TokenSequence> sequences) const;

  TranslationConfig config_;
  std::optional<Checkpoint> checkpoint_;  ///< kept while a table borrows from it
  std::optional<TokenTable> source_table_;
  std::optional<TokenTable> target_table_;  ///< none: the source's
  std::vector<float> positions_;            ///< [positions, D]
  std::optional<StackEncoder> encoder_;
  std::optional<TransformerDecoder> decoder_;
  std::optional<Linear> output_;
};

}  // namespace rapport::nn
