#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nn/tokenizers/added_tokens.h"

/// The files from which tokenizers are made, read from bytes that anybody may have written: nothing here throws on
/// them, and nothing is reserved on their word alone.
namespace rapport::nn {

/// Why a file cannot be used, as the end of the sentence "tokenizer.json ...".
struct Damage {
  std::string why;
};

template <typename T>
using Read = std::variant<T, Damage>;

constexpr std::size_t kMaxTokens = std::size_t{1} << 21;
constexpr std::size_t kMaxTokenBytes = 1024;

/// Tokens by id; "" where an id has none.
using Vocabulary = std::vector<std::string>;

/// The two tokens of a merge, in the order in which they were learned.
using MergeNames = std::vector<std::pair<std::string, std::string>>;

/// vocab.json: one object, token to id.
Read<Vocabulary> read_vocab_json(std::string_view bytes);

/// vocab.txt: one token a line.
Read<Vocabulary> read_vocab_txt(std::string_view bytes);

/// merges.txt: "left right" a line, under an optional "#version" line.
Read<MergeNames> read_merges_txt(std::string_view bytes);

/// How BERT prepares a text.
struct BertNormalizer {
  bool lower_case = true;
  std::optional<bool> strip_accents;  ///< as `lower_case` when not said
  bool chinese_characters = true;     ///< each a word by itself
};

enum class SubwordKind { kByteLevelBpe, kWordPiece };

/// tokenizer.json, as far as it is of a kind that is built here.
struct TokenizerJson {
  SubwordKind kind = SubwordKind::kByteLevelBpe;
  Vocabulary vocabulary;
  MergeNames merges;
  std::vector<AddedToken> added;
  bool add_prefix_space = false;  ///< byte-level BPE: a text begins with a space, written or not
  BertNormalizer bert;
  std::optional<std::string> unknown;
  std::vector<TokenId> before;  ///< what stands before and after one text
  std::vector<TokenId> after;
};

Read<TokenizerJson> read_tokenizer_json(std::string_view bytes);

/// What special_tokens_map.json, tokenizer_config.json and added_tokens.json say.
struct TokenConventions {
  std::map<std::string, std::string, std::less<>> roles;  ///< "bos_token", "cls_token", ...: the token's name
  std::vector<AddedToken> added;                          ///< id -1 where the files name a token without its id
  std::optional<bool> add_prefix_space;
  BertNormalizer bert;
};

/// Adds what one of the three files says; `bytes` of a file that is not there are "".
std::optional<Damage> add_special_tokens_map(std::string_view bytes, TokenConventions& to);
std::optional<Damage> add_tokenizer_config(std::string_view bytes, TokenConventions& to);
std::optional<Damage> add_added_tokens(std::string_view bytes, TokenConventions& to);

}  // namespace rapport::nn
