#include "nn/models/whisper.h"

#include <utility>

#include "nn/checkpoint/checkpoint.h"

namespace rapport::nn {
namespace {

/// OpenAI's name of a part, and Hugging Face's.
constexpr std::pair<std::string_view, std::string_view> kParts[] = {
    {".blocks.", ".layers."},
    {".cross_attn.query.", ".encoder_attn.q_proj."},
    {".cross_attn.key.", ".encoder_attn.k_proj."},
    {".cross_attn.value.", ".encoder_attn.v_proj."},
    {".cross_attn.out.", ".encoder_attn.out_proj."},
    {".cross_attn_ln.", ".encoder_attn_layer_norm."},
    {".attn.query.", ".self_attn.q_proj."},
    {".attn.key.", ".self_attn.k_proj."},
    {".attn.value.", ".self_attn.v_proj."},
    {".attn.out.", ".self_attn.out_proj."},
    {".attn_ln.", ".self_attn_layer_norm."},
    {".mlp.0.", ".fc1."},
    {".mlp.2.", ".fc2."},
    {".mlp_ln.", ".final_layer_norm."},
    {"encoder.ln_post.", "encoder.layer_norm."},
    {"decoder.ln.", "decoder.layer_norm."},
    {".positional_embedding", ".embed_positions.weight"},
    {".token_embedding.", ".embed_tokens."},
};

}  // namespace

std::string whisper_tensor_name(std::string_view name) {
  constexpr std::string_view kOpenAi = "model_state_dict.";
  if (name.starts_with(kOpenAi)) name.remove_prefix(kOpenAi.size());
  std::string renamed(name);
  for (const auto& [from, to] : kParts) {
    if (const std::size_t at = renamed.find(from); at != std::string::npos) renamed.replace(at, from.size(), to);
  }
  const bool bare = renamed.starts_with("encoder.") || renamed.starts_with("decoder.");
  return bare ? "model." + renamed : renamed;
}

Whisper Whisper::load(const WhisperFiles& files, Precision precision) {
  Checkpoint checkpoint = files.openai ? Checkpoint::open_file(*files.openai) : Checkpoint::open(files.folder);
  Whisper whisper;
  whisper.config_ = files.openai ? read_whisper_dims(checkpoint) : read_whisper_config(files.folder);
  checkpoint.rename(whisper_tensor_name);
  const WeightLoader weights(checkpoint, precision);
  whisper.encoder_ = std::make_unique<const WhisperEncoder>(whisper.config_, weights);
  checkpoint.drop_pages();
  return whisper;
}

std::size_t Whisper::memory_bytes() const {
  return encoder_->memory_bytes();
}

}  // namespace rapport::nn
