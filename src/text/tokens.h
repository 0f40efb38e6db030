#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/unicode.h"

namespace rapport::text {

enum class TokenKind : std::uint8_t {
  kWord,
  kNumber,       ///< "3.5", "10:30"
  kClauseEnd,    ///< comma, bracket, dash between words ...
  kSentenceEnd,  ///< full stop, danda
  kLineEnd,
  kQuestion,     ///< a run of marks with a question mark in it: "?", "?!?"
  kExclamation,  ///< a run of exclamation marks
  kEmoji,        ///< a character, or an emoticon as the character it stands for
  kLink,         ///< URL, wa.me/..., shop.example.com
  kPlaceholder,  ///< {{1}}, {name}, $name$, %1$s
};

/// One piece of a message.
struct Token {
  TokenKind kind = TokenKind::kWord;
  std::string_view folded;   ///< words: as `fold` gives it, joined over apostrophes; empty when over kMaxWordBytes
  char32_t emoji = 0;        ///< kEmoji
  std::uint32_t length = 0;  ///< letters of a word, marks of a run
  std::uint32_t upper = 0;   ///< letters of a word that are capitals
  bool elongated = false;    ///< "goooood": `folded` holds runs of three letters and more as two
};

constexpr std::size_t kMaxWordBytes = 64;

/// Reads a text once, from left to right, into words, marks, emoji, links and placeholders. Asterisks and other marks
/// of WhatsApp's formatting vanish; e-mail addresses are skipped; words break between Han characters.
///
/// Requires  the text outlives the scanner; a token's `folded` is valid until the next call.
/// Cost      linear for any bytes whatever; no allocation.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  /// False at the end of the text.
  bool next(Token& token);

 private:
  bool read_word(Token& token);
  void add_letter(Token& token, CodePoint c);
  void add_ascii(Token& token, char c);
  void read_marks(Token& token);
  void read_number(Token& token);
  void read_emoji(Token& token, char32_t emoji);
  bool read_link(Token& token);
  bool read_email();
  bool read_emoticon(Token& token);
  bool read_placeholder(Token& token);
  void skip_to_space();
  CharClass class_at(std::size_t at) const;
  char byte_at(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t word_start_ = 0;
  std::size_t no_host_before_ = 0;  ///< a host name was looked for up to here and not found
  std::size_t word_size_ = 0;
  char last_letter_ = 0;
  std::uint32_t run_ = 0;  ///< how often `last_letter_` stands at the end of the word
  char word_[kMaxWordBytes + kMaxFoldedBytes] = {};
};

}  // namespace rapport::text
