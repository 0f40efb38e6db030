// The safetensors parser: whatever the bytes are, it answers or refuses with a reason; what it accepts covers the file
// exactly once and can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>
#include <vector>

#include "nn/checkpoint/safetensors.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> file(reinterpret_cast<const std::byte*>(data), size);
  const auto parsed = rapport::nn::parse_safetensors(file);
  if (const auto* refusal = std::get_if<rapport::nn::Refusal>(&parsed)) {
    require(!refusal->reason.empty());
    return 0;
  }
  const auto& tensors = std::get<std::vector<rapport::nn::StoredTensor>>(parsed);
  std::size_t covered = 0;
  for (const auto& tensor : tensors) {
    require(tensor.count() * rapport::nn::size_bytes(tensor.dtype) == tensor.bytes.size());
    covered += tensor.bytes.size();
    const rapport::nn::FloatValues values(tensor);
    require(values.size() == tensor.count());
  }
  require(covered <= size);
  return 0;
}
