// Messages as people and other programs send them, and a translator that does with them what it likes: spans, sentences
// and lines are sound for any bytes, and a message that is not refused has kept what it had to keep.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "text/unicode.h"
#include "translation/message_plan.h"
#include "translation/protected_spans.h"
#include "translation/sentences.h"

namespace {

using namespace rapport::translation;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_sound(std::string_view text, const std::vector<Span>& spans) {
  std::size_t end = 0;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    require(spans[i].begin >= end && spans[i].end > spans[i].begin && spans[i].end <= text.size());
    end = spans[i].end;
    if (spans[i].partner == Span::kNone) continue;
    if (spans[i].partner > i) {
      open.push_back(i);
    } else {
      require(!open.empty() && open.back() == spans[i].partner);
      open.pop_back();
    }
  }
  require(open.empty());
}

void require_ordered(std::string_view text, const std::vector<Passage>& passages, std::size_t max_bytes) {
  std::size_t end = 0;
  for (const Passage& passage : passages) {
    require(passage.begin >= end && passage.end > passage.begin && passage.end <= text.size());
    require(passage.end - passage.begin <= std::max<std::size_t>(max_bytes, text.size()));
    end = passage.end;
  }
}

/// The first byte of the input says how the answers are spoilt.
std::string spoilt(std::string_view request, std::uint8_t how) {
  const std::string text(request);
  switch (how % 6) {
    case 0:
      return text;
    case 1:
      return text.substr(0, text.size() / 2);
    case 2:
      return text + " " + text;
    case 3:
      return "x";
    case 4:
      return text + " https://a.co/b 7 {name} *z*";
    default: {
      std::string letters;
      for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || c == ' ') letters += c;
      }
      return letters;
    }
  }
}

void require_kept(std::string_view text, Reader reader, std::uint8_t how) {
  const Glossary none;
  MessagePlan plan(text, none, reader);
  for (int round = 0; !plan.requests().empty(); ++round) {
    require(round < 4);
    std::vector<Translated> answers;
    for (const std::string_view request : plan.requests()) answers.push_back({spoilt(request, how), 0.5});
    plan.answer(answers);
  }
  require(plan.placeholders_out() <= plan.placeholders_in());
  if (plan.is_damaged()) return;
  require(plan.placeholders_out() == plan.placeholders_in());
  const std::string translated = plan.text();
  for (const Span& span : protected_spans(text)) require(translated.find(span.of(text)) != std::string::npos);
  if (how % 6 == 0) require(translated == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<Span> spans = protected_spans(text);
  require_sound(text, spans);
  require_ordered(text, sentences(text, spans), kMaxSentenceBytes);
  require_ordered(text, lines(text, spans), kMaxLineBytes);
  if (!rapport::text::is_valid_utf8(text)) return 0;
  require_kept(text, Reader::kModel, data[0]);
  require_kept(text, Reader::kService, data[0]);
  return 0;
}
