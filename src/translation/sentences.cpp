// Where sentences end in chats. Marks decide, as no model of a language is at hand: a mark that is unmistakable (? !
// and the full stops of scripts that have one of their own) always ends a sentence, a point only where it is no part of
// an abbreviation, initial or list number, an ellipsis only where a capital or a script without capitals follows. A
// sentence too much costs little (it is translated by itself), one too few is longer than what models were trained on.

#include "translation/sentences.h"

#include <algorithm>
#include <array>

#include "text/unicode.h"
#include "translation/characters.h"

namespace rapport::translation {
namespace {

constexpr std::size_t kMaxAbbreviationBytes = 12;
constexpr std::size_t kMinWordsBesideEmoji = 2;

// Lower case, without the point: titles, and what is shortened in addresses, of several languages.
constexpr std::array<std::string_view, 30> kAbbreviations = {
    "apt", "approx", "av", "ave",  "bzw", "dept", "dr", "dra", "exmo", "gral", "jr", "mlle", "mme", "mr",  "mrs",
    "ms",  "mt",     "pb", "prof", "pte", "sig",  "sr", "sra", "srta", "st",   "vs", "डॉ",   "श्री", "प्रो", "श्रीमती"};
// These only before a number: "No. 5", but "No. I will not."
constexpr std::array<std::string_view, 18> kBeforeNumbers = {"art", "cap", "ext", "fig", "no",  "nr",
                                                             "núm", "num", "op",  "p",   "pag", "pág",
                                                             "ph",  "ref", "rp",  "rs",  "tel", "vol"};

/// Ends a sentence wherever it stands, with no space behind it.
bool is_full_stop_of_its_own(char32_t c) {
  switch (c) {
    case 0x964:   // danda
    case 0x965:   // double danda
    case 0x3002:  // CJK full stop
    case 0xFF61:
    case 0xFF01:
    case 0xFF1F:
    case 0x61F:   // Arabic question mark
    case 0x6D4:   // Urdu full stop
    case 0x104B:  // Burmese
    case 0x17D4:  // Khmer
    case 0x1362:  // Ethiopic
    case 0x589:   // Armenian
      return true;
    default:
      return false;
  }
}

bool is_end_mark(char32_t c) {
  const text::CharClass kind = text::classify(c);
  if (c == 0xBF || c == 0xA1) return false;  // these open
  return is_full_stop_of_its_own(c) || kind == text::CharClass::kQuestion || kind == text::CharClass::kExclamation ||
         kind == text::CharClass::kSentenceEnd;
}

bool is_closing(char32_t c) {
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 || c == 0xBB || c == 0x300D ||
         c == 0x300F || c == 0xFF09;
}

bool is_clause_mark(char32_t c) {
  return c == ',' || c == ';' || c == ':' || c == 0x2014 || c == 0x2013 || c == 0x60C || c == 0x61B || c == 0x3001 ||
         c == 0xFF0C || c == 0xFF1B || c == 0xFF1A;
}

bool is_bullet(char32_t c) {
  return c == '-' || c == '*' || c == 0x2022 || c == 0x2013 || c == 0x2014 || c == 0xB7 || c == 0x25CF || c == 0x25E6 ||
         c == 0x25AA || c == 0x2023 || c == 0x2043;
}

std::size_t skip_spaces(std::string_view text, std::size_t at, std::size_t end) {
  while (at < end) {
    const text::CodePoint c = text::decode(text, at);
    if (!is_space(c.value)) break;
    at += c.bytes;
  }
  return at;
}

/// Behind the bullet or list number at `at`, and the space behind it; `at` where there is none.
std::size_t skip_bullet(std::string_view text, std::size_t at, std::size_t end) {
  std::size_t mark = at;
  const text::CodePoint first = at < end ? text::decode(text, at) : text::CodePoint{0, 0};
  if (is_bullet(first.value)) {
    mark = at + first.bytes;
  } else {
    while (mark < end && mark - at < 3 && is_ascii_alnum(text[mark])) ++mark;
    const bool listed = mark > at && mark < end && (text[mark] == '.' || text[mark] == ')') &&
                        (mark - at == 1 || is_ascii_digit(text[at]));
    if (!listed) return at;
    ++mark;
  }
  const std::size_t next = skip_spaces(text, mark, end);
  return next > mark && next < end ? next : at;
}

Passage trimmed(std::string_view text, Passage passage) {
  passage.begin = skip_spaces(text, passage.begin, passage.end);
  while (passage.end > passage.begin) {
    const char32_t last = character_before(text, passage.end);
    if (!is_space(last)) break;
    std::size_t size = 1;
    while (size < 4 && (static_cast<unsigned char>(text[passage.end - size]) & 0xC0) == 0x80) ++size;
    passage.end -= size;
  }
  return passage;
}

class Splitter {
 public:
  Splitter(std::string_view text, const std::vector<Span>& spans) : text_(text), spans_(spans) {}

  template <class Take>
  void for_each_line(Take take) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text_.size();) {
      const text::CodePoint c = text::decode(text_, at);
      if (text::classify(c.value) == text::CharClass::kNewline && !is_inside_span(at)) {
        take(Passage{begin, at});
        begin = at + c.bytes;
      }
      at += c.bytes;
    }
    take(Passage{begin, text_.size()});
  }

  /// Without the bullet.
  Passage content(Passage line) const {
    line = trimmed(text_, line);
    return trimmed(text_, {skip_bullet(text_, line.begin, line.end), line.end});
  }

  /// The sentences of one line, each given to `take`.
  template <class Take>
  void for_each_sentence(Passage line, Take take) {
    std::size_t begin = line.begin;
    std::size_t words = 0;
    char32_t before = 0;
    for (std::size_t at = line.begin; at < line.end;) {
      while (span_ < spans_.size() && spans_[span_].end <= at) ++span_;
      std::size_t cut = 0;
      if (span_ < spans_.size() && spans_[span_].begin <= at) {
        const Span& span = spans_[span_];
        if (span.kind == SpanKind::kEmoji && words >= kMinWordsBesideEmoji) cut = behind_emoji(line.end);
        at = std::min(span.end, line.end);
        before = 'x';
      } else {
        const text::CodePoint c = text::decode(text_, at);
        if (joins(c.value) && !joins(before)) ++words;
        before = c.value;
        at = is_end_mark(c.value) ? behind_marks(at, line.end, cut) : at + c.bytes;
      }
      if (cut == 0) continue;
      take(trimmed(text_, {begin, cut}));
      begin = at = cut;
      words = 0;
      before = 0;
    }
    take(trimmed(text_, {begin, line.end}));
  }

 private:
  bool is_inside_span(std::size_t at) {
    while (line_span_ < spans_.size() && spans_[line_span_].end <= at) ++line_span_;
    return line_span_ < spans_.size() && spans_[line_span_].begin <= at;
  }

  /// Behind the emoji at `span_` and those that follow it, where words go on after a space; else 0.
  std::size_t behind_emoji(std::size_t end) const {
    std::size_t at = spans_[span_].end;
    for (std::size_t next = span_ + 1; next < spans_.size() && spans_[next].kind == SpanKind::kEmoji; ++next) {
      if (skip_spaces(text_, at, end) != spans_[next].begin) break;
      at = spans_[next].end;
    }
    const std::size_t word = skip_spaces(text_, at, end);
    if (at >= end || word == at || !is_letter(character_at(text_, word))) return 0;
    const std::size_t next_space = std::min(text_.find(' ', word), end);
    return next_space < end ? at : 0;
  }

  /// Behind a run of end marks that starts at `at`. `cut`: where the sentence ends with it, 0 when it does not.
  std::size_t behind_marks(std::size_t at, std::size_t end, std::size_t& cut) const {
    const std::size_t start = at;
    bool certain = false;
    bool own = false;
    std::size_t points = 0;
    while (at < end) {
      const text::CodePoint c = text::decode(text_, at);
      if (!is_end_mark(c.value) || starts_span(at)) break;
      own = own || is_full_stop_of_its_own(c.value);
      const text::CharClass kind = text::classify(c.value);
      certain = certain || own || kind == text::CharClass::kQuestion || kind == text::CharClass::kExclamation;
      points += c.value == 0x2026 ? 3 : 1;
      at += c.bytes;
    }
    at = behind_closings(at, end);
    const std::size_t next = skip_spaces(text_, at, end);
    if (next >= end || (next == at && !own)) return at;
    const bool ends = certain || (points == 1 ? !is_abbreviation(start, next) : !is_lower_case(next));
    if (ends) cut = at;
    return at;
  }

  bool starts_span(std::size_t at) const {
    std::size_t next = span_;
    while (next < spans_.size() && spans_[next].begin < at) ++next;
    return next < spans_.size() && spans_[next].begin == at;
  }

  /// Closing quotes, brackets and halves of markup.
  std::size_t behind_closings(std::size_t at, std::size_t end) const {
    std::size_t next = span_;
    while (at < end) {
      while (next < spans_.size() && spans_[next].begin < at) ++next;
      const bool at_span = next < spans_.size() && spans_[next].begin == at;
      if (at_span && spans_[next].partner != Span::kNone && spans_[next].partner < next) {
        at = spans_[next].end;
        continue;
      }
      const text::CodePoint c = text::decode(text_, at);
      if (at_span || !is_closing(c.value)) break;
      at += c.bytes;
    }
    return at;
  }

  bool is_lower_case(std::size_t at) const {
    const char32_t c = character_at(text_, at);
    return is_letter(c) && c < 0x530 && !text::is_upper(c);
  }

  /// Whether the word before the point at `point` is shortened: "Dr.", "e.g.", "J.", "No. 5". `next`: what follows.
  bool is_abbreviation(std::size_t point, std::size_t next) const {
    std::size_t begin = point;
    while (begin > 0 && point - begin < kMaxAbbreviationBytes) {
      const auto byte = static_cast<unsigned char>(text_[begin - 1]);
      if (byte < 0x80 && !is_ascii_alnum(text_[begin - 1]) && byte != '.') break;
      --begin;
    }
    const std::string_view word = text_.substr(begin, point - begin);
    if (word.empty()) return true;
    const bool shortened = word.size() > 1 && word.find('.') != std::string_view::npos && word.size() <= 4;
    const bool initial = word.size() == 1 && is_ascii_letter(word[0]) &&
                         text::is_upper(static_cast<unsigned char>(word[0])) && word != "I";
    std::string lower(word);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto is_in = [&](const auto& list) { return std::find(list.begin(), list.end(), lower) != list.end(); };
    return shortened || initial || is_in(kAbbreviations) ||
           (is_digit(character_at(text_, next)) && is_in(kBeforeNumbers));
  }

  std::string_view text_;
  const std::vector<Span>& spans_;
  std::size_t span_ = 0;       // the first that ends behind the place looked at
  std::size_t line_span_ = 0;  // likewise, in the search for lines
};

/// Divides a passage of too many bytes.
class Divider {
 public:
  Divider(std::string_view text, const std::vector<Span>& spans, std::size_t max_bytes)
      : text_(text), spans_(spans), max_bytes_(max_bytes) {}

  template <class Take>
  void divide(Passage passage, Take take) {
    while (passage.end - passage.begin > max_bytes_) {
      const std::size_t cut = place_to_cut(passage);
      take(trimmed(text_, {passage.begin, cut}));
      passage = trimmed(text_, {cut, passage.end});
    }
    if (passage.end > passage.begin) take(passage);
  }

 private:
  /// Behind the last clause mark within the limit, if that is not in its first half; else behind the last space; else
  /// between characters. Never inside a span, unless the span is too long by itself.
  std::size_t place_to_cut(Passage passage) {
    const std::size_t limit = passage.begin + max_bytes_;
    std::size_t clause = 0;
    std::size_t space = 0;
    std::size_t character = 0;
    for (std::size_t at = passage.begin; at < limit;) {
      while (span_ < spans_.size() && spans_[span_].end <= at) ++span_;
      std::size_t next = at;
      char32_t c = 0;
      if (span_ < spans_.size() && spans_[span_].begin <= at) {
        next = spans_[span_].end;
      } else {
        const text::CodePoint point = text::decode(text_, at);
        c = point.value;
        next = at + point.bytes;
      }
      if (next > limit) break;
      const char32_t after = character_at(text_, next);
      const bool combining = text::classify(after) == text::CharClass::kIgnorable ||
                             (is_letter(after) && !joins(after) && c != 0 && joins(c));
      if (is_clause_mark(c) && (is_space(after) || is_written_without_spaces(after) || c > 0x2FFF)) clause = next;
      if (is_space(c)) space = next;
      if (!combining) character = next;
      at = next;
    }
    if (clause > passage.begin + max_bytes_ / 2) return clause;
    if (space > passage.begin) return space;
    if (character > passage.begin) return character;
    return span_ < spans_.size() && spans_[span_].begin <= passage.begin ? std::min(spans_[span_].end, passage.end)
                                                                         : limit;
  }

  std::string_view text_;
  const std::vector<Span>& spans_;
  const std::size_t max_bytes_;
  std::size_t span_ = 0;
};

}  // namespace

std::vector<Passage> sentences(std::string_view text, const std::vector<Span>& spans) {
  std::vector<Passage> found;
  Splitter splitter(text, spans);
  Divider divider(text, spans, kMaxSentenceBytes);
  splitter.for_each_line([&](Passage line) {
    splitter.for_each_sentence(splitter.content(line), [&](Passage sentence) {
      divider.divide(sentence, [&](Passage part) { found.push_back(part); });
    });
  });
  return found;
}

std::vector<Passage> lines(std::string_view text, const std::vector<Span>& spans) {
  std::vector<Passage> found;
  Splitter splitter(text, spans);
  Divider divider(text, spans, kMaxLineBytes);
  splitter.for_each_line([&](Passage line) {
    const Passage whole = splitter.content(line);
    if (whole.end - whole.begin <= kMaxLineBytes) {
      if (whole.end > whole.begin) found.push_back(whole);
      return;
    }
    Passage gathered = {whole.begin, whole.begin};
    splitter.for_each_sentence(whole, [&](Passage sentence) {
      if (gathered.end > gathered.begin && sentence.end - gathered.begin > kMaxLineBytes) {
        divider.divide(gathered, [&](Passage part) { found.push_back(part); });
        gathered = sentence;
      }
      gathered.end = sentence.end;
    });
    divider.divide(gathered, [&](Passage part) { found.push_back(part); });
  });
  return found;
}

}  // namespace rapport::translation
