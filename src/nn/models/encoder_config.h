#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "nn/model_files.h"
#include "nn/onednn/linear.h"

namespace rapport::nn {

/// Which published model an encoder follows: what its weights are called, and where its positions begin.
enum class EncoderFamily : std::uint8_t {
  kBert,
  kDistilBert,
  kRoberta,  ///< RoBERTa, DistilRoBERTa and XLM-RoBERTa: positions begin behind the padding token's id
};

/// The shape of a transformer encoder. Every number is within bounds that keep products of them far from overflow.
struct EncoderConfig {
  EncoderFamily family = EncoderFamily::kRoberta;
  std::size_t layers = 0;
  std::size_t heads = 0;
  std::size_t width = 0;  ///< D; `heads` divides it
  std::size_t inner_width = 0;
  std::size_t vocabulary = 0;
  std::size_t positions = 0;  ///< rows of the table of positions
  std::size_t types = 0;      ///< rows of the table of token types; 0 where the model has none
  std::size_t pad_id = 0;
  float layer_norm_eps = 0;
  Activation activation = Activation::kGelu;

  /// The position of a sequence's first token.
  std::size_t first_position() const { return family == EncoderFamily::kRoberta ? pad_id + 1 : 0; }
  /// The most tokens that a sequence may have, special tokens included.
  std::size_t max_tokens() const { return positions - first_position(); }
};

/// What a Hugging Face folder says of its sequence classifier.
struct ClassifierConfig {
  EncoderConfig encoder;
  std::vector<std::string> labels;  ///< by output
  bool multi_label = false;         ///< each label stands for itself: a sigmoid for each, no softmax over all
};

/// Reads config.json of a Hugging Face folder.
///
/// Throws  kUnavailable: "model_not_installed" when there is none, "model_damaged" that names the field when a value
///         is missing or out of bounds, "model_unsupported" when it is another kind of model.
ClassifierConfig read_classifier_config(const ModelFiles& files);

}  // namespace rapport::nn
