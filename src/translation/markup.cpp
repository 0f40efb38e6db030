#include "translation/markup.h"

#include <algorithm>

#include "translation/characters.h"

namespace rapport::translation {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kMarks = "*_~`";

bool is_mark(char32_t c) {
  return c < 0x80 && kMarks.find(static_cast<char>(c)) != std::string_view::npos;
}

class MarkupReader {
 public:
  MarkupReader(std::string_view text, const std::vector<Span>& others)
      : text_(text), others_(others), last_fence_(text.rfind(kFence)) {}

  std::vector<Span> read() {
    std::size_t next_span = 0;
    for (std::size_t at = 0; at < text_.size();) {
      if (next_span < others_.size() && at >= others_[next_span].begin) {
        at = others_[next_span++].end;
        ++content_;
        at_line_start_ = false;
      } else {
        at += look_at(at);
      }
    }
    return sorted();
  }

 private:
  struct Opening {
    std::size_t at = 0;
    std::string_view mark;
    std::size_t content = 0;
  };

  std::size_t look_at(std::size_t at) {
    const text::CodePoint c = text::decode(text_, at);
    const bool at_line_start = at_line_start_;
    at_line_start_ = c.value == '\n' || (at_line_start && is_space(c.value));
    if (c.value == '\n') std::erase_if(open_, [](const Opening& opening) { return opening.mark != kFence; });
    if (c.value == '>' && at_line_start && is_quote(at)) found_.push_back({at, at + 1, SpanKind::kMarkup});
    if (is_letter(c.value) || is_digit(c.value)) ++content_;
    if (text_.substr(at, kFence.size()) == kFence) return read_mark(at, text_.substr(at, kFence.size()));
    if (is_mark(c.value) && !in_fence()) return read_mark(at, text_.substr(at, 1));
    return c.bytes;
  }

  bool in_fence() const { return !open_.empty() && open_.back().mark == kFence; }

  /// Not the brow of a face (">:(") and no comparison (">100").
  bool is_quote(std::size_t at) const {
    const char32_t next = character_at(text_, at + 1);
    return next == ' ' || is_letter(next) || next == '"' || next == '@' || next == '*' || next == '>' || next == 0xBF ||
           next == 0xA1;
  }

  std::size_t read_mark(std::size_t at, std::string_view mark) {
    const char32_t before = character_before(text_, at);
    const char32_t after = character_at(text_, at + mark.size());
    const auto opening = std::find_if(open_.begin(), open_.end(), [&](const Opening& o) { return o.mark == mark; });
    const bool fence = mark == kFence;
    const bool may_close = fence || (before != 0 && !is_space(before) && !joins(after));
    const bool may_open =
        fence ? at < last_fence_
              : after != 0 && !is_space(after) && !joins(before) && after != static_cast<unsigned char>(mark[0]);
    if (opening != open_.end() && may_close && content_ > opening->content) {
      add_pair(opening->at, at, mark.size());
      open_.erase(opening, open_.end());
    } else if (may_open) {
      if (opening != open_.end()) open_.erase(opening);
      open_.push_back({at, mark, content_});
    }
    return mark.size();
  }

  void add_pair(std::size_t first, std::size_t second, std::size_t size) {
    const std::size_t index = found_.size();
    found_.push_back({first, first + size, SpanKind::kMarkup, index + 1});
    found_.push_back({second, second + size, SpanKind::kMarkup, index});
  }

  /// In the order of the text, with `partner` as the index there.
  std::vector<Span> sorted() const {
    std::vector<std::size_t> order(found_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return found_[a].begin < found_[b].begin; });
    std::vector<std::size_t> place(found_.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<Span> spans;
    for (const std::size_t i : order) {
      spans.push_back(found_[i]);
      if (spans.back().partner != Span::kNone) spans.back().partner = place[spans.back().partner];
    }
    return spans;
  }

  std::string_view text_;
  const std::vector<Span>& others_;
  const std::size_t last_fence_;
  std::vector<Opening> open_;  // at most one of each mark
  std::vector<Span> found_;
  std::size_t content_ = 0;  // letters, digits and spans so far
  bool at_line_start_ = true;
};

}  // namespace

std::vector<Span> markup_spans(std::string_view text, const std::vector<Span>& others) {
  return MarkupReader(text, others).read();
}

}  // namespace rapport::translation
