#include "text/tokens.h"

#include <algorithm>
#include <cstring>

#include "text/links.h"

namespace rapport::text {
namespace {

constexpr std::size_t kMaxPlaceholderBytes = 48;
constexpr std::uint32_t kKeptRun = 2;  // letters kept of a run such as "goooood"
constexpr char32_t kSmile = 0x1F642;
constexpr char32_t kSad = 0x1F641;
constexpr char32_t kHeart = 0x2764;

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_in_word(CharClass c) {
  return c == CharClass::kLetter || c == CharClass::kDigit;
}
bool is_regional(char32_t c) {
  return c >= 0x1F1E6 && c <= 0x1F1FF;
}

}  // namespace

CharClass Scanner::class_at(std::size_t at) const {
  return at < text_.size() ? classify(decode(text_, at).value) : CharClass::kSpace;
}

bool Scanner::next(Token& token) {
  token = Token{};
  while (at_ < text_.size()) {
    const CodePoint c = decode(text_, at_);
    switch (classify(c.value)) {
      case CharClass::kLetter:
      case CharClass::kIdeograph:
        if (read_word(token)) return true;
        break;
      case CharClass::kDigit:
        read_number(token);
        return true;
      case CharClass::kQuestion:
      case CharClass::kExclamation:
        read_marks(token);
        return true;
      case CharClass::kEmoji:
        at_ += c.bytes;
        read_emoji(token, c.value);
        return true;
      case CharClass::kClauseEnd:
        if (read_emoticon(token)) return true;
        at_ += c.bytes;
        token.kind = TokenKind::kClauseEnd;
        return true;
      case CharClass::kSentenceEnd:
        at_ += c.bytes;
        token.kind = TokenKind::kSentenceEnd;
        return true;
      case CharClass::kNewline:
        at_ += c.bytes;
        token.kind = TokenKind::kLineEnd;
        return true;
      case CharClass::kOther:
        if (read_emoticon(token) || read_placeholder(token)) return true;
        if (read_email()) break;
        at_ += c.bytes;
        if (c.value == '-' && class_at(at_) == CharClass::kSpace) {
          token.kind = TokenKind::kClauseEnd;
          return true;
        }
        break;
      case CharClass::kSpace:
      case CharClass::kApostrophe:
      case CharClass::kIgnorable:
        at_ += c.bytes;
        break;
    }
  }
  return false;
}

void Scanner::add_letter(Token& token, CodePoint c) {
  at_ += c.bytes;
  ++token.length;
  token.upper += is_upper(c.value) ? 1u : 0u;
  if (word_size_ > kMaxWordBytes) return;
  const std::size_t n = fold_into(c.value, word_ + word_size_);
  const char single = n == 1 ? word_[word_size_] : '\0';
  run_ = single != '\0' && single == last_letter_ && is_ascii_letter(single) ? run_ + 1 : 1;
  last_letter_ = single;
  if (run_ > kKeptRun) {
    token.elongated = true;
  } else {
    word_size_ += n;
  }
}

// As add_letter, for the letters and digits of most words of most chats.
void Scanner::add_ascii(Token& token, char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  const char lower = upper ? static_cast<char>(c | 0x20) : c;
  ++at_;
  ++token.length;
  token.upper += upper ? 1u : 0u;
  if (word_size_ > kMaxWordBytes) return;
  run_ = lower == last_letter_ && !is_ascii_digit(lower) ? run_ + 1 : 1;
  last_letter_ = lower;
  if (run_ > kKeptRun) {
    token.elongated = true;
  } else {
    word_[word_size_++] = lower;
  }
}

// A word, or the link that begins with it. False: it was an e-mail address, which is nothing.
bool Scanner::read_word(Token& token) {
  word_start_ = at_;
  word_size_ = 0;
  last_letter_ = 0;
  run_ = 0;
  while (at_ < text_.size()) {
    const CodePoint c = decode(text_, at_);
    const CharClass kind = classify(c.value);
    if (is_in_word(kind) && c.bytes == 1) {
      add_ascii(token, static_cast<char>(c.value));
    } else if (is_in_word(kind)) {
      add_letter(token, c);
    } else if (kind == CharClass::kIdeograph) {
      if (word_size_ == 0) add_letter(token, c);
      break;
    } else if (kind == CharClass::kIgnorable ||
               (kind == CharClass::kApostrophe && class_at(at_ + c.bytes) == CharClass::kLetter)) {
      at_ += c.bytes;
    } else {
      break;
    }
  }
  if (read_link(token)) return true;
  if (read_email()) return false;
  token.kind = TokenKind::kWord;
  if (word_size_ <= kMaxWordBytes) token.folded = {word_, word_size_};
  return true;
}

bool Scanner::read_link(Token& token) {
  const std::string_view word(word_, std::min(word_size_, kMaxWordBytes));
  const bool scheme = text_.substr(at_, 3) == "://" && (word == "http" || word == "https");
  bool link = scheme || (word == "www" && byte_at(at_) == '.' && class_at(at_ + 1) == CharClass::kLetter);
  const char after = byte_at(at_);
  if (!link && (after == '.' || after == '-') && at_ >= no_host_before_) {
    std::size_t scanned = 0;
    link = starts_with_host(text_.substr(word_start_), scanned);
    no_host_before_ = word_start_ + scanned;
  }
  if (!link) return false;
  skip_to_space();
  token = Token{};
  token.kind = TokenKind::kLink;
  return true;
}

// The rest of "name@example.com" behind its first word. A mention ("@ana") is none: nothing stands before its @.
bool Scanner::read_email() {
  if (byte_at(at_) != '@' || at_ == 0) return false;
  if (!is_in_word(class_at(at_ + 1)) || static_cast<unsigned char>(text_[at_ - 1]) <= ' ') return false;
  skip_to_space();
  return true;
}

// To the next space; marks that end a sentence behind an address belong to the sentence.
void Scanner::skip_to_space() {
  std::size_t end = at_;
  while (end < text_.size() && static_cast<unsigned char>(text_[end]) > ' ') ++end;
  while (end > at_ && std::strchr("?!.,;:)*_~\"'", text_[end - 1]) != nullptr) --end;
  at_ = end;
}

void Scanner::read_number(Token& token) {
  token.kind = TokenKind::kNumber;
  while (at_ < text_.size()) {
    const CodePoint c = decode(text_, at_);
    const bool inner = (c.value == '.' || c.value == ',' || c.value == ':' || c.value == '/') &&
                       class_at(at_ + 1) == CharClass::kDigit;
    if (classify(c.value) != CharClass::kDigit && !inner) return;
    at_ += c.bytes;
  }
}

void Scanner::read_marks(Token& token) {
  token.kind = TokenKind::kExclamation;
  while (at_ < text_.size()) {
    const CodePoint c = decode(text_, at_);
    const CharClass kind = classify(c.value);
    if (kind == CharClass::kQuestion) {
      token.kind = TokenKind::kQuestion;
    } else if (kind != CharClass::kExclamation && kind != CharClass::kIgnorable) {
      return;
    }
    at_ += c.bytes;
    ++token.length;
  }
}

// Joined emoji ("family") and flags are one.
void Scanner::read_emoji(Token& token, char32_t emoji) {
  token.kind = TokenKind::kEmoji;
  token.emoji = emoji;
  bool joined = false;
  bool flag = is_regional(emoji);
  while (at_ < text_.size()) {
    const CodePoint c = decode(text_, at_);
    const CharClass kind = classify(c.value);
    if (kind == CharClass::kIgnorable) {
      joined = joined || c.value == 0x200D;
    } else if (kind == CharClass::kEmoji && (joined || (flag && is_regional(c.value)))) {
      joined = false;
      flag = false;
    } else {
      return;
    }
    at_ += c.bytes;
  }
}

bool Scanner::read_emoticon(Token& token) {
  const char eyes = byte_at(at_);
  if (eyes == '<' && byte_at(at_ + 1) == '3' && !is_ascii_digit(byte_at(at_ + 2))) {
    token.emoji = kHeart;
    at_ += 2;
  } else if (eyes == ':' || eyes == '=' || eyes == ';') {
    const std::size_t mouth = at_ + (byte_at(at_ + 1) == '-' ? 2 : 1);
    const char m = byte_at(mouth);
    const bool letter_mouth = (m == 'D' || m == 'P') && !is_ascii_letter(byte_at(mouth + 1));
    if (m != ')' && m != '(' && !letter_mouth) return false;
    token.emoji = m == '(' ? kSad : kSmile;
    at_ = mouth + 1;
  } else {
    return false;
  }
  token.kind = TokenKind::kEmoji;
  return true;
}

// {{1}} {name} $name$ %1$s %s: what a template is filled in at.
bool Scanner::read_placeholder(Token& token) {
  const char open = byte_at(at_);
  std::size_t end = at_;
  if (open == '{' || open == '$') {
    const bool doubled = open == '{' && byte_at(at_ + 1) == '{';
    const char close = open == '{' ? '}' : '$';
    const std::size_t inside = at_ + (doubled ? 2 : 1);
    end = inside;
    while (end - at_ < kMaxPlaceholderBytes &&
           (is_ascii_letter(byte_at(end)) || is_ascii_digit(byte_at(end)) || byte_at(end) == '_' ||
            (open == '{' && (byte_at(end) == ' ' || byte_at(end) == '.')))) {
      ++end;
    }
    const bool named = end > inside && (open == '{' || is_ascii_letter(byte_at(inside)));
    if (!named || byte_at(end) != close || (doubled && byte_at(end + 1) != '}')) return false;
    end += doubled ? 2 : 1;
  } else if (open == '%') {
    end = at_ + 1;
    while (is_ascii_digit(byte_at(end)) && end - at_ < 4) ++end;
    if (byte_at(end) == '$') ++end;
    const bool filled = (byte_at(end) == 's' || byte_at(end) == 'd') && !is_ascii_letter(byte_at(end + 1));
    if (!filled || (at_ > 0 && is_ascii_digit(text_[at_ - 1]))) return false;
    ++end;
  } else {
    return false;
  }
  at_ = end;
  token.kind = TokenKind::kPlaceholder;
  return true;
}

}  // namespace rapport::text
