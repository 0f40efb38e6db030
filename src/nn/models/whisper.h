#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nn/models/token_table.h"
#include "nn/models/transformer_decoder.h"
#include "nn/models/whisper_config.h"
#include "nn/models/whisper_encoder.h"
#include "nn/precision.h"

namespace rapport::nn {

/// The Hugging Face name of a Whisper tensor that may have OpenAI's ("decoder.blocks.0.attn.query.weight").
std::string whisper_tensor_name(std::string_view name);

/// Speech to the probabilities of its words: a Whisper model of any size, as Hugging Face folders and OpenAI's .pt
/// files hold it.
///
/// Threads   const is shared by all requests, each with a state of its own.
class Whisper {
 public:
  using Source = TransformerDecoder::Source;
  using Hypothesis = KeyValueCache::Hypothesis;

  /// Tokens that a text of `source` goes on with.
  struct Input {
    Hypothesis* past = nullptr;
    const Source* source = nullptr;
    std::span<const std::int32_t> tokens;
  };

  /// Room for one request in flight: grows to what the largest call needs and stays.
  struct State {
    explicit State(const Whisper& whisper) : cache(whisper.decoder_->make_cache()) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    WhisperEncoder::Workspace encoder;
    TransformerDecoder::Workspace decoder;
    KeyValueCache cache;
    Matrix hidden;  ///< [T, D]: the tokens of the last call
    LinearScratch linear;
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> positions;
    std::vector<TransformerDecoder::Input> inputs;
  };

  /// Throws  kUnavailable: "model_not_installed", "model_unsupported", or "model_damaged" that names the field or
  ///         tensor.
  /// Cost    reads the weights once and packs them, with all of OpenMP's threads.
  static Whisper load(const WhisperFiles& files, Precision precision);

  /// What the decoder remembers of each window: its cross-attention's keys and values, computed once.
  ///
  /// Shapes    mels: each [M, F], F of 1 to config().max_frames().
  /// Throws    kInvalid "invalid_spectrogram" when a shape does not fit.
  std::vector<Source> listen(std::span<const ConstMatrixView> mels, State& state) const;

  /// The decoder's last layer for the inputs' tokens one behind the other; the texts grow by them.
  ///
  /// Shapes    result [sum of tokens, D], in state.hidden; good until the next call.
  /// Requires  hypotheses of state.cache, each once.
  /// Throws    kInvalid "invalid_tokens" for ids beyond the vocabulary, and texts of more than text_positions tokens.
  MatrixView read(std::span<const Input> inputs, State& state,
                  TransformerDecoder::CrossAttention* seen = nullptr) const;

  /// What may follow: rows of `read`'s result against all tokens.
  ///
  /// Shapes    hidden [T, D]; out [T, V].
  void logits(ConstMatrixView hidden, MatrixView out, State& state) const { output_->apply(hidden, out, state.linear); }

  const WhisperConfig& config() const { return config_; }
  const WhisperEncoder& encoder() const { return *encoder_; }
  /// What the packed weights and tables occupy; without the file's own memory.
  std::size_t memory_bytes() const;

 private:
  Whisper() = default;
  void load_decoder(const WeightLoader& weights);

  WhisperConfig config_;
  std::optional<Checkpoint> checkpoint_;  ///< kept while the token table borrows from it
  std::unique_ptr<const WhisperEncoder> encoder_;
  std::unique_ptr<const TransformerDecoder> decoder_;
  std::optional<TokenTable> tokens_;
  std::vector<float> positions_;  ///< [text positions, D]
  std::optional<Linear> output_;  ///< the token table again: [V, D]
};

}  // namespace rapport::nn
