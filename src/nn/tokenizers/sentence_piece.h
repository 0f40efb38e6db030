#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nn/tokenizers/added_tokens.h"
#include "nn/tokenizers/tokenizer.h"
#include "nn/tokenizers/vocabulary_files.h"

namespace rapport::nn {

/// A SentencePiece model file, with its own ids: the only place that knows the library.
///
/// Threads   const is safe.
class PieceModel {
 public:
  /// `bytes` of a .model or .spm file.
  static Read<std::unique_ptr<PieceModel>> read(std::string_view bytes);
  ~PieceModel();

  /// Appends the pieces' ids. Requires valid UTF-8.
  void encode(std::string_view text, std::vector<TokenId>& ids) const;
  std::string decode(const std::vector<std::string>& pieces) const;
  std::string decode_ids(const std::vector<TokenId>& ids) const;
  std::size_t size() const;
  std::string piece(TokenId id) const;
  TokenId unknown() const;

 private:
  struct Library;
  explicit PieceModel(std::unique_ptr<Library> library);
  std::unique_ptr<Library> library_;
};

/// What a SentencePiece tokenizer is made of.
struct SentencePieceParts {
  std::unique_ptr<PieceModel> source;
  std::unique_ptr<PieceModel> target;  ///< joins the pieces of answers; null: `source` does
  Vocabulary vocabulary;               ///< the model's pieces by id
  std::vector<AddedToken> added;
  SpecialTokens specials;
  std::vector<TokenId> before;
  std::vector<TokenId> after;
};

/// SentencePiece with the ids of the network behind it, which are rarely those of the file: XLM-R keeps its first four
/// for itself, Marian and M2M-100 name the pieces in vocab.json.
class SentencePiece final : public Tokenizer {
 public:
  /// Requires  parts.source; parts.specials.unk.
  explicit SentencePiece(SentencePieceParts parts);

  void encode(std::string_view text, std::vector<TokenId>& ids, SpecialNames names) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::optional<TokenId> id_of(std::string_view token) const override;
  std::size_t vocabulary_size() const override { return size_; }

 private:
  std::unique_ptr<PieceModel> source_;
  std::unique_ptr<PieceModel> target_;
  Vocabulary vocabulary_;
  StringIndex ids_;                ///< by piece
  std::vector<TokenId> model_id_;  ///< by the id in the file
  AddedTokens added_;
  std::size_t size_ = 0;
};

/// The vocabulary of XLM-R, as fairseq numbers it: <s> <pad> </s> <unk>, the file's pieces from its fourth on, <mask>.
Vocabulary fairseq_vocabulary(const PieceModel& model);

}  // namespace rapport::nn
