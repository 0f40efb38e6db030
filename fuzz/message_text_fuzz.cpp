// Messages as people and other programs send them: whatever the bytes, what is left is the text with bytes left out, and
// there is a reason where it has no words.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sentiment/message_text.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapport::sentiment;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const MessageText message = read_message(text);
  require(message.words.size() <= text.size());
  require(message.has_words || !message.has_letters);
  require(!message.has_words || !is_blank(message.words));
  require(message.has_words || !to_string(message.reason).empty());
  require(!is_blank(text) || message.reason == NotAnalyzed::kBlank);
  std::size_t at = 0;  // the words are the text with bytes left out
  for (const char c : message.words) {
    at = text.find(c, at);
    require(at != std::string_view::npos);
    ++at;
  }
  return 0;
}
