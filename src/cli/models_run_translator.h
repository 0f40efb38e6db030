#pragma once

#include <string>

#include "nn/precision.h"

namespace rapport::cli {

/// "models run" of a folder of Marian or M2M-100: {"text", "source"?, "target"?, "beams"?, "max_tokens"?} a line on
/// standard input, {"tokens","score","text"} a line out.
int run_translator(const std::string& folder, nn::Precision precision);

}  // namespace rapport::cli
