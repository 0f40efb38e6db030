#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The words and phrases that the message cues know, in English, Spanish, Portuguese and Hindi (Devanagari and Latin
/// letters) at once: chats mix languages within a sentence, so no language is guessed first. Each language is one file
/// of plain phrases (lexicon_english.h and so on), written so that a speaker of the language can correct it.
namespace rapport::text {

/// What a phrase says about the message it stands in. Bits of a CueSet.
enum class Cue : std::uint8_t {
  kQuestionAtStart,   ///< asks, where a clause begins with it: "can you ..."
  kQuestionAnywhere,  ///< asks wherever it stands: "kitna", "how much is"
  kQuestionAtEnd,     ///< asks, where a clause of two words or more ends with it: "... verdad"
  kPrice,
  kMeeting,
  kPositive,
  kCallToAction,
  kOwnHistory,     ///< speaks of what this contact did before: "your last order"
  kAddress,        ///< addresses the reader: "you", "tu", "aap"
  kNegator,        ///< denies a positive word that follows: "not good"
  kNegatorBehind,  ///< denies a positive word before it: "accha nahi"
  kFiller,         ///< may stand before a question's first word: "hi", "please", "bhai"
  kNotQuestion,    ///< the words in it do not ask: "kya baat", "what a"
  kNotPrice,       ///< "rate us", "kitna time"
  kNotMeeting,     ///< "nice to meet"
  kNotPositive,    ///< "good morning"
  kNotCallToAction,
};
using CueSet = std::uint32_t;
constexpr CueSet bit(Cue cue) {
  return CueSet{1} << static_cast<unsigned>(cue);
}

/// Phrases that share a cue: separated by commas, words by spaces; "a/b c" stands for "a c" and "b c". Case and accents
/// do not matter.
struct CuePhrases {
  Cue cue;
  std::string_view phrases;
};

/// A tree of words over all phrases. Node 0 is the root.
///
/// Threads   immutable after construction.
/// Cost      one or two probes of a table per word.
class Lexicon {
 public:
  using Word = std::uint16_t;  ///< 0: not in any phrase
  using Node = std::uint16_t;  ///< 0: no such phrase

  explicit Lexicon(std::span<const std::span<const CuePhrases>> languages);

  /// All languages; built at first use.
  static const Lexicon& instance();

  Word find(std::string_view folded) const;
  Node child(Node node, Word word) const;
  CueSet cues(Node node) const { return node_cues_[node]; }
  bool is_positive_emoji(char32_t emoji) const;

 private:
  struct Slot {
    std::uint32_t offset = 0;
    std::uint16_t size = 0;
    Word word = 0;
  };
  struct Edge {
    std::uint32_t key = 0;  ///< parent node and word; 0: free
    Node node = 0;
  };

  void add_phrase(Cue cue, std::string_view phrase);
  void add_expanded(Cue cue, std::span<const std::vector<std::string>> words, Node node);
  Word add_word(const std::string& folded);
  Node add_child(Node node, Word word);

  std::string arena_;  ///< the words, one behind the other
  std::vector<Slot> slots_;
  std::vector<Edge> edges_;
  std::vector<CueSet> node_cues_;
  Word words_ = 0;
};

}  // namespace rapport::text
