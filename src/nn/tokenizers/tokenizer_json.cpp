#include <boost/json.hpp>

#include "base/json.h"
#include "nn/tokenizers/json_fields.h"
#include "nn/tokenizers/vocabulary_files.h"

namespace rapport::nn {
namespace {

using Object = boost::json::object;

const Object* object_at(const Object& in, std::string_view name) {
  const Json* value = in.if_contains(name);
  return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

std::string_view text_at(const Object& in, std::string_view name) {
  const Json* value = in.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

Damage unsupported(std::string_view part, std::string_view type) {
  return Damage{"has a " + std::string(part) + " of the type \"" + std::string(type) + "\", which is not supported"};
}

Read<MergeNames> read_merges(const Json* value) {
  if (value == nullptr || !value->is_array()) return Damage{"has no list of merges"};
  MergeNames merges;
  for (const Json& merge : value->get_array()) {
    if (merge.is_string()) {  // "left right"
      const std::string_view pair = merge.get_string();
      const std::size_t space = pair.find(' ');
      if (space == std::string_view::npos) return Damage{"has a merge that is no pair of tokens"};
      merges.emplace_back(pair.substr(0, space), pair.substr(space + 1));
    } else if (merge.is_array() && merge.get_array().size() == 2 && merge.get_array()[0].is_string() &&
               merge.get_array()[1].is_string()) {
      merges.emplace_back(std::string_view(merge.get_array()[0].get_string()),
                          std::string_view(merge.get_array()[1].get_string()));
    } else {
      return Damage{"has a merge that is no pair of tokens"};
    }
    if (merges.size() > kMaxTokens) return Damage{"has more than 2,097,152 merges"};
  }
  return merges;
}

std::optional<Damage> read_added(const Object& document, TokenizerJson& to) {
  const Json* list = document.if_contains("added_tokens");
  if (list == nullptr || list->is_null()) return std::nullopt;
  if (!list->is_array()) return Damage{"has added_tokens that are no list"};
  for (const Json& value : list->get_array()) {
    AddedToken token;
    const Json* id = value.is_object() ? value.get_object().if_contains("id") : nullptr;
    if (id == nullptr || !read_id(*id, token.id) || !read_token_name(value, token)) {
      return Damage{"has an added token without a name or an id"};
    }
    if (read_bool(value.get_object(), "single_word").value_or(false)) {
      return Damage{"has an added token that counts only as a single word, which is not supported"};
    }
    to.added.push_back(std::move(token));
  }
  return std::nullopt;
}

std::optional<Damage> read_bpe(const Object& document, const Object& model, TokenizerJson& to) {
  to.kind = SubwordKind::kByteLevelBpe;
  for (const char* name : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!text_at(model, name).empty())
      return Damage{"has a BPE model with " + std::string(name) + ", which is not supported"};
  }
  if (read_bool(model, "ignore_merges").value_or(false)) return Damage{"ignores its merges, which is not supported"};
  if (const Object* normalizer = object_at(document, "normalizer")) {
    return unsupported("normalizer", text_at(*normalizer, "type"));
  }
  const Object* words = object_at(document, "pre_tokenizer");
  if (words == nullptr) return Damage{"has no pre-tokenizer"};
  if (text_at(*words, "type") != "ByteLevel") return unsupported("pre-tokenizer", text_at(*words, "type"));
  if (!read_bool(*words, "use_regex").value_or(true))
    return Damage{"does not cut texts into words, which is not supported"};
  to.add_prefix_space = read_bool(*words, "add_prefix_space").value_or(true);
  auto merges = read_merges(model.if_contains("merges"));
  if (auto* damage = std::get_if<Damage>(&merges)) return std::move(*damage);
  to.merges = std::get<MergeNames>(std::move(merges));
  return std::nullopt;
}

std::optional<Damage> read_word_piece(const Object& document, const Object& model, TokenizerJson& to) {
  to.kind = SubwordKind::kWordPiece;
  if (const auto prefix = text_at(model, "continuing_subword_prefix"); !prefix.empty() && prefix != "##") {
    return Damage{"has a WordPiece model with a prefix other than ##, which is not supported"};
  }
  const Object* words = object_at(document, "pre_tokenizer");
  if (words == nullptr || text_at(*words, "type") != "BertPreTokenizer") {
    return unsupported("pre-tokenizer", words == nullptr ? "" : text_at(*words, "type"));
  }
  const Object* normalizer = object_at(document, "normalizer");
  if (normalizer == nullptr || text_at(*normalizer, "type") != "BertNormalizer") {
    return unsupported("normalizer", normalizer == nullptr ? "" : text_at(*normalizer, "type"));
  }
  to.bert.lower_case = read_bool(*normalizer, "lowercase").value_or(true);
  to.bert.strip_accents = read_bool(*normalizer, "strip_accents");
  to.bert.chinese_characters = read_bool(*normalizer, "handle_chinese_chars").value_or(true);
  return std::nullopt;
}

// ["</s>", 2]
bool read_named_id(const Json* value, std::vector<TokenId>& to) {
  TokenId id = 0;
  if (value == nullptr || !value->is_array() || value->get_array().size() != 2) return false;
  if (!read_id(value->get_array()[1], id)) return false;
  to.push_back(id);
  return true;
}

// The ids of the special token `name`: {"[CLS]": {"ids": [101], ...}, ...}.
bool read_template_token(const Object& tokens, std::string_view name, std::vector<TokenId>& to) {
  const Object* token = object_at(tokens, name);
  const Json* ids = token == nullptr ? nullptr : token->if_contains("ids");
  if (ids == nullptr || !ids->is_array()) return false;
  for (const Json& value : ids->get_array()) {
    TokenId id = 0;
    if (!read_id(value, id)) return false;
    to.push_back(id);
  }
  return true;
}

// "single": [{"SpecialToken": {"id": "[CLS]", ...}}, {"Sequence": {...}}, ...]
bool read_template(const Object& processor, TokenizerJson& to) {
  const Json* single = processor.if_contains("single");
  const Object* tokens = object_at(processor, "special_tokens");
  if (single == nullptr || !single->is_array() || tokens == nullptr) return false;
  bool behind = false;
  for (const Json& piece : single->get_array()) {
    if (!piece.is_object()) return false;
    if (const Object* special = object_at(piece.get_object(), "SpecialToken")) {
      if (!read_template_token(*tokens, text_at(*special, "id"), behind ? to.after : to.before)) return false;
    } else {
      behind = true;
    }
  }
  return behind;
}

std::optional<Damage> read_post_processor(const Object& document, TokenizerJson& to) {
  const Object* processor = object_at(document, "post_processor");
  if (processor == nullptr) return std::nullopt;
  const std::string_view type = text_at(*processor, "type");
  if (type == "ByteLevel") return std::nullopt;
  if (type == "RobertaProcessing" || type == "BertProcessing") {
    if (read_named_id(processor->if_contains("cls"), to.before) &&
        read_named_id(processor->if_contains("sep"), to.after)) {
      return std::nullopt;
    }
    return Damage{"has a post-processor without its tokens"};
  }
  if (type != "TemplateProcessing") return unsupported("post-processor", type);
  if (!read_template(*processor, to)) return Damage{"has a post-processor without its tokens"};
  return std::nullopt;
}

}  // namespace

Read<TokenizerJson> read_tokenizer_json(std::string_view bytes) {
  auto parsed = parse_json(bytes);
  if (const auto* error = std::get_if<JsonError>(&parsed)) {
    return Damage{"is not JSON: line " + std::to_string(error->line) + ": " + error->message};
  }
  const Json& value = std::get<Json>(parsed);
  if (!value.is_object()) return Damage{"is no JSON object"};
  const Object& document = value.get_object();
  const Object* model = object_at(document, "model");
  if (model == nullptr) return Damage{"has no model"};

  TokenizerJson result;
  // Older files do not name the type.
  std::string_view type = text_at(*model, "type");
  if (type.empty())
    type = model->contains("merges") ? "BPE" : model->contains("max_input_chars_per_word") ? "WordPiece" : "";
  std::optional<Damage> damage;
  if (type == "BPE") {
    damage = read_bpe(document, *model, result);
  } else if (type == "WordPiece") {
    damage = read_word_piece(document, *model, result);
  } else {
    damage = unsupported("model", type);
  }
  if (!damage) damage = read_added(document, result);
  if (!damage) damage = read_post_processor(document, result);
  if (damage) return std::move(*damage);

  const Json* vocab = model->if_contains("vocab");
  auto vocabulary = read_vocabulary(vocab == nullptr ? Json() : *vocab);
  if (auto* wrong = std::get_if<Damage>(&vocabulary)) return std::move(*wrong);
  result.vocabulary = std::get<Vocabulary>(std::move(vocabulary));
  if (const auto unknown = text_at(*model, "unk_token"); !unknown.empty()) result.unknown = unknown;
  return result;
}

}  // namespace rapport::nn
