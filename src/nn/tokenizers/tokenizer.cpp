#include "nn/tokenizers/tokenizer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "nn/tokenizers/byte_level_bpe.h"
#include "nn/tokenizers/sentence_piece.h"
#include "nn/tokenizers/vocabulary_files.h"
#include "nn/tokenizers/word_piece.h"

namespace rapport::nn {
namespace {

Error damaged(const std::string& file, const std::string& why) {
  return {ErrorKind::kUnavailable, "model_damaged", file + " " + why + "."};
}

template <typename T>
T value_or_throw(Read<T> read, const std::string& file) {
  if (const auto* damage = std::get_if<Damage>(&read)) throw damaged(file, damage->why);
  return std::get<T>(std::move(read));
}

std::string model_type(const ModelFiles& folder) {
  if (!folder.has("config.json")) return {};
  const auto parsed = parse_json(folder.text("config.json"));
  const Json* config = std::get_if<Json>(&parsed);
  if (config == nullptr || !config->is_object()) throw damaged("config.json", "is no JSON object");
  const Json* type = config->get_object().if_contains("model_type");
  return type != nullptr && type->is_string() ? std::string(type->get_string()) : std::string();
}

TokenConventions conventions(const ModelFiles& folder) {
  TokenConventions result;
  if (auto damage = add_tokenizer_config(folder.text_or_empty("tokenizer_config.json"), result)) {
    throw damaged("tokenizer_config.json", damage->why);
  }
  if (auto damage = add_special_tokens_map(folder.text_or_empty("special_tokens_map.json"), result)) {
    throw damaged("special_tokens_map.json", damage->why);
  }
  if (auto damage = add_added_tokens(folder.text_or_empty("added_tokens.json"), result)) {
    throw damaged("added_tokens.json", damage->why);
  }
  return result;
}

// The names that a family of models gives its special tokens where its files are silent.
void add_default_roles(const std::map<std::string, std::string>& roles, TokenConventions& to) {
  for (const auto& [role, name] : roles) {
    if (!to.roles.emplace(role, name).second) continue;
    to.added.push_back({.text = name, .id = -1});
  }
}

const std::map<std::string, std::string> kRobertaRoles = {
    {"bos_token", "<s>"},   {"cls_token", "<s>"},   {"eos_token", "</s>"},   {"sep_token", "</s>"},
    {"unk_token", "<unk>"}, {"pad_token", "<pad>"}, {"mask_token", "<mask>"}};
const std::map<std::string, std::string> kBertRoles = {{"cls_token", "[CLS]"},
                                                       {"sep_token", "[SEP]"},
                                                       {"unk_token", "[UNK]"},
                                                       {"pad_token", "[PAD]"},
                                                       {"mask_token", "[MASK]"}};
const std::map<std::string, std::string> kTranslatorRoles = {
    {"eos_token", "</s>"}, {"unk_token", "<unk>"}, {"pad_token", "<pad>"}};

// RoBERTa's mask takes the space before it along, whether or not the files say so.
void strip_before_mask(TokenConventions& to) {
  const auto mask = to.roles.find("mask_token");
  for (AddedToken& token : to.added) token.strips_left |= mask != to.roles.end() && token.text == mask->second;
}

std::map<std::string, TokenId> ids_by_name(const Vocabulary& vocabulary, const std::vector<AddedToken>& added) {
  std::map<std::string, TokenId> ids;
  for (const AddedToken& token : added) {
    if (token.id >= 0) {
      ids.emplace(token.text, token.id);
    } else if (const auto at = std::find(vocabulary.begin(), vocabulary.end(), token.text); at != vocabulary.end()) {
      ids.emplace(token.text, static_cast<TokenId>(at - vocabulary.begin()));
    }
  }
  return ids;
}

// Joins what several files say of one token. A token that has no id anywhere is left out: the network has no row for
// it.
std::vector<AddedToken> with_ids(const std::vector<AddedToken>& added, const std::map<std::string, TokenId>& ids) {
  std::map<std::string, AddedToken> by_name;
  for (const AddedToken& token : added) {
    const auto id = ids.find(token.text);
    if (id == ids.end()) continue;
    const auto [at, first] = by_name.emplace(token.text, token);
    at->second.id = id->second;
    if (first) continue;
    at->second.special |= token.special;
    at->second.strips_left |= token.strips_left;
    at->second.strips_right |= token.strips_right;
  }
  std::vector<AddedToken> result;
  for (auto& [name, token] : by_name) result.push_back(std::move(token));
  return result;
}

SpecialTokens special_tokens(const TokenConventions& from, const std::map<std::string, TokenId>& ids) {
  const auto id_of = [&](const char* role) -> std::optional<TokenId> {
    const auto name = from.roles.find(role);
    if (name == from.roles.end()) return std::nullopt;
    const auto id = ids.find(name->second);
    return id == ids.end() ? std::nullopt : std::optional(id->second);
  };
  const auto first_of = [&](const char* role, const char* other) { return id_of(role) ? id_of(role) : id_of(other); };
  return {first_of("cls_token", "bos_token"), first_of("sep_token", "eos_token"), id_of("pad_token"),
          id_of("unk_token")};
}

// Added and special tokens with the ids that the files give them.
struct Marks {
  std::vector<AddedToken> added;
  SpecialTokens specials;
};

Marks marks(const TokenConventions& from, const Vocabulary& vocabulary) {
  const auto ids = ids_by_name(vocabulary, from.added);
  return {with_ids(from.added, ids), special_tokens(from, ids)};
}

std::vector<TokenId> present(std::optional<TokenId> id) {
  return id ? std::vector{*id} : std::vector<TokenId>();
}

TokenId unknown_or_throw(const SpecialTokens& specials, const std::string& file) {
  if (!specials.unk) throw damaged(file, "has no unknown token");
  return *specials.unk;
}

bool is_roberta_like(const std::string& type) {
  return type == "roberta" || type == "xlm-roberta" || type == "longformer" || type == "bart";
}

std::unique_ptr<Tokenizer> load_bpe_files(const ModelFiles& folder, const std::string& type) {
  ByteLevelBpeParts parts;
  parts.vocabulary = value_or_throw(read_vocab_json(folder.text("vocab.json")), "vocab.json");
  parts.merges = value_or_throw(read_merges_txt(folder.text("merges.txt")), "merges.txt");
  TokenConventions says = conventions(folder);
  if (is_roberta_like(type)) add_default_roles(kRobertaRoles, says);
  if (says.roles.contains("cls_token")) strip_before_mask(says);
  Marks found = marks(says, parts.vocabulary);
  parts.add_prefix_space = says.add_prefix_space.value_or(false);
  parts.added = std::move(found.added);
  parts.specials = found.specials;
  if (says.roles.contains("cls_token") && says.roles.contains("sep_token")) {
    parts.before = present(found.specials.bos);
    parts.after = present(found.specials.eos);
  }
  return value_or_throw(ByteLevelBpe::make(std::move(parts)), "merges.txt");
}

// The names of special tokens that tokenizer.json leaves to the other files.
SpecialTokens specials_of(const TokenizerJson& json, TokenConventions says) {
  const auto add = [&](const char* role, const std::string& name) {
    says.roles.emplace(role, name);
    says.added.push_back({.text = name, .id = -1});
  };
  if (json.unknown) add("unk_token", *json.unknown);
  says.added.insert(says.added.end(), json.added.begin(), json.added.end());
  SpecialTokens specials = special_tokens(says, ids_by_name(json.vocabulary, says.added));
  if (!specials.bos && !json.before.empty()) specials.bos = json.before.front();
  if (!specials.eos && !json.after.empty()) specials.eos = json.after.back();
  return specials;
}

std::unique_ptr<Tokenizer> load_tokenizer_json(const ModelFiles& folder, const std::string& type) {
  TokenizerJson json = value_or_throw(read_tokenizer_json(folder.text("tokenizer.json")), "tokenizer.json");
  TokenConventions says = conventions(folder);
  if (is_roberta_like(type)) add_default_roles(kRobertaRoles, says);
  if (json.kind == SubwordKind::kWordPiece) add_default_roles(kBertRoles, says);
  const SpecialTokens specials = specials_of(json, std::move(says));
  if (json.kind == SubwordKind::kWordPiece) {
    unknown_or_throw(specials, "tokenizer.json");
    return std::make_unique<WordPiece>(WordPieceParts{std::move(json.vocabulary), std::move(json.added), specials,
                                                      std::move(json.before), std::move(json.after), json.bert});
  }
  return value_or_throw(
      ByteLevelBpe::make({std::move(json.vocabulary), std::move(json.merges), std::move(json.added), specials,
                          std::move(json.before), std::move(json.after), json.add_prefix_space}),
      "tokenizer.json");
}

std::unique_ptr<Tokenizer> load_word_piece_files(const ModelFiles& folder) {
  WordPieceParts parts;
  parts.vocabulary = value_or_throw(read_vocab_txt(folder.text("vocab.txt")), "vocab.txt");
  TokenConventions says = conventions(folder);
  add_default_roles(kBertRoles, says);
  Marks found = marks(says, parts.vocabulary);
  unknown_or_throw(found.specials, "vocab.txt");
  parts.added = std::move(found.added);
  parts.specials = found.specials;
  parts.before = present(found.specials.bos);
  parts.after = present(found.specials.eos);
  parts.normalizer = says.bert;
  return std::make_unique<WordPiece>(std::move(parts));
}

std::unique_ptr<Tokenizer> load_fairseq(const ModelFiles& folder) {
  constexpr const char* kFile = "sentencepiece.bpe.model";
  SentencePieceParts parts;
  parts.source = value_or_throw(PieceModel::read(folder.text(kFile)), kFile);
  parts.vocabulary = fairseq_vocabulary(*parts.source);
  TokenConventions says = conventions(folder);
  add_default_roles(kRobertaRoles, says);
  strip_before_mask(says);
  Marks found = marks(says, parts.vocabulary);
  unknown_or_throw(found.specials, kFile);
  parts.added = std::move(found.added);
  parts.specials = found.specials;
  parts.before = present(found.specials.bos);
  parts.after = present(found.specials.eos);
  return std::make_unique<SentencePiece>(std::move(parts));
}

// M2M-100 numbers its language tokens ("__es__") after the vocabulary, in the order in which they are named.
void number_languages(std::size_t first, TokenConventions& to) {
  auto next = static_cast<TokenId>(first);
  for (AddedToken& token : to.added) {
    if (token.id < 0 && token.text.starts_with("__") && token.text.ends_with("__")) token.id = next++;
  }
}

std::unique_ptr<Tokenizer> load_translator(const ModelFiles& folder) {
  const bool marian = folder.has("source.spm");
  const char* source = marian ? "source.spm" : "sentencepiece.bpe.model";
  SentencePieceParts parts;
  parts.source = value_or_throw(PieceModel::read(folder.text(source)), source);
  if (marian && folder.has("target.spm")) {
    parts.target = value_or_throw(PieceModel::read(folder.text("target.spm")), "target.spm");
  }
  parts.vocabulary = value_or_throw(read_vocab_json(folder.text("vocab.json")), "vocab.json");
  TokenConventions says = conventions(folder);
  add_default_roles(kTranslatorRoles, says);
  if (!marian) number_languages(parts.vocabulary.size(), says);
  Marks found = marks(says, parts.vocabulary);
  unknown_or_throw(found.specials, "vocab.json");
  parts.added = std::move(found.added);
  parts.specials = found.specials;
  parts.after = present(found.specials.eos);
  return std::make_unique<SentencePiece>(std::move(parts));
}

}  // namespace

std::vector<TokenId> Tokenizer::wrap(std::span<const TokenId> ids) const {
  std::vector<TokenId> wrapped;
  wrapped.reserve(before_.size() + ids.size() + after_.size());
  wrapped.insert(wrapped.end(), before_.begin(), before_.end());
  wrapped.insert(wrapped.end(), ids.begin(), ids.end());
  wrapped.insert(wrapped.end(), after_.begin(), after_.end());
  return wrapped;
}

std::unique_ptr<Tokenizer> Tokenizer::load(const ModelFiles& folder) {
  const std::string type = model_type(folder);
  if (folder.has("source.spm")) return load_translator(folder);
  if (folder.has("sentencepiece.bpe.model")) {
    if (folder.has("vocab.json")) return load_translator(folder);
    if (type.empty() || type == "xlm-roberta") return load_fairseq(folder);
    throw Error(ErrorKind::kUnavailable, "model_unsupported",
                "SentencePiece models are read for XLM-RoBERTa, Marian and M2M-100, not for \"" + type + "\".");
  }
  if (folder.has("vocab.json") && folder.has("merges.txt")) return load_bpe_files(folder, type);
  if (folder.has("tokenizer.json")) return load_tokenizer_json(folder, type);
  if (folder.has("vocab.txt")) return load_word_piece_files(folder);
  throw Error(ErrorKind::kUnavailable, "model_incomplete",
              "The model's folder has no tokenizer: vocab.json with merges.txt, tokenizer.json, vocab.txt, "
              "sentencepiece.bpe.model or source.spm.");
}

}  // namespace rapport::nn
