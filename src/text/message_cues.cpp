#include "text/message_cues.h"

#include <algorithm>
#include <array>

#include "text/cue_reader.h"
#include "text/tokens.h"
#include "text/unicode.h"

namespace rapport::text {
namespace {

constexpr std::array<std::string_view, 26> kNotNames = {"mr",  "mrs", "ms", "miss", "dr",  "sr",  "sra", "srta", "shri",
                                                        "smt", "ji",  "de", "da",   "do",  "dos", "das", "del",  "la",
                                                        "las", "los", "el", "van",  "von", "al",  "bin", "y"};

// What the parts of quality() look at.
struct Shape {
  std::uint32_t characters = 0;
  std::uint32_t words = 0;
  std::uint32_t sentences = 0;       // ended by a mark or a line end, with a word in them
  std::uint32_t sentence_words = 0;  // of the sentence being read
  std::uint32_t cased_letters = 0;   // of words of three letters and more
  std::uint32_t upper_letters = 0;   // of those
  std::uint32_t long_words = 0;      // over kLongWord letters
  std::uint32_t loud_marks = 0;      // "!" and "?" beyond one per run
  std::uint32_t emoji = 0;
};

constexpr std::uint32_t kLongWord = 25;  // letters; hardly any word of the four languages is longer

// 0 at `from`, 1 at `to`, linear between (either order).
double ramp(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

// 20 to 300 characters are right for a chat; one word says too little, a page is not read.
double length_quality(const Shape& shape) {
  return std::min(ramp(shape.characters, 0, 20), 0.3 + 0.7 * ramp(shape.characters, 1000, 300));
}

// Free of shouting: up to 30 % capitals are names and headlines, at 80 % it is all capitals.
double calm_quality(const Shape& shape) {
  if (shape.cased_letters == 0) return 1;
  return ramp(static_cast<double>(shape.upper_letters) / shape.cased_letters, 0.8, 0.3);
}

// Free of "!!!" and of emoji in heaps: two of either are free, from the twelfth on nothing is left.
double restraint_quality(const Shape& shape) {
  const double surplus = std::max(0.0, shape.loud_marks - 2.0) + std::max(0.0, shape.emoji - 2.0);
  return ramp(surplus, 10, 0);
}

// Sentences of up to 20 words read well, of 50 they do not; words that are no words count against it.
double readable_quality(const Shape& shape) {
  if (shape.words == 0) return 0;
  const double per_sentence = static_cast<double>(shape.words) / std::max(1u, shape.sentences);
  return ramp(per_sentence, 50, 20) * (1 - std::min(1.0, 5.0 * shape.long_words / shape.words));
}

double quality(const Shape& shape, bool has_call_to_action) {
  if (shape.characters == 0) return 0;
  return 0.30 * length_quality(shape) + 0.20 * calm_quality(shape) + 0.15 * restraint_quality(shape) +
         0.20 * readable_quality(shape) + 0.15 * (has_call_to_action ? 1 : 0);
}

// Half for the name (or the placeholder where it will stand), 0.3 for something that only this contact has (an earlier
// order, or a second thing filled in), 0.2 for speaking to the reader at all.
double personalization(bool names, std::uint32_t placeholders, CueSet found) {
  const std::uint32_t filled = placeholders + (names ? 1u : 0u);
  const bool own = (found & bit(Cue::kOwnHistory)) != 0 || filled >= 2;
  const bool address = (found & bit(Cue::kAddress)) != 0;
  return (filled > 0 ? 0.5 : 0.0) + (own ? 0.3 : 0.0) + (address ? 0.2 : 0.0);
}

class MessageReader {
 public:
  explicit MessageReader(const ContactName& name) : name_(name) {}

  void read(const Token& token) {
    switch (token.kind) {
      case TokenKind::kWord:
        word(token);
        break;
      case TokenKind::kNumber:
        ++shape_.words;
        ++shape_.sentence_words;
        cues_.word(0);
        break;
      case TokenKind::kClauseEnd:
        cues_.end_clause(false);
        break;
      case TokenKind::kSentenceEnd:
        end_sentence(false);
        break;
      case TokenKind::kLineEnd:
        end_sentence(true);
        break;
      case TokenKind::kQuestion:
        result_.is_question = true;
        marks(token);
        break;
      case TokenKind::kExclamation:
        marks(token);
        break;
      case TokenKind::kEmoji:
        emoji(token);
        break;
      case TokenKind::kLink:
        result_.has_link = true;
        cues_.end_clause(true);
        break;
      case TokenKind::kPlaceholder:
        ++placeholders_;
        cues_.word(0);
        break;
    }
    last_emoji_ = token.kind == TokenKind::kEmoji ? token.emoji : 0;
  }

  MessageCues finish(std::size_t characters) {
    end_sentence(true);
    shape_.characters = static_cast<std::uint32_t>(characters);
    constexpr CueSet kQuestion = bit(Cue::kQuestionAtStart) | bit(Cue::kQuestionAnywhere) | bit(Cue::kQuestionAtEnd);
    const CueSet found = cues_.found();
    result_.is_question = result_.is_question || (found & kQuestion) != 0;
    result_.is_price_inquiry = (found & bit(Cue::kPrice)) != 0;
    result_.is_meeting_request = (found & bit(Cue::kMeeting)) != 0;
    result_.has_call_to_action = (found & bit(Cue::kCallToAction)) != 0;
    result_.positive_words = cues_.positive_words() + positive_emoji_;
    result_.characters = shape_.characters;
    result_.personalization = personalization(names_, placeholders_, found);
    result_.quality = quality(shape_, result_.has_call_to_action);
    return result_;
  }

 private:
  void word(const Token& token) {
    ++shape_.words;
    ++shape_.sentence_words;
    shape_.long_words += token.length > kLongWord ? 1u : 0u;
    if (token.length >= 3) {
      shape_.cased_letters += token.length;
      shape_.upper_letters += token.upper;
    }
    cues_.word(find(token));
    names_ = names_ || name_.has(token.folded);
  }

  // "sooo goood": a run of letters is tried as two and, if that is no word, as one.
  Lexicon::Word find(const Token& token) const {
    if (token.folded.empty()) return 0;
    Lexicon::Word word = lexicon_.find(token.folded);
    if (word == 0 && token.elongated) {
      std::string single(token.folded);
      single.erase(std::unique(single.begin(), single.end()), single.end());
      word = lexicon_.find(single);
    }
    return word;
  }

  void marks(const Token& token) {
    shape_.loud_marks += token.length - 1;
    end_sentence(false);
  }

  void emoji(const Token& token) {
    ++shape_.emoji;
    if (token.emoji != last_emoji_ && lexicon_.is_positive_emoji(token.emoji)) ++positive_emoji_;
    cues_.end_clause(true);
  }

  void end_sentence(bool open) {
    cues_.end_clause(open);
    shape_.sentences += shape_.sentence_words > 0 ? 1u : 0u;
    shape_.sentence_words = 0;
  }

  const ContactName& name_;
  const Lexicon& lexicon_ = Lexicon::instance();
  CueReader cues_;
  Shape shape_;
  MessageCues result_;
  bool names_ = false;
  std::uint32_t placeholders_ = 0;
  std::uint32_t positive_emoji_ = 0;
  char32_t last_emoji_ = 0;
};

}  // namespace

ContactName::ContactName(std::string_view full_name) {
  Scanner scanner(full_name);
  for (Token token; scanner.next(token);) {
    if (token.kind != TokenKind::kWord || token.folded.empty() || token.length < 2) continue;
    if (std::find(kNotNames.begin(), kNotNames.end(), token.folded) == kNotNames.end()) {
      words_.emplace_back(token.folded);
    }
  }
}

bool ContactName::has(std::string_view folded_word) const {
  return std::find(words_.begin(), words_.end(), folded_word) != words_.end();
}

MessageCues read_cues(std::string_view text, const ContactName& name) {
  MessageReader reader(name);
  Scanner scanner(text);
  for (Token token; scanner.next(token);) reader.read(token);
  return reader.finish(character_count(text));
}

}  // namespace rapport::text
