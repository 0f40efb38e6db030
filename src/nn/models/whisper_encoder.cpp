#include "nn/models/whisper_encoder.h"

#include <string>

#include "base/error.h"
#include "nn/ops/elementwise.h"

namespace rapport::nn {
namespace {

constexpr std::size_t kKernel = 3;
const std::string kPrefix = "model.encoder.";

struct ConvShape {
  std::size_t in = 0;
  std::size_t out = 0;
  std::size_t stride = 1;
};

Conv1d load_conv(const WeightLoader& weights, const std::string& name, ConvShape shape, Precision precision) {
  const auto [in, out, stride] = shape;
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
      first_(load_conv(weights, kPrefix + "conv1", {config.mel_bins, config.width, 1}, Precision::kF32)),
      second_(load_conv(weights, kPrefix + "conv2", {config.width, config.width, 2}, weights.precision())),
      positions_(config.audio_positions * config.width),
      layers_({.layers = config.encoder_layers,
               .heads = config.encoder_heads,
               .width = config.width,
               .inner_width = config.encoder_inner},
              whisper_stack_names("encoder"), weights) {
  read_f32(weights.tensor(kPrefix + "embed_positions.weight", {config.audio_positions, config.width}), 0, positions_);
}

std::size_t WhisperEncoder::memory_bytes() const {
  return first_.memory_bytes() + second_.memory_bytes() + positions_.size() * sizeof(float) + layers_.memory_bytes();
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
  layers_.apply(hidden, work.begins, work.layers);
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

}  // namespace rapport::nn
