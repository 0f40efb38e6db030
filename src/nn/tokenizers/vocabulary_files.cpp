#include "nn/tokenizers/vocabulary_files.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>

#include "base/json.h"
#include "nn/tokenizers/json_fields.h"
#include "nn/tokenizers/utf8.h"

namespace rapport::nn {
namespace {

// Cuts `rest` at its first line end and gives the line, without a carriage return.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool is_utf8(std::string_view bytes) {
  std::string storage;
  return valid_utf8(bytes, storage).data() == bytes.data();
}

std::optional<Damage> add_role(std::string_view role, const Json& value, TokenConventions& to) {
  AddedToken token;
  if (!read_token_name(value, token)) return Damage{"has no name for " + std::string(role)};
  to.roles[std::string(role)] = token.text;
  token.id = -1;
  to.added.push_back(std::move(token));
  return std::nullopt;
}

std::optional<Damage> add_roles(const boost::json::object& document, TokenConventions& to) {
  for (const char* role :
       {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}) {
    const Json* value = document.if_contains(role);
    if (value == nullptr || value->is_null()) continue;
    if (auto damage = add_role(role, *value, to)) return damage;
  }
  const Json* more = document.if_contains("additional_special_tokens");
  if (more == nullptr || more->is_null()) return std::nullopt;
  if (!more->is_array()) return Damage{"has additional_special_tokens that are no list"};
  for (const Json& value : more->get_array()) {
    AddedToken token;
    token.id = -1;
    if (!read_token_name(value, token)) return Damage{"has an additional special token without a name"};
    to.added.push_back(std::move(token));
  }
  return std::nullopt;
}

std::variant<Json, Damage> object_of(std::string_view bytes) {
  auto parsed = parse_json(bytes);
  if (const auto* error = std::get_if<JsonError>(&parsed)) {
    return Damage{"is not JSON: line " + std::to_string(error->line) + ": " + error->message};
  }
  Json& document = std::get<Json>(parsed);
  if (!document.is_object()) return Damage{"is no JSON object"};
  return std::move(document);
}

}  // namespace

Read<Vocabulary> read_vocab_json(std::string_view bytes) {
  auto document = object_of(bytes);
  if (auto* damage = std::get_if<Damage>(&document)) return std::move(*damage);
  return read_vocabulary(std::get<Json>(document));
}

Read<Vocabulary> read_vocab_txt(std::string_view bytes) {
  if (!is_utf8(bytes)) return Damage{"is not UTF-8"};
  Vocabulary vocabulary;
  while (!bytes.empty()) {
    const std::string_view line = next_line(bytes);
    if (line.size() > kMaxTokenBytes) return Damage{"has a token of over 1,024 bytes"};
    if (vocabulary.size() == kMaxTokens) return Damage{"has more than 2,097,152 tokens"};
    vocabulary.emplace_back(line);
  }
  if (vocabulary.empty()) return Damage{"has no tokens"};
  return vocabulary;
}

Read<MergeNames> read_merges_txt(std::string_view bytes) {
  if (!is_utf8(bytes)) return Damage{"is not UTF-8"};
  MergeNames merges;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::string_view line = next_line(bytes);
    if (line.empty() || (number == 1 && line.starts_with("#version"))) continue;
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos || space + 1 == line.size() ||
        line.find(' ', space + 1) != std::string_view::npos) {
      return Damage{"has a line that is no pair of tokens: line " + std::to_string(number)};
    }
    if (line.size() > 2 * kMaxTokenBytes) return Damage{"has a token of over 1,024 bytes"};
    if (merges.size() == kMaxTokens) return Damage{"has more than 2,097,152 merges"};
    merges.emplace_back(line.substr(0, space), line.substr(space + 1));
  }
  return merges;
}

std::optional<Damage> add_special_tokens_map(std::string_view bytes, TokenConventions& to) {
  if (bytes.empty()) return std::nullopt;
  auto document = object_of(bytes);
  if (auto* damage = std::get_if<Damage>(&document)) return std::move(*damage);
  return add_roles(std::get<Json>(document).get_object(), to);
}

std::optional<Damage> add_tokenizer_config(std::string_view bytes, TokenConventions& to) {
  if (bytes.empty()) return std::nullopt;
  auto document = object_of(bytes);
  if (auto* damage = std::get_if<Damage>(&document)) return std::move(*damage);
  const boost::json::object& config = std::get<Json>(document).get_object();

  to.add_prefix_space = read_bool(config, "add_prefix_space");
  to.bert.lower_case = read_bool(config, "do_lower_case").value_or(true);
  to.bert.strip_accents = read_bool(config, "strip_accents");
  to.bert.chinese_characters = read_bool(config, "tokenize_chinese_chars").value_or(true);
  if (const Json* added = config.if_contains("added_tokens_decoder"); added != nullptr && added->is_object()) {
    for (const auto& [id, value] : added->get_object()) {
      AddedToken token;
      if (!read_token_name(value, token) || !read_id(std::string_view(id), token.id)) {
        return Damage{"has an added token without a name or an id"};
      }
      to.added.push_back(std::move(token));
    }
  }
  return add_roles(config, to);
}

std::optional<Damage> add_added_tokens(std::string_view bytes, TokenConventions& to) {
  if (bytes.empty()) return std::nullopt;
  auto document = object_of(bytes);
  if (auto* damage = std::get_if<Damage>(&document)) return std::move(*damage);
  for (const auto& [name, id] : std::get<Json>(document).get_object()) {
    AddedToken token{.text = name, .special = false};
    if (!read_id(id, token.id)) return Damage{"has an added token without an id"};
    to.added.push_back(std::move(token));
  }
  return std::nullopt;
}

}  // namespace rapport::nn
