#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nn/tokenizers/tokenizer.h"

namespace rapport::nn {

/// A token that stands outside the subword model: it is found in the text before the text is cut into words.
struct AddedToken {
  std::string text;
  TokenId id = 0;
  bool special = true;       ///< a mark for the model: decodes to nothing
  bool strips_left = false;  ///< takes the white space before it along ("lstrip")
  bool strips_right = false;
};

/// Lets a map of strings be asked with a view.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

using StringIndex = std::unordered_map<std::string, TokenId, StringHash, std::equal_to<>>;

/// Finds added tokens in texts: the leftmost first, of those the longest.
///
/// Threads   const is safe.
class AddedTokens {
 public:
  AddedTokens() = default;
  explicit AddedTokens(std::vector<AddedToken> tokens);

  /// A part of a text: words, or one token.
  struct Part {
    std::string_view text;
    std::optional<TokenId> token;
  };

  /// Calls `part` for the parts of `text` in order. `names` says whether special tokens count.
  ///
  /// Cost      linear, times the number of different lengths of tokens.
  template <typename F>
  void split(std::string_view text, SpecialNames names, F&& part) const {
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size();) {
      const AddedToken* token = starts_[static_cast<unsigned char>(text[at])] ? match(text.substr(at), names) : nullptr;
      if (token == nullptr) {
        ++at;
        continue;
      }
      const std::string_view before = text.substr(done, at - done);
      if (const auto words = token->strips_left ? without_space_after(before) : before; !words.empty()) {
        part(Part{words, std::nullopt});
      }
      part(Part{text.substr(at, token->text.size()), token->id});
      at += token->text.size();
      if (token->strips_right) at += space_before(text.substr(at));
      done = at;
    }
    if (done < text.size()) part(Part{text.substr(done), std::nullopt});
  }

  /// The token with this id, null when there is none.
  const AddedToken* find(TokenId id) const;
  std::optional<TokenId> id_of(std::string_view text) const;
  const std::vector<AddedToken>& tokens() const { return tokens_; }

 private:
  const AddedToken* match(std::string_view text, SpecialNames names) const;
  static std::string_view without_space_after(std::string_view text);
  static std::size_t space_before(std::string_view text);

  std::vector<AddedToken> tokens_;
  std::array<bool, 256> starts_{};
  std::vector<std::size_t> lengths_;  ///< of tokens, each once, the longest first
  std::unordered_map<std::string, std::size_t, StringHash, std::equal_to<>> by_text_;
  std::unordered_map<TokenId, std::size_t> by_id_;
};

}  // namespace rapport::nn
