// The files of a tokenizer, and what it then makes of more bytes: the first byte chooses the file; a NUL parts the
// file from a text to encode. The readers must answer with a value, never with an exception.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>
#include <vector>

#include "nn/tokenizers/byte_level_bpe.h"
#include "nn/tokenizers/vocabulary_files.h"
#include "nn/tokenizers/word_piece.h"

namespace nn = rapport::nn;

namespace {

void encode(const nn::Tokenizer& tokenizer, std::string_view text) {
  std::vector<nn::TokenId> ids;
  tokenizer.encode(text, ids, nn::SpecialNames::kTokens);
  for (const nn::TokenId id : ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= tokenizer.vocabulary_size()) std::abort();
  }
  (void)tokenizer.decode(ids);
}

void use(nn::TokenizerJson json, std::string_view text) {
  if (json.kind == nn::SubwordKind::kWordPiece) {
    const nn::SpecialTokens specials{.bos = {}, .eos = {}, .pad = {}, .unk = 0};
    return encode(nn::WordPiece({std::move(json.vocabulary), std::move(json.added), specials, std::move(json.before),
                                 std::move(json.after), json.bert}),
                  text);
  }
  const auto made = nn::ByteLevelBpe::make({std::move(json.vocabulary),
                                            std::move(json.merges),
                                            std::move(json.added),
                                            {},
                                            std::move(json.before),
                                            std::move(json.after),
                                            json.add_prefix_space});
  if (const auto* tokenizer = std::get_if<std::unique_ptr<nn::ByteLevelBpe>>(&made)) encode(**tokenizer, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  const std::string_view file = bytes.substr(0, end);
  const std::string_view text = bytes.substr(std::min(end + 1, bytes.size()));
  nn::TokenConventions conventions;
  switch (data[0] % 6) {
    case 0: {
      auto json = nn::read_tokenizer_json(file);
      if (auto* read = std::get_if<nn::TokenizerJson>(&json)) use(std::move(*read), text);
      break;
    }
    case 1:
      (void)nn::read_vocab_json(file);
      break;
    case 2:
      (void)nn::read_merges_txt(file);
      break;
    case 3:
      (void)nn::read_vocab_txt(file);
      break;
    case 4:
      (void)nn::add_special_tokens_map(file, conventions);
      break;
    default:
      (void)nn::add_tokenizer_config(file, conventions);
      (void)nn::add_added_tokens(file, conventions);
  }
  return 0;
}
