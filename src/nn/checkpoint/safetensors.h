#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "nn/checkpoint/stored_tensor.h"

namespace rapport::nn {

/// The tensors of a safetensors file, in the order of their bytes. What the format's specification forbids is refused
/// with a reason: a header beyond the file or above 100 MB, a name twice, a data type or shape that does not give the
/// declared bytes, tensors that overlap, bytes that belong to none.
///
/// Ownership  the tensors borrow `file`.
/// Threads    pure.
/// Throws     nothing on bad input.
/// Source     https://github.com/huggingface/safetensors, "Format".
std::variant<std::vector<StoredTensor>, Refusal> parse_safetensors(std::span<const std::byte> file);

}  // namespace rapport::nn
