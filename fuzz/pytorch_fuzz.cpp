// The reader of PyTorch files (zip archive, older format, restricted pickle): whatever the bytes are, it answers or
// refuses with a reason; what it accepts lies within the file and can be read. The first byte chooses: the file as it
// is, or the rest as the pickle of an archive that is otherwise right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../tests/support/checkpoint_files.h"
#include "nn/checkpoint/pytorch.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::span<const std::byte> file) {
  const auto parsed = rapport::nn::parse_pytorch(file);
  if (const auto* refusal = std::get_if<rapport::nn::Refusal>(&parsed)) {
    require(!refusal->reason.empty());
    return;
  }
  for (const auto& tensor : std::get<rapport::nn::PytorchFile>(parsed).tensors) {
    const std::size_t size = rapport::nn::size_bytes(tensor.dtype);
    require(tensor.bytes.data() >= file.data() &&
            tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size());
    require(tensor.count() <= file.size() / size);
    const rapport::nn::FloatValues values(tensor);
    require(values.size() == tensor.count());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint8_t kAsPickle = 'p';
  if (size > 0 && data[0] == kAsPickle) {
    const std::string pickle(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string file =
        rapport::testing::zip_of({{"m/data.pkl", pickle}, {"m/data/0", std::string(8, '\1')}, {"m/data/1", ""}});
    check(std::as_bytes(std::span(file)));
  } else {
    check({reinterpret_cast<const std::byte*>(data), size});
  }
  return 0;
}
