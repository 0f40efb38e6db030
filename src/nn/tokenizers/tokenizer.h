#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nn/model_files.h"

namespace rapport::nn {

/// A row of a model's embedding table.
using TokenId = std::int32_t;

/// The ids that a model gives a meaning of its own.
struct SpecialTokens {
  std::optional<TokenId> bos;  ///< <s>, [CLS]
  std::optional<TokenId> eos;  ///< </s>, [SEP], <|endoftext|>
  std::optional<TokenId> pad;
  std::optional<TokenId> unk;
};

/// What a special token's name means where a text spells it out ("</s>").
enum class SpecialNames {
  kTokens,  ///< the token itself, as the reference implementations read it by default
  kText,    ///< the letters that were written: so that nobody's words can end a sequence or choose a language
};

/// Text to the ids that a model was trained on, and back.
///
/// Bytes that are not UTF-8 read as U+FFFD, as they would after Python's bytes.decode(errors="replace").
///
/// Threads   safe; const throughout.
/// Cost      n log n in the length of the text, for one word of a million letters too.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Appends the ids of `text`, without the special tokens around it.
  virtual void encode(std::string_view text, std::vector<TokenId>& ids,
                      SpecialNames names = SpecialNames::kTokens) const = 0;

  /// The text of `ids`; special tokens and ids beyond the vocabulary have none. Bytes of cut characters become U+FFFD.
  virtual std::string decode(std::span<const TokenId> ids) const = 0;

  /// The id of a token by its name in the vocabulary ("<mask>", "<|notimestamps|>", "__es__").
  virtual std::optional<TokenId> id_of(std::string_view token) const = 0;

  /// One more than the greatest id.
  virtual std::size_t vocabulary_size() const = 0;

  const SpecialTokens& specials() const { return specials_; }

  /// `ids` between the special tokens that the model expects around one text: <s> ... </s>, [CLS] ... [SEP], ... </s>.
  /// Tokens that name a language or a task are the business of who translates or transcribes.
  std::vector<TokenId> wrap(std::span<const TokenId> ids) const;

  /// The tokenizer of a Hugging Face model folder, chosen by config.json (`model_type`) and the files that are there:
  /// vocab.json + merges.txt, tokenizer.json, sentencepiece.bpe.model, source.spm, vocab.txt.
  ///
  /// Throws    kUnavailable: "model_damaged" when a file is not what it should be, "model_incomplete" when none is
  ///           there, "model_unsupported" when it is of a kind that is not read. The message names the file.
  static std::unique_ptr<Tokenizer> load(const ModelFiles& folder);

 protected:
  SpecialTokens specials_;
  std::vector<TokenId> before_;  ///< what wrap() puts before a text
  std::vector<TokenId> after_;
};

}  // namespace rapport::nn
