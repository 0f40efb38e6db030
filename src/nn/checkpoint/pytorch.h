#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "nn/checkpoint/stored_tensor.h"

namespace rapport::nn {

/// What a PyTorch file (`torch.save`) holds that a model needs. Dicts in dicts give names with dots: OpenAI's Whisper
/// files have the integer "dims.n_mels" and the tensor "model_state_dict.encoder.conv1.weight".
struct PytorchFile {
  std::vector<StoredTensor> tensors;
  std::vector<std::pair<std::string, std::int64_t>> integers;
};

/// Reads a zip archive (PyTorch 1.6 and later) or the older format, by the restricted `parse_pickle`. Refused with a
/// reason: whatever that refuses, storages whose declared size is not their stored size, tensors beyond their storage
/// or with more elements than it, a name twice, data of another byte order.
///
/// Ownership  the tensors borrow `file`.
/// Threads    pure.
/// Throws     nothing on bad input.
/// Source     torch/serialization.py (`_legacy_save`, `_save`).
std::variant<PytorchFile, Refusal> parse_pytorch(std::span<const std::byte> file);

}  // namespace rapport::nn
