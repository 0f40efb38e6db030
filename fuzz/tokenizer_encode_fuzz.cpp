// Any bytes as a text, through a byte-level BPE with a few merges: no crash, every id in range, and what comes back is
// the text as valid UTF-8.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nn/tokenizers/byte_level_bpe.h"
#include "nn/tokenizers/utf8.h"
#include "nn/tokenizers/word_piece.h"

namespace nn = rapport::nn;

namespace {

std::unique_ptr<nn::ByteLevelBpe> make_tokenizer() {
  nn::ByteLevelBpeParts parts;
  char32_t next = 0x100;
  for (char32_t byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    std::string name;
    nn::append_utf8(printable ? byte : next++, name);
    parts.vocabulary.push_back(name);
  }
  for (const char* name : {"aa", "aaa", "ab", "Ġa", "Ġab"}) parts.vocabulary.emplace_back(name);
  parts.merges = {{"a", "a"}, {"aa", "a"}, {"a", "b"}, {"Ġ", "a"}, {"Ġ", "ab"}};
  return std::get<std::unique_ptr<nn::ByteLevelBpe>>(nn::ByteLevelBpe::make(std::move(parts)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto tokenizer = make_tokenizer();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<nn::TokenId> ids;
  tokenizer->encode(text, ids, nn::SpecialNames::kTokens);
  std::string storage;
  const std::string_view valid = nn::valid_utf8(text, storage);
  if (tokenizer->decode(ids) != valid) std::abort();
  (void)nn::bert_words(valid, {});
  return 0;
}
