#pragma once

#include <string>

#include "nn/precision.h"

namespace rapport::cli {

/// "models run" for a Whisper model: {"audio": FILE, "language"?, "task"?, "timestamps"?, "beams"?, "max_tokens"?} a
/// line on standard input to {"tokens", "text", "language", "avg_logprob"} a line.
int run_whisper(const std::string& folder, nn::Precision precision);

}  // namespace rapport::cli
