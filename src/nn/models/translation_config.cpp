#include "nn/models/translation_config.h"

#include "nn/checkpoint/stored_tensor.h"
#include "nn/models/config_reader.h"

namespace rapport::nn {
namespace {

/// SMaLL-100 says in its config.json that it is M2M-100; its tokenizer, or its shape, tells.
bool is_small100(const ModelFiles& files, const ConfigReader& config) {
  const ConfigReader tokenizer = ConfigReader::optional(files, "tokenizer_config.json");
  if (tokenizer.text("tokenizer_class", "") == "SMALL100Tokenizer" || files.has("tokenization_small100.py"))
    return true;
  return config.whole("encoder_layers", 1, kMostLayers, 0) == 12 &&
         config.whole("decoder_layers", 1, kMostLayers, 0) == 3;
}

TranslationFamily family_of(const ModelFiles& files, const ConfigReader& config) {
  const std::string type = config.text("model_type", "");
  if (type == "marian") return TranslationFamily::kMarian;
  if (type == "m2m_100") return is_small100(files, config) ? TranslationFamily::kSmall100 : TranslationFamily::kM2m100;
  throw unsupported_model("its model_type is " + in_quotes(type) + ", not marian or m2m_100");
}

StackShape stack_shape(const ConfigReader& config, const std::string& side, NormPlace place) {
  StackShape shape;
  shape.layers = config.whole((side + "_layers").c_str(), 1, kMostLayers);
  shape.heads = config.whole((side + "_attention_heads").c_str(), 1, kMostHeads);
  shape.inner_width = config.whole((side + "_ffn_dim").c_str(), 1, kMostWidth);
  shape.width = config.whole("d_model", 2, kMostWidth);
  shape.activation = config.activation("activation_function", "gelu");
  shape.norm_place = place;
  if (shape.width % shape.heads != 0) throw config.damaged(side + "_attention_heads does not divide d_model");
  if (shape.width % 2 != 0) throw config.damaged("d_model is odd");
  return shape;
}

/// What the reference does not do either, or what would change every result in silence.
void check_marian(const ConfigReader& config) {
  if (config.flag("normalize_before", false)) throw unsupported_model("it normalises before its blocks");
  if (config.flag("normalize_embedding", false)) throw unsupported_model("it normalises its embeddings");
  if (config.flag("add_final_layer_norm", false)) throw unsupported_model("it normalises its last layer");
}

}  // namespace

TranslationConfig read_translation_config(const ModelFiles& files) {
  const ConfigReader config(files, "config.json");
  TranslationConfig read;
  read.family = family_of(files, config);
  const bool marian = read.family == TranslationFamily::kMarian;
  if (marian) check_marian(config);
  const NormPlace place = marian ? NormPlace::kAfter : NormPlace::kBefore;
  read.encoder = stack_shape(config, "encoder", place);
  read.decoder = stack_shape(config, "decoder", place);
  read.source_vocabulary = config.whole("vocab_size", 1, kMostVocabulary);
  read.target_vocabulary =
      marian ? config.whole("decoder_vocab_size", 1, kMostVocabulary, read.source_vocabulary) : read.source_vocabulary;
  read.positions = config.whole("max_position_embeddings", 8, kMostPositions, 1024);
  read.scale_embedding = config.flag("scale_embedding", !marian);
  read.shared_embeddings = !marian || config.flag("share_encoder_decoder_embeddings", true);
  read.tied_output = config.flag("tie_word_embeddings", true);
  if (read.shared_embeddings && read.source_vocabulary != read.target_vocabulary) {
    throw config.damaged("decoder_vocab_size is not vocab_size, though the embeddings are shared");
  }
  return read;
}

bool holds_translator(const ModelFiles& files) {
  const std::string type = ConfigReader(files, "config.json").text("model_type", "");
  return type == "marian" || type == "m2m_100";
}

}  // namespace rapport::nn
