#include "inference/text_windows.h"

namespace rapport::inference {

std::vector<Window> text_windows(std::size_t tokens, std::size_t longest, std::size_t overlap) {
  if (tokens <= longest) return {{0, tokens}};
  const std::size_t step = longest - overlap;
  const std::size_t count = (tokens - overlap + step - 1) / step;
  const std::size_t length = (tokens + (count - 1) * overlap + count - 1) / count;
  std::vector<Window> windows;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = i * (tokens - length) / (count - 1);
    windows.push_back({begin, begin + length});
  }
  return windows;
}

}  // namespace rapport::inference
