#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "nn/tokenizers/added_tokens.h"
#include "nn/tokenizers/tokenizer.h"
#include "nn/tokenizers/vocabulary_files.h"

namespace rapport::nn {

/// What a WordPiece tokenizer is made of.
struct WordPieceParts {
  Vocabulary vocabulary;
  std::vector<AddedToken> added;
  SpecialTokens specials;
  std::vector<TokenId> before;
  std::vector<TokenId> after;
  BertNormalizer normalizer;
};

/// The subwords of BERT and DistilBERT: words and punctuation marks, in lower case and without accents where the model
/// wants it, each cut from the left into the longest pieces that the vocabulary has ("##" before all but the first). A
/// word that cannot be cut so, or has over 100 characters, is the unknown token.
///
/// Source    Devlin et al. 2018, tokenization.py of BERT; Wu et al. 2016.
class WordPiece final : public Tokenizer {
 public:
  /// Requires  parts.specials.unk.
  explicit WordPiece(WordPieceParts parts);

  void encode(std::string_view text, std::vector<TokenId>& ids, SpecialNames names) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::optional<TokenId> id_of(std::string_view token) const override;
  std::size_t vocabulary_size() const override { return size_; }

 private:
  void encode_word(std::string_view word, std::vector<TokenId>& ids) const;

  Vocabulary vocabulary_;
  StringIndex ids_;
  AddedTokens added_;
  BertNormalizer normalizer_;
  std::size_t size_ = 0;
};

/// `text` as BERT prepares it: control characters gone, every word between single spaces, punctuation marks and Chinese
/// characters words by themselves.
///
/// Requires  valid UTF-8.
/// Cost      linear.
std::string bert_words(std::string_view text, const BertNormalizer& normalizer);

}  // namespace rapport::nn
