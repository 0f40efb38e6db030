#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "text/lexicon.h"

namespace rapport::text {

/// Finds the lexicon's phrases in a stream of words, clause by clause, and settles what they say together: exceptions
/// ("kya baat") take back what overlaps them, negators deny positive words near them, question openers count only at
/// the start of a clause (behind greetings), tags only at its end.
///
/// Cost      a few table probes per word; the last kWindow words are remembered, nothing else.
class CueReader {
 public:
  void word(Lexicon::Word word);
  /// A clause ended. `open`: without a mark (end of the text or line, emoji), as a question in a chat often does.
  void end_clause(bool open);

  CueSet found() const { return found_; }
  std::uint32_t positive_words() const { return positive_words_; }

 private:
  static constexpr std::size_t kWindow = 8;     // words; longer than any phrase
  static constexpr std::size_t kMaxActive = 6;  // phrases begun and not yet ended
  static constexpr std::size_t kExceptions = 5;

  struct Active {
    Lexicon::Node node = 0;
    std::uint32_t start = 0;
  };

  void match(Active phrase);
  void greet(Lexicon::Word word);
  void except(CueSet cues, std::uint32_t start);
  CueSet allowed(CueSet cues, std::uint32_t start) const;
  void settle(CueSet& cues);

  const Lexicon& lexicon_ = Lexicon::instance();
  std::array<CueSet, kWindow> pending_{};  // by word position in the clause
  std::array<Active, kMaxActive> active_{};
  std::size_t active_count_ = 0;
  std::uint32_t position_ = 0;         // of the next word in the clause
  std::uint32_t leading_fillers_ = 0;  // words at the clause's start that only greet
  bool name_skipped_ = false;          // "hi Ravi how much": one unknown word behind a greeting is a name
  std::uint32_t last_negator_ = 0;     // position + 1, 0: none
  std::uint32_t tag_end_ = 0;          // position + 1 of the last word of a tag
  std::array<std::uint32_t, kExceptions> exception_end_{};  // position + 1 of the last word of the latest exception
  CueSet found_ = 0;
  std::uint32_t positive_words_ = 0;
};

}  // namespace rapport::text
