#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "nn/model_files.h"
#include "nn/models/layer_stack.h"
#include "nn/tokenizers/tokenizer.h"

namespace rapport::nn {

enum class TranslationFamily : std::uint8_t {
  kMarian,   ///< OPUS-MT: one direction, or targets chosen by a token >>xx<< before the text
  kM2m100,   ///< language tokens __xx__: the source's before the text, the target's begins the answer
  kSmall100  ///< SMaLL-100: M2M-100 whose text begins with the target's token
};

/// The shape of a translation model, from the config.json of its Hugging Face folder.
struct TranslationConfig {
  TranslationFamily family = TranslationFamily::kMarian;
  StackShape encoder;
  StackShape decoder;
  std::size_t source_vocabulary = 0;
  std::size_t target_vocabulary = 0;
  std::size_t positions = 0;  ///< the most tokens of a text or an answer
  bool scale_embedding = false;
  bool shared_embeddings = true;  ///< one table for the encoder and the decoder
  bool tied_output = true;        ///< the projection to the vocabulary is the decoder's table
};

/// Throws  kUnavailable: "model_not_installed" when there is no config.json, "model_damaged" that names the field when
///         a value is missing or out of bounds, "model_unsupported" when it is another kind of model.
TranslationConfig read_translation_config(const ModelFiles& files);

/// Whether config.json is of a model that this engine translates with. Throws as read_translation_config for a file
/// that cannot be read.
bool holds_translator(const ModelFiles& files);

}  // namespace rapport::nn
