#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "nn/models/stack_encoder.h"
#include "nn/models/weight_loader.h"
#include "nn/models/whisper_config.h"
#include "nn/onednn/linear.h"
#include "nn/ops/conv1d.h"
#include "nn/tensor.h"

namespace rapport::nn {

/// Whisper's encoder: a spectrogram through two convolutions (the second halves the frames), sinusoidal positions, and
/// layers of self-attention and two linear layers, each normalised before it.
///
/// Windows of several recordings stand one behind the other without padding. The reference hears 30 s always, silence
/// included; give it max_frames() frames where its answer is wanted to the last digit.
///
/// Threads   immutable: shared by all threads, each with a workspace of its own. As Linear, it uses OpenMP's threads
///           when called from outside of its parallel regions.
/// Source    Radford et al. 2022.
class WhisperEncoder {
 public:
  /// What one forward pass works on. Grows to what the largest batch needs and stays.
  struct Workspace {
    Matrix frames;  ///< [F, M]: one spectrogram, time down the rows
    Matrix stem;    ///< [F, D]
    Matrix hidden;  ///< [S, D]: the windows between two layers
    Scratch<float> padded;
    LinearScratch linear;
    StackEncoder::Workspace layers;
    std::vector<std::size_t> begins;  ///< where each window begins in `hidden`, and the end
  };

  /// Takes the weights by their Hugging Face names ("model.encoder. ..."). In kInt8 and kBf16 the first convolution,
  /// which sees the spectrogram itself and is little work, stays f32.
  ///
  /// Throws     kUnavailable "model_damaged" that names the tensor.
  WhisperEncoder(const WhisperConfig& config, const WeightLoader& weights);

  /// Encoder positions of `frames` frames.
  static std::size_t positions_of(std::size_t frames) { return (frames + 1) / 2; }

  /// What the decoder attends to: the windows' positions one behind the other.
  ///
  /// Shapes    mels: each [M, F], F of 1 to max_frames(); result [sum of positions_of(F), D], in `work.hidden`; window
  ///           i has the rows work.begins[i] to work.begins[i + 1].
  /// Throws    kInvalid "invalid_spectrogram" when a shape does not fit.
  MatrixView encode(std::span<const ConstMatrixView> mels, Workspace& work) const;

  const WhisperConfig& config() const { return config_; }
  std::size_t memory_bytes() const;

 private:
  /// One window's spectrogram to its rows of `work.hidden`.
  void apply_stem(ConstMatrixView mel, MatrixView rows, Workspace& work) const;

  WhisperConfig config_;
  Conv1d first_;
  Conv1d second_;
  std::vector<float> positions_;  ///< [audio positions, D]
  StackEncoder layers_;
};

}  // namespace rapport::nn
