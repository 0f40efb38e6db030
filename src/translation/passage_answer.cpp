// What a translator made of a passage: read back, and refused where something that had to survive is lost, doubled,
// changed or invented.

#include <algorithm>
#include <array>
#include <cmath>

#include "translation/characters.h"
#include "translation/passage_translation.h"

namespace rapport::translation {
namespace {

bool continues_number(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  if (is_digit(character_at(text, at))) return true;
  const bool mark = text[at] == '.' || text[at] == ',' || text[at] == ':' || text[at] == '/';
  return mark && is_digit(character_at(text, at + 1));
}

bool continued_number(std::string_view text, std::size_t at) {
  const char32_t before = character_before(text, at);
  if (is_digit(before)) return true;
  const bool mark = before == '.' || before == ',' || before == ':' || before == '/';
  return mark && is_digit(character_before(text, at - 1));
}

/// Whether what stands from `at` is `wanted`, and no part of a longer word or number.
bool stands_at(std::string_view text, std::size_t at, std::string_view wanted) {
  const std::size_t end = at + wanted.size();
  const char32_t first = character_at(wanted, 0);
  const char32_t last = character_before(wanted, wanted.size());
  if (is_digit(first) && continued_number(text, at)) return false;
  if (is_digit(last) && continues_number(text, end)) return false;
  if (joins(first) && !is_digit(first) && joins(character_before(text, at))) return false;
  return !(joins(last) && !is_digit(last) && joins(character_at(text, end)));
}

constexpr std::size_t kNowhere = std::string_view::npos;

std::size_t find_standing(std::string_view text, std::string_view wanted, std::size_t from = 0) {
  if (wanted.empty()) return kNowhere;
  for (std::size_t at = text.find(wanted, from); at != kNowhere; at = text.find(wanted, at + 1)) {
    if (stands_at(text, at, wanted)) return at;
  }
  return kNowhere;
}

std::size_t count_standing(std::string_view text, std::string_view wanted) {
  std::size_t count = 0;
  for (std::size_t at = find_standing(text, wanted); at != kNowhere; at = find_standing(text, wanted, at + 1)) ++count;
  return count;
}

void drop_last(std::string& text) {
  text.resize(text.size() - decode_before(text, text.size()).bytes);
}

void trim_end(std::string& text) {
  while (!text.empty() && is_space(character_before(text, text.size()))) drop_last(text);
}

void trim_start(std::string& text) {
  std::size_t at = 0;
  while (at < text.size() && is_space(character_at(text, at))) at += text::decode(text, at).bytes;
  text.erase(0, at);
}

bool is_question_or_exclamation(char32_t c) {
  const text::CharClass kind = text::classify(c);
  return kind == text::CharClass::kQuestion || kind == text::CharClass::kExclamation;
}

bool is_full_stop(char32_t c) {
  return text::classify(c) == text::CharClass::kSentenceEnd;
}

/// The answer to a piece that is no whole sentence, without the full stop that the translator put there.
void drop_added_full_stop(std::string_view source, std::string& answer) {
  if (is_full_stop(character_before(source, source.size()))) return;
  while (!answer.empty() && is_full_stop(character_before(answer, answer.size()))) drop_last(answer);
}

/// The letter as it would stand inside a sentence.
std::string with_small_first(std::string_view text) {
  if (text.empty()) return "";
  const text::CodePoint first = text::decode(text, 0);
  const char32_t small = text::lower(first.value);
  if (small >= 0x800 || small == first.value) return std::string(text);
  std::string out;
  if (small < 0x80) {
    out += static_cast<char>(small);
  } else {
    out += static_cast<char>(0xC0 | (small >> 6));
    out += static_cast<char>(0x80 | (small & 0x3F));
  }
  return out.append(text.substr(first.bytes));
}

/// Kinds that nobody writes by himself when he translates. (A model may well write 2 for "two", or 50 % for "half".)
bool is_never_invented(SpanKind kind) {
  constexpr std::array kKinds = {SpanKind::kUrl,     SpanKind::kEmail,     SpanKind::kPlaceholder, SpanKind::kTag,
                                 SpanKind::kMention, SpanKind::kShortcode, SpanKind::kEmoji};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

}  // namespace

std::optional<std::string> PassageTranslation::read(const Fragment& fragment,
                                                    std::span<const Translated> answers) const {
  if (fragment.request == kNoRequest) return message_.copied(fragment.source.begin, fragment.source.end);
  return read_request(fragment, answers);
}

std::optional<std::string> PassageTranslation::read_request(const Fragment& fragment,
                                                            std::span<const Translated> answers) const {
  std::string answer = answers[fragment.request].text;
  trim_start(answer);
  trim_end(answer);
  if (answer.find_first_of("\r\n") != std::string::npos || !text::is_valid_utf8(answer)) return std::nullopt;
  if (!keeps_numbers(fragment, answer) || invents(fragment, answer)) return std::nullopt;
  if (!is_whole()) {
    drop_added_full_stop(fragment.source.of(message_.text), answer);
  } else if (!borrowed_.empty() && is_question_or_exclamation(character_before(answer, answer.size()))) {
    drop_last(answer);
    trim_end(answer);
  }
  if (answer.empty()) return std::nullopt;
  std::optional<std::string> marked = with_marks(fragment, answer, answers);
  return marked ? with_spans(fragment, std::move(*marked)) : std::nullopt;
}

/// Whether every number that was left in the text stands in the answer as often as in the request.
bool PassageTranslation::keeps_numbers(const Fragment& fragment, std::string_view answer) const {
  const std::string_view request = requests_[fragment.request];
  for (std::size_t i = message_.first_span_behind(fragment.source.begin);
       i < message_.spans.size() && message_.spans[i].begin < fragment.source.end; ++i) {
    if (has_stand_in(message_.spans[i])) continue;
    const std::string_view number = message_.spans[i].of(message_.text);
    const std::size_t wanted = count_standing(request, number);
    if (wanted == 0 || count_standing(answer, number) != wanted) return false;
  }
  return true;
}

bool PassageTranslation::invents(const Fragment& fragment, std::string_view answer) const {
  for (const Span& span : protected_spans(answer)) {
    if (!is_never_invented(span.kind)) continue;
    const std::string_view text = span.of(answer);
    const bool stands_in = std::any_of(fragment.stand_ins.begin(), fragment.stand_ins.end(),
                                       [&](const StandIn& known) { return known.token == text; });
    if (!stands_in) return true;
  }
  return false;
}

/// Where a phrase, that of the pair behind those already placed, stands in the answer: inside the pairs that it is
/// inside of in the message, and beside the others. Of several places the one that is most like its place in the
/// request.
std::optional<PassageTranslation::Stretch> PassageTranslation::place_of(const Fragment& fragment,
                                                                        const std::vector<Stretch>& placed,
                                                                        std::string_view answer,
                                                                        std::string_view phrase) const {
  const Pair& pair = fragment.pairs[placed.size()];
  Stretch range = {0, answer.size()};
  std::vector<Stretch> beside;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (fragment.pairs[i].close > pair.close) {
      range = placed[i];
    } else {
      beside.push_back(placed[i]);
    }
  }
  const std::size_t before = written({fragment.source.begin, message_.spans[pair.open].begin}, fragment).size();
  const double likely =
      static_cast<double>(before * answer.size()) / static_cast<double>(requests_[fragment.request].size());
  std::optional<Stretch> best;
  for (std::size_t at = find_standing(answer, phrase, range.begin); at != kNowhere && at + phrase.size() <= range.end;
       at = find_standing(answer, phrase, at + 1)) {
    const Stretch found = {at, at + phrase.size()};
    const auto overlaps = [&](Stretch other) { return found.begin < other.end && other.begin < found.end; };
    if (std::any_of(beside.begin(), beside.end(), overlaps)) continue;
    const auto distance = [&](std::size_t place) { return std::abs(static_cast<double>(place) - likely); };
    if (!best || distance(at) < distance(best->begin)) best = found;
  }
  return best;
}

/// Puts the halves of each pair around the translation of what stands between them, where that is found in the answer.
std::optional<std::string> PassageTranslation::with_marks(const Fragment& fragment, const std::string& answer,
                                                          std::span<const Translated> answers) const {
  std::vector<Stretch> stretches;
  for (const Pair& pair : fragment.pairs) {
    const Passage inner = {message_.spans[pair.open].end, message_.spans[pair.close].begin};
    std::string phrase = pair.request == kNoRequest ? written(inner, fragment) : answers[pair.request].text;
    trim_start(phrase);
    trim_end(phrase);
    drop_added_full_stop(inner.of(message_.text), phrase);
    std::optional<Stretch> place = place_of(fragment, stretches, answer, phrase);
    if (!place) place = place_of(fragment, stretches, answer, with_small_first(phrase));
    if (!place) return std::nullopt;
    stretches.push_back(*place);
  }
  std::vector<std::string> before(answer.size() + 1);
  std::vector<std::string> behind(answer.size() + 1);
  for (std::size_t i = stretches.size(); i-- > 0;) {  // the outer ones come first in the text
    const std::string mark(message_.spans[fragment.pairs[i].open].of(message_.text));
    before[stretches[i].begin].insert(0, mark);
    behind[stretches[i].end].append(mark);
  }
  std::string out;
  for (std::size_t at = 0; at <= answer.size(); ++at) {
    out.append(behind[at]).append(before[at]);
    if (at < answer.size()) out += answer[at];
  }
  return out;
}

std::optional<std::string> PassageTranslation::with_spans(const Fragment& fragment, std::string answer) const {
  std::vector<std::pair<std::size_t, const StandIn*>> places;
  for (const StandIn& stand_in : fragment.stand_ins) {
    if (count_standing(answer, stand_in.token) != 1) return std::nullopt;
    places.emplace_back(find_standing(answer, stand_in.token), &stand_in);
  }
  std::sort(places.begin(), places.end());
  std::vector<std::size_t> open;  // markup, for services: as nested as it was
  std::string out;
  std::size_t at = 0;
  for (const auto& [place, stand_in] : places) {
    const Span& span = message_.spans[stand_in->span];
    if (span.partner != Span::kNone && span.partner > stand_in->span) open.push_back(span.partner);
    if (span.partner != Span::kNone && span.partner < stand_in->span) {
      if (open.empty() || open.back() != stand_in->span) return std::nullopt;
      open.pop_back();
    }
    out.append(answer, at, place - at).append(replacement(span, message_.text, message_.glossary));
    at = place + stand_in->token.size();
  }
  return out.append(answer, at);
}

}  // namespace rapport::translation
