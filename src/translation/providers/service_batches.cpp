#include "translation/providers/service_batches.h"

#include <algorithm>

namespace rapport::translation {

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void for_each_batch(std::span<const std::string_view> texts, const BatchLimits& limits,
                    const std::function<void(std::span<const std::string_view> batch, std::size_t characters)>& take) {
  for (std::size_t begin = 0; begin < texts.size();) {
    std::size_t end = begin;
    std::size_t characters = 0;
    while (end < texts.size() && end - begin < limits.texts) {
      const std::size_t more = characters_of(texts[end]);
      if (end > begin && characters + more > limits.characters) break;
      characters += more;
      ++end;
    }
    take(texts.subspan(begin, end - begin), characters);
    begin = end;
  }
}

}  // namespace rapport::translation
