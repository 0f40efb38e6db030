#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "nn/checkpoint/checkpoint.h"
#include "nn/models/layer_stack.h"

namespace rapport::nn {

/// A head of the decoder's cross-attention.
struct AttentionHead {
  std::size_t layer = 0;
  std::size_t head = 0;
  friend bool operator==(const AttentionHead&, const AttentionHead&) = default;
};

/// The shape of a Whisper model, tiny to large-v3 and turbo. Every number is within bounds that keep products of them
/// far from overflow.
struct WhisperConfig {
  std::size_t mel_bins = 0;         ///< M: 80 or 128
  std::size_t audio_positions = 0;  ///< encoder positions of the longest window: 1500 for 30 s
  std::size_t text_positions = 0;   ///< the most tokens of a decoder: 448
  std::size_t vocabulary = 0;
  std::size_t width = 0;  ///< D, of both; both numbers of heads divide it
  std::size_t encoder_layers = 0;
  std::size_t encoder_heads = 0;
  std::size_t encoder_inner = 0;
  std::size_t decoder_layers = 0;
  std::size_t decoder_heads = 0;
  std::size_t decoder_inner = 0;
  bool multilingual = true;                    ///< false: English-only, no tokens for language and task
  std::vector<AttentionHead> alignment_heads;  ///< those whose attention follows the audio; never empty

  /// Spectrogram frames of the longest window: the encoder halves their number.
  std::size_t max_frames() const { return 2 * audio_positions; }
};

/// Where the files of a model lie: a Hugging Face folder, an OpenAI file (*.pt), or a folder with one such file.
struct WhisperFiles {
  std::filesystem::path folder;                 ///< holds the vocabulary
  std::optional<std::filesystem::path> openai;  ///< the .pt file

  /// Throws    kUnavailable "model_not_installed" when nothing of the kind is there, "model_unsupported" when a folder
  ///           holds several .pt files.
  static WhisperFiles find(const std::filesystem::path& path);
};

/// config.json, and of generation_config.json what is there.
///
/// Throws  kUnavailable: "model_not_installed", "model_damaged" that names the field, "model_unsupported" when it is
///         another kind of model.
WhisperConfig read_whisper_config(const std::filesystem::path& folder);

/// The dims of an OpenAI file.
///
/// Throws  kUnavailable "model_damaged" that names the number.
WhisperConfig read_whisper_dims(const Checkpoint& file);

/// The names of a Whisper model's "encoder" or "decoder" layers, as Hugging Face calls them.
StackNames whisper_stack_names(const std::string& part);

}  // namespace rapport::nn
