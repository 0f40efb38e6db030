#include "translation/protected_spans.h"

#include <algorithm>

#include "translation/characters.h"
#include "translation/emoji.h"
#include "translation/markup.h"
#include "translation/span_readers.h"

namespace rapport::translation {
namespace {

class SpanScanner {
 public:
  SpanScanner(std::string_view text, const Glossary& glossary) : text_(text), glossary_(glossary) {}

  std::vector<Span> scan() {
    char32_t before = 0;
    for (std::size_t at = 0; at < text_.size();) {
      const text::CodePoint c = text::decode(text_, at);
      const Span found = look_at(at, c.value, before);
      if (found.end > found.begin) {
        spans_.push_back(found);
        before = character_before(text_, found.end);
        at = found.end;
      } else {
        before = c.value;
        at += c.bytes;
      }
    }
    return std::move(spans_);
  }

 private:
  /// The longest span at this place, empty when there is none.
  Span look_at(std::size_t at, char32_t c, char32_t before) {
    best_ = {at, at};
    if (is_space(c)) return best_;
    const bool inside_word = joins(c) && joins(before);
    if (!inside_word) {
      if (c < 0x80 && !joins(before)) read_ascii(at, static_cast<char>(c), before);
      if (is_digit(c) || c >= 0x80 || c == '$') read_number(at);
      const Glossary::Found term = glossary_.find(text_, at);
      if (term.bytes > 0 && term.bytes >= best_.end - at)
        best_ = {at, at + term.bytes, SpanKind::kTerm, Span::kNone, term.term};
    }
    read_marks(at);
    return best_;
  }

  void offer(std::size_t bytes, SpanKind kind) {
    if (bytes > best_.end - best_.begin) best_ = {best_.begin, best_.begin + bytes, kind};
  }

  /// What begins at the start of a word with a character of ASCII.
  void read_ascii(std::size_t at, char c, char32_t before) {
    if (is_ascii_alnum(c)) {
      offer(readers::url(text_, at, no_host_before_), SpanKind::kUrl);
      offer(readers::email(text_, at), SpanKind::kEmail);
      read_code(at);
    }
    if (is_ascii_digit(c) || c == '+' || c == '(') offer(readers::phone(text_, at), SpanKind::kPhone);
    if (is_ascii_letter(c) || c == '-' || c == '+') read_number(at);
    if (c == '@') offer(readers::mention(text_, at), SpanKind::kMention);
    if (c == '#') offer(readers::hashtag(text_, at), SpanKind::kHashtag);
    if (c == ':') offer(readers::shortcode(text_, at), SpanKind::kShortcode);
    if (before == 0 || is_space(before)) offer(readers::emoticon(text_, at), SpanKind::kEmoji);
  }

  void read_code(std::size_t at) {
    if (at < no_code_before_) return;
    const readers::Run run = readers::code(text_, at);
    if (run.is_code) {
      offer(run.bytes, SpanKind::kCode);
    } else {
      no_code_before_ = at + run.bytes;
    }
  }

  void read_number(std::size_t at) {
    if (at < no_number_before_) return;
    const readers::Number number = readers::number(text_, at);
    if (number.bytes == 0) no_number_before_ = at + number.scanned;
    offer(number.bytes, number.is_amount ? SpanKind::kAmount : SpanKind::kNumber);
  }

  /// What may stand anywhere.
  void read_marks(std::size_t at) {
    offer(readers::placeholder(text_, at), SpanKind::kPlaceholder);
    offer(readers::tag(text_, at), SpanKind::kTag);
    offer(emoji_bytes(text_.substr(at)), SpanKind::kEmoji);
  }

  std::string_view text_;
  const Glossary& glossary_;
  std::vector<Span> spans_;
  Span best_;
  std::size_t no_host_before_ = 0;  // nothing of its kind begins before these places
  std::size_t no_code_before_ = 0;
  std::size_t no_number_before_ = 0;
};

/// Both in the order of the text; `partner` of markup becomes the index in the result.
std::vector<Span> merge(const std::vector<Span>& others, const std::vector<Span>& markup) {
  std::vector<Span> all;
  all.reserve(others.size() + markup.size());
  std::vector<std::size_t> place(markup.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < markup.size(); ++i) {
    while (next < others.size() && others[next].begin < markup[i].begin) all.push_back(others[next++]);
    place[i] = all.size();
    all.push_back(markup[i]);
  }
  all.insert(all.end(), others.begin() + static_cast<std::ptrdiff_t>(next), others.end());
  for (const std::size_t i : place) {
    if (all[i].partner != Span::kNone) all[i].partner = place[all[i].partner];
  }
  return all;
}

}  // namespace

std::vector<Span> protected_spans(std::string_view text, const Glossary& glossary) {
  const std::vector<Span> others = SpanScanner(text, glossary).scan();
  return merge(others, markup_spans(text, others));
}

std::size_t placeholder_count(const std::vector<Span>& spans) {
  return static_cast<std::size_t>(std::count_if(spans.begin(), spans.end(), [&](const Span& span) {
    const auto index = static_cast<std::size_t>(&span - spans.data());
    const bool second_half = span.partner != Span::kNone && span.partner < index;
    return span.kind != SpanKind::kNumber && !second_half;
  }));
}

std::string_view replacement(const Span& span, std::string_view text, const Glossary& glossary) {
  if (span.term == Span::kNone || glossary.target(span.term).empty()) return span.of(text);
  return glossary.target(span.term);
}

}  // namespace rapport::translation
