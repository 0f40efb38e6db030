#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nn/tokenizers/added_tokens.h"
#include "nn/tokenizers/merge_table.h"
#include "nn/tokenizers/tokenizer.h"
#include "nn/tokenizers/vocabulary_files.h"

namespace rapport::nn {

/// What a byte-level BPE tokenizer is made of.
struct ByteLevelBpeParts {
  Vocabulary vocabulary;
  MergeNames merges;
  std::vector<AddedToken> added;
  SpecialTokens specials;
  std::vector<TokenId> before;
  std::vector<TokenId> after;
  bool add_prefix_space = false;
};

/// The subwords of GPT-2, RoBERTa and Whisper: a text is cut into words, each word's UTF-8 bytes are its first symbols
/// (written as 256 printable characters in the vocabulary), and pairs are merged.
///
/// Most words are a token as a whole: these are looked up, and the merges run for the rest only. A word counts as
/// whole when the merges give it its own id, which is tried for every token once, at the start: the answer is the
/// same.
///
/// Source    Radford et al. 2019.
class ByteLevelBpe final : public Tokenizer {
 public:
  static Read<std::unique_ptr<ByteLevelBpe>> make(ByteLevelBpeParts parts);

  void encode(std::string_view text, std::vector<TokenId>& ids, SpecialNames names) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::optional<TokenId> id_of(std::string_view token) const override;
  std::size_t vocabulary_size() const override { return size_; }

 private:
  ByteLevelBpe() = default;
  std::optional<Damage> take(ByteLevelBpeParts parts);
  void index_whole_words();
  void encode_words(std::string_view text, std::vector<TokenId>& ids) const;
  void encode_word(std::string_view word, std::vector<TokenId>& ids) const;

  std::size_t size_ = 0;
  std::vector<std::string> bytes_;  ///< of each token, as they are in a text
  StringIndex ids_;                 ///< by the name in the vocabulary
  std::array<TokenId, 256> byte_ids_{};
  MergeTable merges_;
  std::unordered_map<std::string_view, TokenId> whole_;  ///< the keys borrow from `bytes_`
  AddedTokens added_;
  bool add_prefix_space_ = false;
};

}  // namespace rapport::nn
