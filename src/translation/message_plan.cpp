#include "translation/message_plan.h"

#include <algorithm>
#include <cmath>

namespace rapport::translation {

MessagePlan::MessagePlan(std::string_view text, const Glossary& glossary, Reader reader) : message_(text, glossary) {
  const std::vector<Passage> all =
      reader == Reader::kModel ? sentences(text, message_.spans) : lines(text, message_.spans);
  passages_.reserve(all.size());
  for (const Passage& passage : all) {
    if (message_.has_words(passage.begin, passage.end)) passages_.emplace_back(message_, passage, reader);
  }
}

std::vector<std::string_view> MessagePlan::requests() const {
  std::vector<std::string_view> all;
  for (const PassageTranslation& passage : passages_) {
    all.insert(all.end(), passage.requests().begin(), passage.requests().end());
  }
  return all;
}

void MessagePlan::answer(std::span<const Translated> answers) {
  for (PassageTranslation& passage : passages_) {
    const std::size_t count = passage.requests().size();
    if (count == 0) continue;
    passage.answer(answers.first(count));
    answers = answers.subspan(count);
  }
}

bool MessagePlan::is_damaged() const {
  return std::any_of(passages_.begin(), passages_.end(), [](const auto& passage) { return passage.is_damaged(); });
}

std::size_t MessagePlan::placeholders_in() const {
  return placeholder_count(message_.spans);
}

std::size_t MessagePlan::placeholders_out() const {
  std::size_t out = placeholders_in();
  for (const PassageTranslation& passage : passages_) {
    if (!passage.is_damaged()) continue;
    for (std::size_t i = 0; i < message_.spans.size(); ++i) {
      const Span& span = message_.spans[i];
      const bool inside = span.begin >= passage.source().begin && span.end <= passage.source().end;
      const bool second_half = span.partner != Span::kNone && span.partner < i;
      if (inside && !second_half && span.kind != SpanKind::kNumber) --out;
    }
  }
  return out;
}

std::string MessagePlan::text() const {
  std::string out;
  std::size_t at = 0;
  for (const PassageTranslation& passage : passages_) {
    out.append(message_.copied(at, passage.source().begin)).append(passage.result());
    at = passage.source().end;
  }
  return out.append(message_.copied(at, message_.text.size()));
}

std::optional<double> MessagePlan::confidence() const {
  double sum = 0;
  double bytes = 0;
  for (const PassageTranslation& passage : passages_) {
    if (!passage.log_confidence()) return std::nullopt;
    const auto weight = static_cast<double>(passage.source().end - passage.source().begin);
    sum += weight * *passage.log_confidence();
    bytes += weight;
  }
  if (bytes == 0) return std::nullopt;
  return std::exp(sum / bytes);
}

}  // namespace rapport::translation
