#include "nn/tokenizers/added_tokens.h"

#include <algorithm>
#include <utility>

namespace rapport::nn {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::erase_if(tokens_, [](const AddedToken& token) { return token.text.empty(); });
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    starts_[static_cast<unsigned char>(tokens_[i].text[0])] = true;
    lengths_.push_back(tokens_[i].text.size());
    by_text_[tokens_[i].text] = i;
    by_id_[tokens_[i].id] = i;
  }
  std::sort(lengths_.begin(), lengths_.end(), std::greater<>());
  lengths_.erase(std::unique(lengths_.begin(), lengths_.end()), lengths_.end());
}

const AddedToken* AddedTokens::match(std::string_view text, SpecialNames names) const {
  for (const std::size_t length : lengths_) {
    if (length > text.size()) continue;
    const auto found = by_text_.find(text.substr(0, length));
    if (found == by_text_.end()) continue;
    const AddedToken& token = tokens_[found->second];
    if (!token.special || names == SpecialNames::kTokens) return &token;
  }
  return nullptr;
}

const AddedToken* AddedTokens::find(TokenId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &tokens_[found->second];
}

std::optional<TokenId> AddedTokens::id_of(std::string_view text) const {
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return std::nullopt;
  return tokens_[found->second].id;
}

std::string_view AddedTokens::without_space_after(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t AddedTokens::space_before(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && is_space(text[n])) ++n;
  return n;
}

}  // namespace rapport::nn
