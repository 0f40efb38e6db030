#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "nn/precision.h"
#include "voice/transcriber.h"
#include "voice/window_model.h"

namespace rapport::voice {

struct TranscriberLimits {
  std::size_t max_callers = 32;  ///< recordings in work at once, waiting ones included; what is beyond is refused
};

/// A transcriber whose callers take turns, window by window, on one thread.
///
/// Ownership  `metrics` must outlive it; `name` labels them.
std::unique_ptr<Transcriber> make_transcriber(std::string name, std::unique_ptr<WindowModel> model,
                                              TranscriberLimits limits, Metrics& metrics);

/// The same over a Whisper model: a Hugging Face folder, or an OpenAI .pt file beside its vocabulary.
///
/// Throws    kUnavailable: "model_not_installed", "model_incomplete", "model_unsupported" or "model_damaged".
/// Cost      reads the weights once and packs them.
std::unique_ptr<Transcriber> load_transcriber(const std::string& name, const std::filesystem::path& folder,
                                              nn::Precision precision, TranscriberLimits limits, Metrics& metrics);

}  // namespace rapport::voice
