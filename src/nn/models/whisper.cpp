#include "nn/models/whisper.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "nn/checkpoint/checkpoint.h"
#include "nn/ops/embedding.h"

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
  Whisper whisper;
  if (!files.openai) whisper.config_ = read_whisper_config(files.folder);
  Checkpoint checkpoint = files.openai ? Checkpoint::open_file(*files.openai) : Checkpoint::open(files.folder);
  if (files.openai) whisper.config_ = read_whisper_dims(checkpoint);
  checkpoint.rename(whisper_tensor_name);
  const WeightLoader weights(checkpoint, precision);
  whisper.encoder_ = std::make_unique<const WhisperEncoder>(whisper.config_, weights);
  whisper.load_decoder(weights);
  checkpoint.drop_pages();
  if (whisper.tokens_->borrows()) whisper.checkpoint_ = std::move(checkpoint);
  return whisper;
}

void Whisper::load_decoder(const WeightLoader& weights) {
  const StackShape shape{.layers = config_.decoder_layers,
                         .heads = config_.decoder_heads,
                         .width = config_.width,
                         .inner_width = config_.decoder_inner};
  decoder_ = std::make_unique<const TransformerDecoder>(shape, whisper_stack_names("decoder"), weights);
  const std::string tokens = "model.decoder.embed_tokens";
  tokens_.emplace(weights.tensor(tokens + ".weight", {config_.vocabulary, config_.width}), weights.precision(),
                  weights.checkpoint());
  output_ = weights.linear({WeightLoader::Part(tokens, false)}, config_.width, config_.vocabulary, weights.precision());
  positions_.resize(config_.text_positions * config_.width);
  read_f32(weights.tensor("model.decoder.embed_positions.weight", {config_.text_positions, config_.width}), 0,
           positions_);
}

std::size_t Whisper::memory_bytes() const {
  return encoder_->memory_bytes() + decoder_->memory_bytes() + tokens_->memory_bytes() +
         positions_.size() * sizeof(float) + output_->memory_bytes();
}

std::vector<Whisper::Source> Whisper::listen(std::span<const ConstMatrixView> mels, State& state) const {
  const MatrixView hidden = encoder_->encode(mels, state.encoder);
  return decoder_->remember(hidden, state.encoder.begins, state.decoder);
}

MatrixView Whisper::read(std::span<const Input> inputs, State& state, TransformerDecoder::CrossAttention* seen) const {
  state.ids.clear();
  state.positions.clear();
  state.inputs.clear();
  for (const Input& input : inputs) {
    if (input.past->size() + input.tokens.size() > config_.text_positions) {
      throw Error(ErrorKind::kInvalid, "invalid_tokens", "A text has more tokens than the model reads at once.");
    }
    for (std::size_t i = 0; i < input.tokens.size(); ++i) {
      state.ids.push_back(input.tokens[i]);
      state.positions.push_back(static_cast<std::int32_t>(input.past->size() + i));
    }
    state.inputs.push_back({input.past, input.source, input.tokens.size()});
  }
  const auto known = [&](std::int32_t id) { return id >= 0 && static_cast<std::size_t>(id) < config_.vocabulary; };
  if (!std::all_of(state.ids.begin(), state.ids.end(), known)) {
    throw Error(ErrorKind::kInvalid, "invalid_tokens", "A text has a token that the model does not know.");
  }
  const MatrixView hidden = state.hidden.resize(state.ids.size(), config_.width);
  embed(tokens_->view(), state.ids, hidden);
  add_embedding({positions_.data(), TableNumber::kF32, config_.text_positions, config_.width}, state.positions, hidden);
  decoder_->apply(hidden, state.inputs, state.decoder, seen);
  return hidden;
}

}  // namespace rapport::nn
