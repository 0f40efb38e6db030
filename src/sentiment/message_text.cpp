#include "sentiment/message_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "text/tokens.h"
#include "text/unicode.h"

namespace rapport::sentiment {
namespace {

constexpr std::string_view kMarks = "*_~`";
constexpr std::string_view kBeforeOpening = "*_~`([{\"'";  // or white space
constexpr std::string_view kAfterClosing = "*_~`)]}\"'.,:;!?";
constexpr std::size_t kMaxExportMarkBytes = 64;  // "<Arquivo de mídia oculto>"

bool is_letter_or_digit(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
}

bool is_space(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

/// Whether a line quotes: its > is not the brow of an emoticon (">:(", ">_<") and not a comparison (">100").
bool is_quote(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t");
  if (at == std::string_view::npos || line[at] != '>') return false;
  const std::size_t next = line.find_first_not_of('>', at);
  if (next == std::string_view::npos || is_space(line[next])) return true;
  const bool digit = line[next] >= '0' && line[next] <= '9';
  return (is_letter_or_digit(line[next]) && !digit) || line[next] == '"' || line[next] == '@' || line[next] == '*';
}

std::string without_quotes(std::string_view text, bool& quotes) {
  std::string own;
  own.reserve(text.size());
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (is_quote(line)) {
      quotes = true;
    } else {
      if (!own.empty()) own += '\n';
      own += line;
    }
    begin = end + 1;
  }
  return own;
}

/// Finds the marks of formatting in a text. A mark opens where a word may begin and closes on the same line where a
/// word has ended, as WhatsApp has it; what lies between must hold a letter, so that "*_*" stays a face.
class Formatting {
 public:
  explicit Formatting(std::string_view text) : text_(text), is_mark_(text.size()) {
    for (std::size_t at = 0; at < text_.size();) at += look_at(at);
  }

  std::string plain() const {
    std::string out;
    out.reserve(text_.size());
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (!is_mark_[i]) out += text_[i];
    }
    return out;
  }

 private:
  struct Opening {
    std::size_t at = 0;
    std::size_t letters = 0;
    bool open = false;
  };

  std::size_t look_at(std::size_t at) {
    const char c = text_[at];
    if (text_.substr(at, 3) == "```") {
      std::fill_n(is_mark_.begin() + static_cast<std::ptrdiff_t>(at), 3, true);
      return 3;
    }
    if (c == '\n') openings_ = {};
    if (is_letter_or_digit(c)) ++letters_;
    const std::size_t kind = kMarks.find(c);
    if (kind != std::string_view::npos) read_mark(openings_[kind], at);
    return 1;
  }

  void read_mark(Opening& opening, std::size_t at) {
    const char before = at > 0 ? text_[at - 1] : ' ';
    const char after = at + 1 < text_.size() ? text_[at + 1] : ' ';
    const bool closes = !is_space(before) && (is_space(after) || kAfterClosing.find(after) != std::string_view::npos);
    const bool opens = (is_space(before) || kBeforeOpening.find(before) != std::string_view::npos) && !is_space(after);
    if (opening.open && closes && letters_ > opening.letters) {
      is_mark_[opening.at] = true;
      is_mark_[at] = true;
      opening.open = false;
    } else if (opens && after != text_[at]) {
      opening = {at, letters_, true};
    }
  }

  std::string_view text_;
  std::vector<bool> is_mark_;
  std::array<Opening, kMarks.size()> openings_ = {};
  std::size_t letters_ = 0;  // letters and digits so far
};

void trim(std::string& text) {
  const auto* const begin = std::find_if_not(text.data(), text.data() + text.size(), is_space);
  std::size_t size = text.size() - static_cast<std::size_t>(begin - text.data());
  while (size > 0 && is_space(begin[size - 1])) --size;
  text = std::string(begin, size);
}

/// "<Media omitted>", in whatever language the export was made.
bool is_export_mark(std::string_view words) {
  const std::size_t open = words.find_first_of("<");
  if (open == std::string_view::npos || words.size() > kMaxExportMarkBytes || words.back() != '>') return false;
  if (words.find_first_of("<>", open + 1) != words.size() - 1 || words.size() - open < 4) return false;
  for (std::size_t at = 0; at < open;) {  // invisible marks of direction may stand before it
    const text::CodePoint c = text::decode(words, at);
    if (text::classify(c.value) != text::CharClass::kIgnorable) return false;
    at += c.bytes;
  }
  return is_letter_or_digit(words[open + 1]);
}

/// Looks for words; where there are none, for what there is instead.
void look_for_words(MessageText& message) {
  using text::TokenKind;
  const bool is_mark = is_export_mark(message.words);
  bool links = message.words.find('@') != std::string::npos;  // e-mail addresses are no token
  bool placeholders = is_mark;
  message.has_words = false;
  message.has_letters = false;
  text::Scanner scanner(message.words);
  for (text::Token token; !is_mark && !message.has_letters && scanner.next(token);) {
    message.has_letters = token.kind == TokenKind::kWord;
    message.has_words = message.has_words || message.has_letters || token.kind == TokenKind::kNumber ||
                        token.kind == TokenKind::kEmoji || token.kind == TokenKind::kQuestion ||
                        token.kind == TokenKind::kExclamation;
    links = links || token.kind == TokenKind::kLink;
    placeholders = placeholders || token.kind == TokenKind::kPlaceholder;
  }
  if (message.has_words) return;
  message.reason = placeholders ? NotAnalyzed::kPlaceholders : links ? NotAnalyzed::kLinks : NotAnalyzed::kMarks;
}

}  // namespace

std::string_view to_string(NotAnalyzed reason) {
  switch (reason) {
    case NotAnalyzed::kBlank:
      return "blank";
    case NotAnalyzed::kQuote:
      return "quote_only";
    case NotAnalyzed::kLinks:
      return "links_only";
    case NotAnalyzed::kPlaceholders:
      return "placeholders_only";
    case NotAnalyzed::kMarks:
      return "marks_only";
    case NotAnalyzed::kOutbound:
      return "outbound";
  }
  return {};
}

bool is_blank(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::decode(text, at);
    const text::CharClass kind = text::classify(c.value);
    const bool nothing = kind == text::CharClass::kSpace || kind == text::CharClass::kNewline ||
                         kind == text::CharClass::kIgnorable || c.value < 0x20 || c.value == 0x7f;
    if (!nothing) return false;
    at += c.bytes;
  }
  return true;
}

MessageText read_message(std::string_view text) {
  MessageText message;
  bool quotes = false;
  message.words = Formatting(without_quotes(text, quotes)).plain();
  trim(message.words);
  if (is_blank(message.words)) {
    message.has_words = false;
    message.has_letters = false;
    message.reason = quotes ? NotAnalyzed::kQuote : NotAnalyzed::kBlank;
    return message;
  }
  look_for_words(message);
  return message;
}

}  // namespace rapport::sentiment
