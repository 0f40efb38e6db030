// Reading a text into features. One pass: a unit (word, symbol, run of marks) at a time, its features written into a
// block of fixed size. What reaches over units (pairs, negations, the sums at the end) is a few numbers, so nothing
// grows with the text.
#include "ml/ngram_features.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "ml/ngram_model.h"
#include "ml/ngram_words.h"

namespace rapport::ml {
namespace {

using text::CharClass;
using text::CodePoint;

constexpr std::uint64_t kStart = 0x51A27ULL;  // stands before the first unit
constexpr std::uint64_t kEnd = 0x51A28ULL;    // and behind the last
constexpr std::uint64_t kBorder = 0x2581ULL;  // before and behind a word, in pieces of it
constexpr std::uint32_t kKeptRun = 2;         // letters kept of a run such as "goooood"
constexpr std::uint32_t kNegatedWords = 4;    // behind a negation
constexpr std::uint32_t kBehindContrast = 3;  // halves: what stands behind "but" counts 1.5
constexpr std::size_t kMaxMarks = 6;          // of a run of punctuation that are told apart

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xE9846AF9B1A615DULL;
  x ^= x >> 32;
  x *= 0xE9846AF9B1A615DULL;
  x ^= x >> 28;
  return x;
}

constexpr std::uint64_t append(std::uint64_t hash, std::uint64_t letter) {
  return (((hash << 5) | (hash >> 59)) ^ letter) * 0x9E3779B97F4A7C15ULL;
}

// A letter as a number: what it folds to, or itself; 0 for what folding drops.
std::uint64_t letter_of(char32_t c, bool fold) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
  if (!fold) return c;
  char bytes[text::kMaxFoldedBytes];
  const std::size_t size = text::fold_into(c, bytes);
  std::uint64_t letter = 0;
  for (std::size_t i = 0; i < size; ++i) letter = (letter << 8) | static_cast<unsigned char>(bytes[i]);
  return letter;
}

std::uint64_t hash_word(std::string_view word) {
  std::uint64_t hash = 0;
  for (std::size_t at = 0; at < word.size();) {
    const CodePoint c = text::decode(word, at);
    at += c.bytes;
    const std::uint64_t letter = letter_of(c.value, true);
    if (letter != 0) hash = append(hash, letter);
  }
  return hash;
}

template <std::size_t N>
class WordSet {
 public:
  explicit WordSet(const std::array<std::string_view, N>& words) {
    for (std::size_t i = 0; i < N; ++i) hashes_[i] = hash_word(words[i]);
    std::sort(hashes_.begin(), hashes_.end());
  }
  bool has(std::uint64_t word) const { return std::binary_search(hashes_.begin(), hashes_.end(), word); }

 private:
  std::array<std::uint64_t, N> hashes_{};
};

bool is_negator(std::uint64_t word) {
  static const WordSet set(kNegators);
  return set.has(word);
}
bool is_contrast(std::uint64_t word) {
  static const WordSet set(kContrasts);
  return set.has(word);
}

bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
// A number for the script of a letter; only that scripts differ matters.
unsigned script_of(char32_t c) {
  struct Range {
    char32_t end;
    unsigned script;
  };
  static constexpr Range kRanges[] = {
      {0x250, 0},   {0x370, 1},   {0x400, 2},   {0x530, 3},   {0x590, 4},   {0x600, 5},  {0x780, 6},
      {0x900, 7},   {0x980, 8},   {0xA00, 9},   {0xA80, 10},  {0xB00, 11},  {0xB80, 12}, {0xC00, 13},
      {0xC80, 14},  {0xD00, 15},  {0xD80, 16},  {0xE00, 17},  {0xE80, 18},  {0xF00, 19}, {0x1000, 20},
      {0x10A0, 21}, {0x1100, 22}, {0x1200, 23}, {0x1400, 24}, {0x1E00, 25}, {0x2000, 0}, {0x3040, 26},
      {0x30A0, 27}, {0x3100, 27}, {0xA000, 28}, {0xAC00, 29}, {0xD7B0, 23},
  };
  for (const Range& range : kRanges) {
    if (c < range.end) return range.script;
  }
  return 30;
}

unsigned log_bucket(std::uint32_t count) {
  return count <= 3 ? count : static_cast<unsigned>(2 + std::log2(static_cast<float>(count)));
}

}  // namespace

NgramReader::NgramReader(std::string_view text, const NgramOptions& options, const NgramLexicon& lexicon)
    : text_(text), options_(options), lexicon_(lexicon), last_(kStart) {}

bool NgramReader::next(std::span<const std::uint64_t>& block) {
  block_size_ = 0;
  while (block_size_ == 0 && !finished_) {
    if (!read_unit()) {
      emit_end();
      finished_ = true;
    }
  }
  block = {block_.data(), block_size_};
  return block_size_ > 0;
}

void NgramReader::emit(NgramFamily family, std::uint64_t value) {
  if (block_size_ == kMaxBlock || !has(family)) return;
  block_[block_size_++] = mix(value + 0x632BE59BD9B4E019ULL * (static_cast<std::uint64_t>(family) + 1));
}

bool NgramReader::letter_at(std::size_t at) const {
  if (at >= text_.size()) return false;
  const CharClass kind = text::classify(text::decode(text_, at).value);
  return kind == CharClass::kLetter || kind == CharClass::kDigit;
}

// One unit, or what lies between units. False at the end of the text.
bool NgramReader::read_unit() {
  if (at_ >= text_.size()) return false;
  const CodePoint c = text::decode(text_, at_);
  switch (text::classify(c.value)) {
    case CharClass::kLetter:
    case CharClass::kIdeograph:
      read_word();
      break;
    case CharClass::kDigit:
      read_number();
      break;
    case CharClass::kEmoji:
      read_emoji(c);
      break;
    case CharClass::kNewline:
      negation_left_ = 0;
      at_ += c.bytes;
      break;
    case CharClass::kSpace:
    case CharClass::kIgnorable:
      at_ += c.bytes;
      break;
    case CharClass::kApostrophe:
    case CharClass::kQuestion:
    case CharClass::kExclamation:
    case CharClass::kSentenceEnd:
    case CharClass::kClauseEnd:
    case CharClass::kOther:
      if (c.value == '@' && letter_at(at_ + 1)) {
        read_mention();
      } else if (c.value == '#' && letter_at(at_ + 1)) {
        ++hashtags_;
        ++at_;
      } else {
        read_marks();
      }
      break;
  }
  return true;
}

// "@ana", "@491701234567": a name, which says nothing.
void NgramReader::read_mention() {
  ++mentions_;
  ++at_;
  while (at_ < text_.size() && (letter_at(at_) || text_[at_] == '_')) at_ += text::decode(text_, at_).bytes;
}

void NgramReader::read_number() {
  ++numbers_;
  while (at_ < text_.size()) {
    const CodePoint c = text::decode(text_, at_);
    const bool inner =
        (c.value == '.' || c.value == ',' || c.value == ':' || c.value == '/') && is_ascii_digit(byte_at(at_ + 1));
    if (text::classify(c.value) != CharClass::kDigit && !inner) break;
    at_ += c.bytes;
  }
  emit_unit(append(kStart, '0'));
}

// Joined emoji and skin tones: the first character says enough.
void NgramReader::read_emoji(CodePoint c) {
  ++emoji_;
  at_ += c.bytes;
  bool joined = false;
  while (at_ < text_.size()) {
    const CodePoint next = text::decode(text_, at_);
    const CharClass kind = text::classify(next.value);
    if (kind == CharClass::kIgnorable) {
      joined = next.value == 0x200D;
    } else if (!(joined && kind == CharClass::kEmoji)) {
      break;
    } else {
      joined = false;
    }
    at_ += next.bytes;
  }
  const std::uint64_t unit = append(0, c.value);
  note_valence(unit, false);
  emit_unit(unit);
  negation_left_ = 0;
}

// ":D" and its like: eyes, perhaps a nose, and a letter for a mouth.
bool NgramReader::read_emoticon() {
  const char eyes = byte_at(at_);
  if (eyes != ':' && eyes != ';' && eyes != '=') return false;
  const std::size_t mouth = at_ + (byte_at(at_ + 1) == '-' ? 2 : 1);
  const char m = byte_at(mouth);
  if (m == '\0' || std::strchr("DPpOoSsXx3", m) == nullptr || letter_at(mouth + 1)) return false;
  const std::uint64_t unit =
      append(append(append(0, static_cast<unsigned char>(eyes)), mouth - at_), static_cast<unsigned char>(m));
  at_ = mouth + 1;
  note_valence(unit, false);
  emit_unit(unit);
  return true;
}

void NgramReader::read_marks() {
  if (read_emoticon()) return;
  std::uint64_t unit = 0;
  std::size_t kept = 0;
  bool heart = byte_at(at_) == '<' && byte_at(at_ + 1) == '3';
  bool ends_clause = false;
  while (at_ < text_.size()) {
    const CodePoint c = text::decode(text_, at_);
    const CharClass kind = text::classify(c.value);
    const bool mark = kind == CharClass::kQuestion || kind == CharClass::kExclamation ||
                      kind == CharClass::kSentenceEnd || kind == CharClass::kClauseEnd || kind == CharClass::kOther ||
                      kind == CharClass::kApostrophe || (heart && c.value == '3');
    if (!mark || (kept > 0 && (c.value == '@' || c.value == '#') && letter_at(at_ + 1))) break;
    exclamations_ += kind == CharClass::kExclamation ? 1u : 0u;
    questions_ += kind == CharClass::kQuestion ? 1u : 0u;
    dots_ += kind == CharClass::kSentenceEnd ? 1u : 0u;
    ends_clause = ends_clause || kind == CharClass::kSentenceEnd || kind == CharClass::kExclamation ||
                  kind == CharClass::kQuestion || kind == CharClass::kClauseEnd;
    if (kept < kMaxMarks) {
      unit = append(unit, c.value);
      ++kept;
    }
    at_ += c.bytes;
  }
  if (ends_clause) negation_left_ = 0;
  note_valence(unit, false);
  emit_unit(unit);
}

// A word up to what cannot be in one; one longer than kMaxLetters ends there and goes on as another.
void NgramReader::read_word() {
  const std::size_t start = at_;
  letter_count_ = 0;
  run_ = 0;
  upper_ = 0;
  elongated_ = false;
  while (at_ < text_.size() && letter_count_ < kMaxLetters) {
    const CodePoint c = text::decode(text_, at_);
    const CharClass kind = text::classify(c.value);
    if (kind == CharClass::kIdeograph) {
      if (letter_count_ == 0) add_letter(c);
      break;
    }
    if (kind == CharClass::kApostrophe) {
      if (!letter_at(at_ + c.bytes)) break;
      if (splits_at_apostrophe(at_ + c.bytes)) {
        at_ += c.bytes;
        break;
      }
      at_ += c.bytes;
    } else if (kind == CharClass::kIgnorable) {
      at_ += c.bytes;
    } else if (kind == CharClass::kLetter || kind == CharClass::kDigit) {
      add_letter(c);
    } else {
      break;
    }
  }
  if (at_ == start) at_ += text::decode(text_, at_).bytes;
  if (letter_count_ == 0) return;
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < letter_count_; ++i) word = append(word, letters_[i]);
  if (read_link(word)) return;
  finish_word(word);
}

// "l'amore", "j'adore" are two words; "don't", "i'm", "it's" are one.
bool NgramReader::splits_at_apostrophe(std::size_t at) const {
  return letter_count_ <= 2 && letter_at(at) && letter_at(at + 1) && letter_at(at + 2);
}

void NgramReader::add_letter(CodePoint c) {
  at_ += c.bytes;
  ++scripts_[script_of(c.value)];
  const bool ascii = c.value < 0x80;
  upper_ += (ascii ? c.value >= 'A' && c.value <= 'Z' : text::is_upper(c.value)) ? 1u : 0u;
  const std::uint64_t letter = letter_of(c.value, options_.fold);
  if (letter == 0) return;
  const bool digit = ascii && is_ascii_digit(static_cast<char>(c.value));
  run_ = letter_count_ > 0 && letters_[letter_count_ - 1] == letter && !digit ? run_ + 1 : 1;
  if (run_ > kKeptRun) {
    elongated_ = true;
    return;
  }
  letters_[letter_count_++] = letter;
}

// A link that begins with the word just read, or the e-mail address that does.
bool NgramReader::read_link(std::uint64_t word) {
  static const std::uint64_t kHttp = hash_word("http"), kHttps = hash_word("https"), kWww = hash_word("www");
  const bool scheme = word == kHttp || word == kHttps;
  const bool address = byte_at(at_) == '@' && letter_at(at_ + 1);
  if (!scheme && !(word == kWww && byte_at(at_) == '.') && !address) return false;
  skip_to_space();
  ++links_;
  emit_unit(append(kStart, 'l'));
  return true;
}

void NgramReader::skip_to_space() {
  while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) > ' ') ++at_;
}

void NgramReader::finish_word(std::uint64_t word) {
  ++words_;
  shouted_ += letter_count_ >= 3 && upper_ == letter_count_ ? 1u : 0u;
  elongated_words_ += elongated_ ? 1u : 0u;
  emit_across();
  emit_char_grams();
  const bool negated = negation_left_ > 0;
  emit(NgramFamily::kWord, word);
  if (negated) emit(NgramFamily::kNegatedWord, word);
  note_valence(word, negated);
  emit(NgramFamily::kWordPair, append(last_, word));
  if (before_last_ != 0) {
    emit(NgramFamily::kWordTriple, append(append(before_last_, last_), word));
    emit(NgramFamily::kSkipPair, append(before_last_, word));
  }
  before_last_ = last_;
  last_ = word;
  if (is_negator(word)) {
    negation_left_ = kNegatedWords;
  } else if (negated) {
    --negation_left_;
  }
  if (is_contrast(word)) {
    positive_ /= 2;
    negative_ /= 2;
    clause_weight_ = kBehindContrast / 2.0F;
  }
}

// A unit that is no word.
void NgramReader::emit_unit(std::uint64_t unit) {
  emit(NgramFamily::kSymbol, unit);
  emit(NgramFamily::kWordPair, append(last_, unit));
  before_last_ = last_;
  last_ = unit;
  tail_count_ = 0;
}

void NgramReader::emit_char_grams() {
  if (!has(NgramFamily::kCharInWord)) return;
  const std::size_t padded = letter_count_ + 2;
  const auto letter = [&](std::size_t i) { return i == 0 || i + 1 == padded ? kBorder : letters_[i - 1]; };
  for (std::size_t start = 0; start < padded; ++start) {
    std::uint64_t hash = 0;
    const std::size_t end = std::min<std::size_t>(padded, start + options_.char_max);
    for (std::size_t i = start; i < end; ++i) {
      hash = append(hash, letter(i));
      if (i + 1 - start >= options_.char_min) emit(NgramFamily::kCharInWord, hash);
    }
  }
}

// The last two letters of the word before, a space and the first two of this one, and what three or more of them say.
void NgramReader::emit_across() {
  const std::size_t head = std::min<std::size_t>(letter_count_, 2);
  if (has(NgramFamily::kCharAcross) && tail_count_ > 0) {
    for (std::size_t first = 0; first < tail_count_; ++first) {
      std::uint64_t hash = 0;
      for (std::size_t i = first; i < tail_count_; ++i) hash = append(hash, tail_[i]);
      hash = append(hash, kBorder);
      for (std::size_t i = 0; i < head; ++i) {
        hash = append(hash, letters_[i]);
        emit(NgramFamily::kCharAcross, hash);
      }
    }
  }
  tail_count_ = std::min<std::size_t>(letter_count_, tail_.size());
  for (std::size_t i = 0; i < tail_count_; ++i) tail_[i] = letters_[letter_count_ - tail_count_ + i];
}

// A denied word says about three quarters of the opposite (Hutto and Gilbert 2014).
void NgramReader::note_valence(std::uint64_t unit, bool negated) {
  if (!has(NgramFamily::kLexicon)) return;
  float valence = lexicon_.valence(unit);
  if (valence == 0) return;
  constexpr float kDenied = -0.74F;
  valence *= (negated ? kDenied : 1) * clause_weight_;
  (valence > 0 ? positive_ : negative_) += valence;
  if (std::abs(valence) > std::abs(strongest_)) strongest_ = valence;
  last_valence_ = valence;
}

void NgramReader::emit_bucket(NgramFamily family, unsigned what, unsigned value) {
  emit(family, (std::uint64_t{what} << 32) | (value + 1));
}

void NgramReader::emit_end() {
  if (words_ + emoji_ + exclamations_ + questions_ + dots_ + numbers_ + links_ + mentions_ == 0 && last_ == kStart)
    return;
  emit(NgramFamily::kWordPair, append(last_, kEnd));
  emit_style();
  emit_lexicon();
  if (has(NgramFamily::kScript)) {
    const auto most = std::max_element(scripts_.begin(), scripts_.end());
    if (*most > 0) emit_bucket(NgramFamily::kScript, 0, static_cast<unsigned>(most - scripts_.begin()));
  }
}

void NgramReader::emit_style() {
  if (!has(NgramFamily::kStyle)) return;
  const std::uint32_t counts[] = {words_, shouted_,  elongated_words_, exclamations_, questions_, dots_,
                                  links_, mentions_, hashtags_,        numbers_,      emoji_};
  unsigned what = 0;
  for (const std::uint32_t count : counts) emit_bucket(NgramFamily::kStyle, what++, std::min(log_bucket(count), 9u));
}

void NgramReader::emit_lexicon() {
  if (!has(NgramFamily::kLexicon)) return;
  const auto steps = [](float value, float step) {
    return static_cast<unsigned>(std::clamp(std::lround(value / step), -12L, 12L) + 12);
  };
  const float sum = positive_ + negative_;
  const float compound = sum / std::sqrt(sum * sum + 15);
  // A thermometer: each step that is passed is a feature, so that neighbours share what they learn.
  const unsigned reached = steps(compound, 0.1F);
  for (unsigned step = 13; step <= reached; ++step) emit_bucket(NgramFamily::kLexicon, 0, step);
  for (unsigned step = 11; step + 1 > reached; --step) emit_bucket(NgramFamily::kLexicon, 1, step);
  emit_bucket(NgramFamily::kLexicon, 2, reached);
  emit_bucket(NgramFamily::kLexicon, 3, steps(positive_, 1));
  emit_bucket(NgramFamily::kLexicon, 4, steps(negative_, 1));
  emit_bucket(NgramFamily::kLexicon, 5, steps(strongest_, 0.5F));
  emit_bucket(NgramFamily::kLexicon, 6, steps(last_valence_, 1));
}

std::uint64_t ngram_unit(std::string_view text, const NgramOptions& options) {
  const NgramLexicon none;
  NgramOptions plain = options;
  plain.families = bit(NgramFamily::kWord) | bit(NgramFamily::kSymbol);
  NgramReader reader(text, plain, none);
  std::uint64_t unit = 0;
  for (std::span<const std::uint64_t> block; reader.next(block);) {
    if (unit != 0) return 0;
    unit = reader.last_unit();
  }
  return unit;
}

}  // namespace rapport::ml
