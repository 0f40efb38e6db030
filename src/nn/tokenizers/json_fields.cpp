#include "nn/tokenizers/json_fields.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace rapport::nn {

bool read_id(const Json& value, TokenId& id) {
  if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() >= static_cast<std::int64_t>(kMaxTokens)) {
    return false;
  }
  id = static_cast<TokenId>(value.get_int64());
  return true;
}

bool read_id(std::string_view digits, TokenId& id) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return error == std::errc() && end == digits.data() + digits.size() && id >= 0 &&
         id < static_cast<TokenId>(kMaxTokens);
}

Read<Vocabulary> read_vocabulary(const Json& value) {
  if (!value.is_object()) return Damage{"has a vocabulary that is no object"};
  TokenId greatest = -1;
  for (const auto& [name, number] : value.get_object()) {
    TokenId id = 0;
    if (!read_id(number, id)) return Damage{"has a token whose id is no number from 0 to 2,097,151"};
    if (name.size() > kMaxTokenBytes) return Damage{"has a token of over 1,024 bytes"};
    greatest = std::max(greatest, id);
  }
  if (greatest < 0) return Damage{"has no tokens"};

  Vocabulary vocabulary(static_cast<std::size_t>(greatest) + 1);
  std::vector<bool> taken(vocabulary.size());
  for (const auto& [name, number] : value.get_object()) {
    const auto id = static_cast<std::size_t>(number.get_int64());
    if (taken[id]) return Damage{"gives one id to two tokens: " + std::to_string(id)};
    taken[id] = true;
    vocabulary[id] = std::string_view(name);
  }
  return vocabulary;
}

std::optional<bool> read_bool(const boost::json::object& object, std::string_view name) {
  const Json* value = object.if_contains(name);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

bool read_token_name(const Json& value, AddedToken& token) {
  if (value.is_string()) {
    token.text = std::string_view(value.get_string());
  } else if (value.is_object()) {
    const Json* content = value.get_object().if_contains("content");
    if (content == nullptr || !content->is_string()) return false;
    token.text = std::string_view(content->get_string());
    token.special = read_bool(value.get_object(), "special").value_or(true);
    token.strips_left = read_bool(value.get_object(), "lstrip").value_or(false);
    token.strips_right = read_bool(value.get_object(), "rstrip").value_or(false);
  }
  return !token.text.empty() && token.text.size() <= kMaxTokenBytes;
}

}  // namespace rapport::nn
