#include "nn/models/whisper_encoder.h"

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "nn/ops/elementwise.h"

namespace rapport::nn {
namespace {

constexpr float kLayerNormEps = 1e-5F;
constexpr std::size_t kKernel = 3;
const std::string kPrefix = "model.encoder.";

Conv1d load_conv(const WeightLoader& weights, const std::string& name, std::size_t in, std::size_t out,
                 std::size_t stride, Precision precision) {
  const FloatValues values(weights.tensor(name + ".weight", {out, in, kKernel}));
  const std::vector<float> bias = weights.vector(name + ".bias", out);
  try {
    return Conv1d({values.data(), out, in * kKernel, in * kKernel}, kKernel, bias, {.stride = stride, .padding = 1},
                  precision);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalid) throw;
    throw Error(ErrorKind::kUnavailable, "model_damaged",
                "The model's tensor " + in_quotes(name + ".weight") + " cannot be used: " + error.message());
  }
}

void transpose(ConstMatrixView from, MatrixView to) {
  for (std::size_t m = 0; m < from.rows; ++m) {
    const float* row = from.row(m);
    for (std::size_t t = 0; t < from.cols; ++t) to.row(t)[m] = row[t];
  }
}

}  // namespace

WhisperEncoder::WhisperEncoder(const WhisperConfig& config, const WeightLoader& weights)
    : config_(config),
      first_(load_conv(weights, kPrefix + "conv1", config.mel_bins, config.width, 1, Precision::kF32)),
      second_(load_conv(weights, kPrefix + "conv2", config.width, config.width, 2, weights.precision())),
      positions_(config.audio_positions * config.width),
      norm_(weights.norm(kPrefix + "layer_norm", config.width)) {
  read_f32(weights.tensor(kPrefix + "embed_positions.weight", {config.audio_positions, config.width}), 0, positions_);
  std::vector<std::optional<Layer>> loaded(config.encoder_layers);
  std::exception_ptr failure;
  const auto count = static_cast<std::int64_t>(config.encoder_layers);
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < count; ++i) {
    try {
      loaded[static_cast<std::size_t>(i)].emplace(load_layer(static_cast<std::size_t>(i), weights));
    } catch (...) {
#pragma omp critical
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  for (auto& layer : loaded) layers_.push_back(std::move(*layer));
}

WhisperEncoder::Layer WhisperEncoder::load_layer(std::size_t index, const WeightLoader& weights) const {
  const std::string layer = kPrefix + "layers." + std::to_string(index) + ".";
  const std::string attention = layer + "self_attn.";
  const std::size_t width = config_.width;
  return {weights.norm(layer + "self_attn_layer_norm", width),
          weights.linear({{attention + "q_proj"}, {attention + "k_proj", false}, {attention + "v_proj"}}, width, width,
                         weights.precision()),
          weights.linear(attention + "out_proj", width, width),
          weights.norm(layer + "final_layer_norm", width),
          weights.linear(layer + "fc1", width, config_.encoder_inner),
          weights.linear(layer + "fc2", config_.encoder_inner, width)};
}

std::size_t WhisperEncoder::memory_bytes() const {
  std::size_t bytes = first_.memory_bytes() + second_.memory_bytes() + positions_.size() * sizeof(float);
  for (const Layer& layer : layers_) {
    bytes += layer.query_key_value.memory_bytes() + layer.attention_output.memory_bytes() + layer.inner.memory_bytes() +
             layer.output.memory_bytes();
  }
  return bytes;
}

MatrixView WhisperEncoder::encode(std::span<const ConstMatrixView> mels, Workspace& work) const {
  work.begins.assign(1, 0);
  for (const ConstMatrixView& mel : mels) {
    if (mel.rows != config_.mel_bins || mel.cols == 0 || mel.cols > config_.max_frames()) {
      throw Error(ErrorKind::kInvalid, "invalid_spectrogram", "A spectrogram does not fit the model.");
    }
    work.begins.push_back(work.begins.back() + positions_of(mel.cols));
  }
  const MatrixView hidden = work.hidden.resize(work.begins.back(), config_.width);
  for (std::size_t i = 0; i < mels.size(); ++i) {
    apply_stem(mels[i], hidden.rows_between(work.begins[i], work.begins[i + 1]), work);
  }
  for (const Layer& layer : layers_) apply_layer(layer, work);
  layer_norm(hidden, norm_.gamma, norm_.beta, kLayerNormEps, hidden);
  return hidden;
}

void WhisperEncoder::apply_stem(ConstMatrixView mel, MatrixView rows, Workspace& work) const {
  const MatrixView frames = work.frames.resize(mel.cols, mel.rows);
  transpose(mel, frames);
  const MatrixView stem = work.stem.resize(mel.cols, config_.width);
  first_.apply(frames, stem, work.linear, work.padded, Activation::kGelu);
  second_.apply(stem, rows, work.linear, work.padded, Activation::kGelu);
  add({positions_.data(), rows.rows, config_.width, config_.width}, rows);
}

void WhisperEncoder::apply_layer(const Layer& layer, Workspace& work) const {
  const MatrixView hidden = work.hidden;
  const std::size_t width = config_.width;
  const MatrixView normed = work.normed.resize(hidden.rows, width);
  layer_norm(hidden, layer.attention_norm.gamma, layer.attention_norm.beta, kLayerNormEps, normed);
  const MatrixView projected = work.wide.resize(hidden.rows, 3 * width);
  layer.query_key_value.apply(normed, projected, work.linear);
  for (std::size_t i = 0; i + 1 < work.begins.size(); ++i) {
    const MatrixView rows = projected.rows_between(work.begins[i], work.begins[i + 1]);
    const MatrixView query = rows.cols_between(0, width);
    attention({query, rows.cols_between(width, 2 * width), rows.cols_between(2 * width, 3 * width)}, query,
              {.heads = config_.encoder_heads}, work.attention);
  }
  layer.attention_output.apply(projected.cols_between(0, width), hidden, work.linear, {.add_to_output = true});
  layer_norm(hidden, layer.inner_norm.gamma, layer.inner_norm.beta, kLayerNormEps, normed);
  const MatrixView inner = work.wide.resize(hidden.rows, config_.encoder_inner);
  layer.inner.apply(normed, inner, work.linear, {.activation = Activation::kGelu});
  layer.output.apply(inner, hidden, work.linear, {.add_to_output = true});
}

}  // namespace rapport::nn
