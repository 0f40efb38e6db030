#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ml/ngram_lexicon.h"
#include "text/unicode.h"

namespace rapport::ml {

/// The kinds of features that a text model may look at. Bits of NgramOptions::families.
enum class NgramFamily : std::uint8_t {
  kWord,
  kWordPair,
  kWordTriple,
  kSkipPair,     ///< two words with one between them
  kNegatedWord,  ///< a word behind a negation, once more as another word
  kCharInWord,   ///< pieces of a word with its borders, char_min to char_max characters
  kCharAcross,   ///< pieces of three to five characters over the border of two words
  kSymbol,       ///< emoji, emoticons, runs of punctuation
  kStyle,        ///< capitals, lengthened words, links, mentions, how long the text is
  kLexicon,      ///< what the model's lexicon says about the words, negations considered
  kScript,       ///< the script that most letters are in
};

using NgramFamilies = std::uint32_t;
constexpr NgramFamilies bit(NgramFamily family) {
  return NgramFamilies{1} << static_cast<unsigned>(family);
}
constexpr NgramFamilies kAllNgramFamilies = (NgramFamilies{1} << 11) - 1;

/// How a text is read. Stored in the model, so that training and use cannot differ.
struct NgramOptions {
  NgramFamilies families = kAllNgramFamilies;
  std::uint8_t char_min = 2;
  std::uint8_t char_max = 5;  ///< at most kMaxCharGram
  bool fold = true;           ///< letters without case and accents; without it only A-Z become small

  static constexpr std::uint8_t kMaxCharGram = 6;
};

/// Reads a text once, from left to right, into the hashes of its features. Links, mentions, numbers and e-mail
/// addresses are only counted: names and digits say nothing about a mood.
///
///     NgramReader reader(text, options, lexicon);
///     for (std::span<const std::uint64_t> block; reader.next(block);) ...
///
/// Requires  text and lexicon outlive the reader; a block is valid until the next call.
/// Threads   one per thread.
/// Cost      linear for any bytes whatever; no allocation. A block holds at most kMaxBlock hashes.
class NgramReader {
 public:
  static constexpr std::size_t kMaxLetters = 40;  ///< longer words are read in pieces
  static constexpr std::size_t kMaxBlock = 320;

  NgramReader(std::string_view text, const NgramOptions& options, const NgramLexicon& lexicon);

  /// The features of the next word, symbol or, last of all, of the whole text. False behind them.
  bool next(std::span<const std::uint64_t>& block);

  /// The word or symbol that was read last: what a lexicon knows it by.
  std::uint64_t last_unit() const { return last_; }

 private:
  bool has(NgramFamily family) const { return (options_.families & bit(family)) != 0; }
  void emit(NgramFamily family, std::uint64_t value);
  char byte_at(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  bool letter_at(std::size_t at) const;

  bool read_unit();
  bool read_emoticon();
  void read_word();
  void add_letter(text::CodePoint c);
  bool splits_at_apostrophe(std::size_t at) const;
  bool read_link(std::uint64_t word);
  void read_marks();
  void read_emoji(text::CodePoint c);
  void read_number();
  void read_mention();
  void skip_to_space();

  void finish_word(std::uint64_t word);
  void emit_unit(std::uint64_t unit);
  void emit_char_grams();
  void emit_across();
  void note_valence(std::uint64_t unit, bool negated);
  void emit_end();
  void emit_style();
  void emit_lexicon();
  void emit_bucket(NgramFamily family, unsigned what, unsigned value);

  std::string_view text_;
  NgramOptions options_;
  const NgramLexicon& lexicon_;
  std::size_t at_ = 0;
  bool finished_ = false;

  std::array<std::uint64_t, kMaxBlock> block_{};
  std::size_t block_size_ = 0;

  std::array<std::uint64_t, kMaxLetters> letters_{};  ///< of the word being read, folded
  std::size_t letter_count_ = 0;
  std::uint32_t run_ = 0;
  std::uint32_t upper_ = 0;
  bool elongated_ = false;
  std::array<std::uint64_t, 2> tail_{};  ///< the last letters of the word before
  std::size_t tail_count_ = 0;

  std::uint64_t last_ = 0;         ///< the unit before
  std::uint64_t before_last_ = 0;  ///< and the one before that
  std::uint32_t negation_left_ = 0;

  std::uint32_t words_ = 0, shouted_ = 0, elongated_words_ = 0, exclamations_ = 0, questions_ = 0, dots_ = 0;
  std::uint32_t links_ = 0, mentions_ = 0, hashtags_ = 0, numbers_ = 0, emoji_ = 0;
  std::array<std::uint32_t, 32> scripts_{};
  float positive_ = 0, negative_ = 0, strongest_ = 0, last_valence_ = 0, clause_weight_ = 1;
};

}  // namespace rapport::ml
