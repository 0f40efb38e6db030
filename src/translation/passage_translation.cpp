#include "translation/passage_translation.h"

#include <algorithm>
#include <cmath>

#include "translation/characters.h"

namespace rapport::translation {
namespace {

constexpr std::size_t kShortNumberBytes = 2;      // services need them for the grammar: "1 box", "2 boxes"
constexpr std::size_t kFirstNumericToken = 2013;  // looks like a year, which models copy

/// The first `count` numbers from kFirstNumericToken on that stand nowhere in the text, not even inside a longer one.
/// Linear: a text may be made of the very numbers that are tried.
std::vector<std::string> unused(std::string_view text, std::size_t count) {
  std::vector<std::string> numbers;
  std::size_t next = kFirstNumericToken;
  std::size_t digits = 4;
  for (std::size_t limit = 10'000; numbers.size() < count; limit *= 10, ++digits) {
    std::vector<bool> stands(limit);
    std::size_t run = 0;
    std::size_t last = 0;  // what the last `digits` digits say
    for (const char c : text) {
      run = is_ascii_digit(c) ? run + 1 : 0;
      last = is_ascii_digit(c) ? (last * 10 + static_cast<std::size_t>(c - '0')) % limit : 0;
      if (run >= digits) stands[last] = true;
    }
    for (; next < limit && numbers.size() < count; ++next) {
      if (!stands[next]) numbers.push_back(std::to_string(next));
    }
  }
  return numbers;
}

/// A mark that may stand between spans at the edge of a sentence.
bool is_edge_mark(char32_t c) {
  return is_space(c) ||
         (c < 0x80 && c != 0 &&
          std::string_view(".,;:!?)]\"'-").find(static_cast<char>(c)) != std::string_view::npos) ||
         c == 0x2026 || c == 0x2013 || c == 0x2014 || c == 0x964 || c == 0x3002 || c == 0xFF0C || c == 0xFF01 ||
         c == 0xFF1F || c == 0xFF1A || c == 0x61F || c == 0x60C || text::classify(c) == text::CharClass::kIgnorable;
}

bool has_only_edge_marks(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::decode(text, at);
    if (!is_edge_mark(c.value)) return false;
    at += c.bytes;
  }
  return true;
}

bool asks_or_exclaims(char32_t c) {
  const text::CharClass kind = text::classify(c);
  return kind == text::CharClass::kQuestion || kind == text::CharClass::kExclamation;
}

}  // namespace

MessageSpans::MessageSpans(std::string_view message, const Glossary& terms)
    : text(message),
      glossary(terms),
      spans(protected_spans(message, terms)),
      unused_numbers(unused(message, spans.size())) {}

std::string MessageSpans::copied(std::size_t begin, std::size_t end) const {
  std::string out;
  std::size_t at = begin;
  for (std::size_t i = first_span_behind(begin); i < spans.size() && spans[i].begin < end; ++i) {
    if (spans[i].kind != SpanKind::kTerm || spans[i].begin < at || spans[i].end > end) continue;
    out.append(text.substr(at, spans[i].begin - at)).append(replacement(spans[i], text, glossary));
    at = spans[i].end;
  }
  return out.append(text.substr(at, end - at));
}

bool MessageSpans::has_words(std::size_t begin, std::size_t end) const {
  std::size_t next = first_span_behind(begin);
  for (std::size_t at = begin; at < end;) {
    if (next < spans.size() && spans[next].begin <= at) {
      at = std::max(at + 1, spans[next++].end);
      continue;
    }
    const text::CodePoint c = text::decode(text, at);
    if (is_letter(c.value)) return true;
    at += c.bytes;
  }
  return false;
}

std::size_t MessageSpans::first_span_behind(std::size_t at) const {
  const auto first = std::partition_point(spans.begin(), spans.end(), [&](const Span& span) { return span.end <= at; });
  return static_cast<std::size_t>(first - spans.begin());
}

PassageTranslation::PassageTranslation(const MessageSpans& message, Passage passage, Reader reader)
    : message_(message), reader_(reader) {
  find_core(passage);
  if (reader_ == Reader::kModel && has_unmovable_marks()) attempt_ = Attempt::kAroundMarked;
  build();
}

bool PassageTranslation::peels(const Span& span) const {
  switch (span.kind) {
    case SpanKind::kNumber:
    case SpanKind::kAmount:
    case SpanKind::kTerm:
      return false;
    case SpanKind::kUrl:
    case SpanKind::kEmail:
    case SpanKind::kMarkup:
    case SpanKind::kTag:
    case SpanKind::kShortcode:
    case SpanKind::kEmoji:
      return true;
    case SpanKind::kPlaceholder:
    case SpanKind::kPhone:
    case SpanKind::kCode:
    case SpanKind::kMention:
    case SpanKind::kHashtag:
      return reader_ == Reader::kModel;
  }
  return false;
}

/// Behind the spans at the start that are not sent, with the marks behind them. `kept`: from there on spans are sent.
std::size_t PassageTranslation::end_of_lead(Passage passage, std::size_t& kept) const {
  std::size_t at = passage.begin;
  std::size_t next = message_.first_span_behind(at);
  for (; next < kept; ++next) {
    const Span& span = message_.spans[next];
    if (span.end > passage.end || !peels(span) || !has_only_edge_marks(message_.text.substr(at, span.begin - at)))
      break;
    at = span.end;
  }
  kept = next;
  if (at == passage.begin) return at;
  while (at < passage.end) {
    const text::CodePoint c = text::decode(message_.text, at);
    if (!is_edge_mark(c.value) || c.value == '"' || c.value == '\'') break;
    at += c.bytes;
  }
  return at;
}

std::size_t PassageTranslation::start_of_tail(Passage passage, std::size_t& kept) const {
  std::size_t at = passage.end;
  const std::size_t first = kept;
  std::size_t last = message_.first_span_behind(passage.end - 1);
  if (last < message_.spans.size() && message_.spans[last].begin < passage.end) ++last;
  for (; last > first; --last) {
    const Span& span = message_.spans[last - 1];
    if (span.begin < passage.begin || !peels(span)) break;
    if (span.end > at || !has_only_edge_marks(message_.text.substr(span.end, at - span.end))) break;
    at = span.begin;
  }
  kept = last;
  while (at < passage.end && at > passage.begin && is_space(character_before(message_.text, at))) {
    at -= decode_before(message_.text, at).bytes;
  }
  return at;
}

/// Takes off what stands at the ends and need not be sent. A half of markup comes off only with its other half, or
/// where that is in another passage.
void PassageTranslation::find_core(Passage passage) {
  const std::vector<Span>& spans = message_.spans;
  std::size_t lead_limit = spans.size();  // spans from here on stay
  std::size_t tail_limit = 0;             // spans up to here stay
  for (bool torn = true; torn;) {
    std::size_t first = lead_limit;
    const std::size_t begin = end_of_lead(passage, first);
    std::size_t last = std::max(first, tail_limit);
    core_ = {begin, std::max(begin, start_of_tail(passage, last))};
    const auto is_torn = [&](const Span& span) { return span.partner >= first && span.partner < last; };
    torn = false;
    for (std::size_t i = message_.first_span_behind(passage.begin); i < first && !torn; ++i) {
      if (!is_torn(spans[i])) continue;
      lead_limit = i;
      torn = true;
    }
    for (std::size_t i = last; !torn && i < spans.size() && spans[i].end <= passage.end; ++i) {
      if (!is_torn(spans[i])) continue;
      tail_limit = i + 1;
      torn = true;
    }
  }
  while (core_.begin < core_.end && is_space(character_at(message_.text, core_.begin))) {
    core_.begin += text::decode(message_.text, core_.begin).bytes;
  }
  if (!asks_or_exclaims(character_before(message_.text, core_.end))) find_borrowed_mark(passage.end);
}

/// A sentence that asks must be seen to ask, though the mark stands behind a link.
void PassageTranslation::find_borrowed_mark(std::size_t passage_end) {
  std::size_t next = message_.first_span_behind(core_.end);
  for (std::size_t at = core_.end; at < passage_end;) {
    if (next < message_.spans.size() && message_.spans[next].begin <= at) {
      at = message_.spans[next++].end;
      continue;
    }
    const text::CodePoint c = text::decode(message_.text, at);
    if (asks_or_exclaims(c.value)) {
      borrowed_ = message_.text.substr(at, c.bytes);
      return;
    }
    at += c.bytes;
  }
}

bool PassageTranslation::stays_in_text(const Span& span) const {
  const std::string_view text = span.of(message_.text);
  if (reader_ == Reader::kService) return span.kind == SpanKind::kNumber && text.size() <= kShortNumberBytes;
  if (span.kind == SpanKind::kNumber || span.kind == SpanKind::kAmount) return true;
  const bool digits = std::none_of(text.begin(), text.end(), is_ascii_letter);
  return digits && (span.kind == SpanKind::kPhone || span.kind == SpanKind::kCode);
}

bool PassageTranslation::has_stand_in(const Span& span) const {
  return attempt_ == Attempt::kWholeWithoutNumbers || !stays_in_text(span);
}

bool PassageTranslation::cuts(const Span& span) const {
  return attempt_ == Attempt::kAroundAll || !stays_in_text(span);
}

bool PassageTranslation::any_span(bool (PassageTranslation::*holds)(const Span&) const) const {
  for (std::size_t i = message_.first_span_behind(core_.begin);
       i < message_.spans.size() && message_.spans[i].begin < core_.end; ++i) {
    if ((this->*holds)(message_.spans[i])) return true;
  }
  return false;
}

bool PassageTranslation::has_spans() const {
  const std::size_t first = message_.first_span_behind(core_.begin);
  return first < message_.spans.size() && message_.spans[first].begin < core_.end;
}

/// Markup that cannot be put around a phrase of the answer: its other half is not in the core, or there are spaces
/// between a mark and the phrase.
bool PassageTranslation::has_unmovable_marks() const {
  for (std::size_t i = message_.first_span_behind(core_.begin);
       i < message_.spans.size() && message_.spans[i].begin < core_.end; ++i) {
    const Span& span = message_.spans[i];
    if (span.kind != SpanKind::kMarkup) continue;
    if (span.partner == Span::kNone) return true;
    const Span& partner = message_.spans[span.partner];
    if (partner.begin < core_.begin || partner.end > core_.end) return true;
    const bool opens = span.partner > i;
    if (is_space(opens ? character_at(message_.text, span.end) : character_before(message_.text, span.begin)))
      return true;
  }
  return false;
}

void PassageTranslation::build() {
  fragments_.clear();
  requests_.clear();
  if (is_whole()) {
    add_request(core_);
    requests_.front() += borrowed_;
  } else {
    build_around();
  }
}

void PassageTranslation::build_around() {
  std::size_t at = core_.begin;
  for (std::size_t i = message_.first_span_behind(core_.begin);
       i < message_.spans.size() && message_.spans[i].begin < core_.end; ++i) {
    const Span& span = message_.spans[i];
    if (!cuts(span)) continue;
    add_piece({at, span.begin});
    add_copied({span.begin, span.end});
    at = span.end;
  }
  add_piece({at, core_.end});
}

void PassageTranslation::add_copied(Passage source) {
  if (source.end > source.begin) fragments_.push_back({.source = source});
}

/// A part between two spans: its marks and spaces at the ends are copied.
void PassageTranslation::add_piece(Passage piece) {
  if (!message_.has_words(piece.begin, piece.end)) {
    add_copied(piece);
    return;
  }
  Passage words = piece;
  while (is_edge_mark(character_at(message_.text, words.begin))) {
    words.begin += text::decode(message_.text, words.begin).bytes;
  }
  while (true) {
    const char32_t last = character_before(message_.text, words.end);
    if (!is_space(last) && last != '(' && last != '[' && last != '"' && last != 0xAB && last != 0x201C && last != ':')
      break;
    words.end -= decode_before(message_.text, words.end).bytes;
  }
  add_copied({piece.begin, words.begin});
  add_request(words);
  add_copied({words.end, piece.end});
}

/// The stand-in of the `number`-th span of a request.
std::string PassageTranslation::token(std::size_t number) const {
  return reader_ == Reader::kService ? "{" + std::to_string(number + 1) + "}" : message_.unused_numbers[number];
}

void PassageTranslation::add_request(Passage source) {
  Fragment fragment{.source = source, .request = requests_.size()};
  const std::size_t first = message_.first_span_behind(source.begin);
  std::size_t end = first;
  for (; end < message_.spans.size() && message_.spans[end].begin < source.end; ++end) {
    const Span& span = message_.spans[end];
    if (reader_ == Reader::kModel && span.kind == SpanKind::kMarkup) {
      if (span.partner > end) fragment.pairs.push_back({.open = end, .close = span.partner});
    } else if (has_stand_in(span)) {
      fragment.stand_ins.push_back({token(fragment.stand_ins.size()), end});
    }
  }
  requests_.push_back(written(source, fragment));
  for (Pair& pair : fragment.pairs) {
    const Passage inner = {message_.spans[pair.open].end, message_.spans[pair.close].begin};
    if (!message_.has_words(inner.begin, inner.end)) continue;
    pair.request = requests_.size();
    requests_.push_back(written(inner, fragment));
  }
  fragments_.push_back(std::move(fragment));
}

/// A part of the message with stand-ins for spans, and without the marks of pairs.
std::string PassageTranslation::written(Passage source, const Fragment& fragment) const {
  std::string out;
  std::size_t at = source.begin;
  for (std::size_t i = message_.first_span_behind(source.begin);
       i < message_.spans.size() && message_.spans[i].begin < source.end; ++i) {
    const Span& span = message_.spans[i];
    const auto stand_in = std::find_if(fragment.stand_ins.begin(), fragment.stand_ins.end(),
                                       [&](const StandIn& known) { return known.span == i; });
    const bool is_mark = reader_ == Reader::kModel && span.kind == SpanKind::kMarkup;
    if (stand_in == fragment.stand_ins.end() && !is_mark) continue;
    out.append(message_.text.substr(at, span.begin - at));
    if (stand_in != fragment.stand_ins.end()) out.append(stand_in->token);
    at = span.end;
  }
  return out.append(message_.text.substr(at, source.end - at));
}

void PassageTranslation::next_attempt() {
  const bool is_model = reader_ == Reader::kModel;
  if (attempt_ == Attempt::kWhole && is_model && any_span(&PassageTranslation::stays_in_text)) {
    attempt_ = Attempt::kWholeWithoutNumbers;
  } else if (is_whole() && is_model && any_span(&PassageTranslation::cuts)) {
    attempt_ = Attempt::kAroundMarked;
  } else if (attempt_ != Attempt::kAroundAll && (!is_model || any_span(&PassageTranslation::stays_in_text)) &&
             has_spans()) {
    attempt_ = Attempt::kAroundAll;
  } else {
    damaged_ = true;
    requests_.clear();
    return;
  }
  build();
}

void PassageTranslation::answer(std::span<const Translated> answers) {
  std::string result;
  for (const Fragment& fragment : fragments_) {
    const std::optional<std::string> part = read(fragment, answers);
    if (!part) {
      next_attempt();
      return;
    }
    result += *part;
  }
  take_confidence(answers);
  result_ = std::move(result);
  requests_.clear();
}

void PassageTranslation::take_confidence(std::span<const Translated> answers) {
  double sum = 0;
  double bytes = 0;
  for (const Fragment& fragment : fragments_) {
    if (fragment.request == kNoRequest) continue;
    const std::optional<double> confidence = answers[fragment.request].confidence;
    if (!confidence) return;
    const auto weight = static_cast<double>(requests_[fragment.request].size());
    sum += weight * std::log(std::max(*confidence, 1e-9));
    bytes += weight;
  }
  if (bytes > 0) log_confidence_ = sum / bytes;
}

}  // namespace rapport::translation
