#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "nn/models/whisper_config.h"
#include "nn/models/whisper_encoder.h"
#include "nn/precision.h"

namespace rapport::nn {

/// The Hugging Face name of a Whisper tensor that may have OpenAI's ("decoder.blocks.0.attn.query.weight").
std::string whisper_tensor_name(std::string_view name);

/// Speech to the probabilities of its words: a Whisper model of any size, as Hugging Face folders and OpenAI's .pt
/// files hold it.
///
/// Threads   const is shared by all requests, each with states of its own.
class Whisper {
 public:
  /// Throws  kUnavailable: "model_not_installed", "model_unsupported", or "model_damaged" that names the field or
  ///         tensor.
  /// Cost    reads the weights once and packs them, with all of OpenMP's threads.
  static Whisper load(const WhisperFiles& files, Precision precision);

  const WhisperConfig& config() const { return config_; }
  const WhisperEncoder& encoder() const { return *encoder_; }
  /// What the packed weights and tables occupy; without the file's own memory.
  std::size_t memory_bytes() const;

 private:
  Whisper() = default;

  WhisperConfig config_;
  std::unique_ptr<const WhisperEncoder> encoder_;
};

}  // namespace rapport::nn
