#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nn/models/weight_loader.h"
#include "nn/onednn/linear.h"
#include "nn/tensor.h"

// What the encoders and decoders of translation and speech have in common (BART's kin: Marian, M2M-100, Whisper).

namespace rapport::nn {

/// Where a layer normalises.
enum class NormPlace : std::uint8_t {
  kBefore,  ///< what a block reads, and the last layer's result (Whisper, M2M-100)
  kAfter,   ///< the sum of a block's result and its residual (Marian)
};

/// The shape of a stack of transformer layers.
struct StackShape {
  std::size_t layers = 0;
  std::size_t heads = 0;
  std::size_t width = 0;  ///< D; `heads` divides it
  std::size_t inner_width = 0;
  Activation activation = Activation::kGelu;
  NormPlace norm_place = NormPlace::kBefore;
  float layer_norm_eps = 1e-5F;
};

/// What an attention block's weights are called, behind the layer's name.
struct AttentionNames {
  std::string query, key, value, output, norm;
  bool key_bias = true;  ///< Whisper: false

  /// As Hugging Face calls them: `block` is "self_attn" or "encoder_attn".
  static AttentionNames of(const std::string& block) {
    return {block + ".q_proj", block + ".k_proj", block + ".v_proj", block + ".out_proj", block + "_layer_norm", true};
  }
};

/// What a stack's weights are called: `layers` + number + "." + the name. The defaults are Hugging Face's.
struct StackNames {
  std::string layers = {};  ///< "model.decoder.layers."
  AttentionNames self = AttentionNames::of("self_attn");
  AttentionNames cross = AttentionNames::of("encoder_attn");  ///< of decoders
  std::string inner = "fc1";
  std::string output = "fc2";
  std::string output_norm = "final_layer_norm";
  std::string final_norm = {};  ///< the whole name, "model.decoder.layer_norm", where NormPlace is kBefore

  std::string layer(std::size_t i) const { return layers + std::to_string(i) + "."; }
};

/// What a block reads of `hidden`: normalised into `normed` where the shape normalises before, else `hidden` itself.
ConstMatrixView block_input(const StackShape& shape, const WeightLoader::Norm& norm, MatrixView hidden, Matrix& normed);
/// After a block's result was added to `hidden`: normalises it where the shape normalises after.
void finish_block(const StackShape& shape, const WeightLoader::Norm& norm, MatrixView hidden);

/// Room that blocks need.
struct BlockScratch {
  Matrix normed;  ///< [T, D]
  Matrix wide;    ///< [T, 3 D] or [T, inner width]
  LinearScratch linear;
};

/// Self-attention's weights.
struct SelfAttentionBlock {
  SelfAttentionBlock(const WeightLoader& weights, const StackShape& shape, const StackNames& names, std::size_t layer);
  std::size_t memory_bytes() const { return query_key_value.memory_bytes() + output.memory_bytes(); }

  Linear query_key_value;
  Linear output;
  WeightLoader::Norm norm;
};

/// The two linear layers at a layer's end.
struct FeedForwardBlock {
  FeedForwardBlock(const WeightLoader& weights, const StackShape& shape, const StackNames& names, std::size_t layer);
  void apply(const StackShape& shape, MatrixView hidden, BlockScratch& scratch) const;
  std::size_t memory_bytes() const { return inner.memory_bytes() + output.memory_bytes(); }

  Linear inner;
  Linear output;
  WeightLoader::Norm norm;
};

/// task(0), task(1), ... by all of OpenMP's threads. Throws what one of them throws.
void run_in_parallel(std::size_t count, const std::function<void(std::size_t)>& task);

/// make(0), make(1), ...: layers are packed by all of OpenMP's threads.
template <class Layer, class Make>
std::vector<Layer> make_layers(std::size_t count, const Make& make) {
  std::vector<std::optional<Layer>> made(count);
  run_in_parallel(count, [&](std::size_t i) { made[i].emplace(make(i)); });
  std::vector<Layer> layers;
  layers.reserve(count);
  for (std::optional<Layer>& layer : made) layers.push_back(std::move(*layer));
  return layers;
}

}  // namespace rapport::nn
