#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "translation/glossary.h"
#include "translation/protected_spans.h"
#include "translation/sentences.h"
#include "translation/translator.h"

namespace rapport::translation {

/// A message and what of it must survive. The text and the glossary outlive it.
struct MessageSpans {
  MessageSpans(std::string_view message, const Glossary& terms);

  /// The bytes from `begin` to `end` as they stand in a translation where no word is translated: terms of the glossary
  /// have their target.
  std::string copied(std::size_t begin, std::size_t end) const;
  /// Whether there are letters outside spans.
  bool has_words(std::size_t begin, std::size_t end) const;
  /// The index of the first span that ends behind `at`.
  std::size_t first_span_behind(std::size_t at) const;

  std::string_view text;
  const Glossary& glossary;
  std::vector<Span> spans;
  std::vector<std::string> unused_numbers;  ///< that stand nowhere in the text, one for each span, in order
};

/// For whom a text is written.
enum class Reader {
  kModel,    ///< copies numbers well and has never seen a placeholder
  kService,  ///< copies placeholders such as {1}
};

/// The translation of one sentence (or line) with its spans, in as many attempts as it takes:
///   1. as a whole, with stand-ins for what the reader would damage: a number or {1}, which it copies
///   2. a model: as a whole, with such stand-ins for the numbers and amounts of the text as well
///   3. a model: the pieces around what it would damage, with numbers left in
///   4. the pieces around all spans, which nothing can damage any more
/// After each, everything that had to survive is counted. What is invented (a link, a placeholder) counts as damage.
///
/// Threads   one per thread.
class PassageTranslation {
 public:
  /// Requires  a passage with words (MessageSpans::has_words). `message` outlives this.
  PassageTranslation(const MessageSpans& message, Passage passage, Reader reader);

  /// What the translator is to be asked in this attempt; empty when it is over.
  const std::vector<std::string>& requests() const { return requests_; }
  /// One answer for each request. Then it is over, or there is another attempt.
  void answer(std::span<const Translated> answers);

  bool is_damaged() const { return damaged_; }
  /// What the result stands for: the passage without the spans at its ends.
  Passage source() const { return core_; }
  const std::string& result() const { return result_; }
  /// Logarithms of the answers' confidence, weighted by the bytes asked; nullopt where an answer has none.
  std::optional<double> log_confidence() const { return log_confidence_; }

 private:
  static constexpr std::size_t kNoRequest = Span::kNone;

  enum class Attempt { kWhole, kWholeWithoutNumbers, kAroundMarked, kAroundAll };

  struct StandIn {
    std::string token;
    std::size_t span = 0;
  };
  /// Two halves of markup, and the request for what stands between them.
  struct Pair {
    std::size_t open = 0;
    std::size_t close = 0;
    std::size_t request = kNoRequest;  ///< none where it has no words
  };
  /// A part of an answer that two marks enclose.
  struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  /// A part of the result: copied, or the answer to a request.
  struct Fragment {
    Passage source;
    std::size_t request = kNoRequest;  ///< none: it is copied
    std::vector<StandIn> stand_ins = {};
    std::vector<Pair> pairs = {};
  };

  void find_core(Passage passage);
  void find_borrowed_mark(std::size_t passage_end);
  std::size_t end_of_lead(Passage passage, std::size_t& kept) const;
  std::size_t start_of_tail(Passage passage, std::size_t& kept) const;
  bool peels(const Span& span) const;
  bool is_whole() const { return attempt_ == Attempt::kWhole || attempt_ == Attempt::kWholeWithoutNumbers; }
  bool stays_in_text(const Span& span) const;
  bool has_stand_in(const Span& span) const;
  bool cuts(const Span& span) const;
  bool any_span(bool (PassageTranslation::*holds)(const Span&) const) const;
  bool has_unmovable_marks() const;
  bool has_spans() const;

  void build();
  void build_around();
  void add_copied(Passage source);
  void add_piece(Passage piece);
  void add_request(Passage source);
  std::string token(std::size_t number) const;
  std::string written(Passage source, const Fragment& fragment) const;
  void next_attempt();

  std::optional<std::string> read(const Fragment& fragment, std::span<const Translated> answers) const;
  std::optional<std::string> read_request(const Fragment& fragment, std::span<const Translated> answers) const;
  bool keeps_numbers(const Fragment& fragment, std::string_view answer) const;
  bool invents(const Fragment& fragment, std::string_view answer) const;
  std::optional<std::string> with_marks(const Fragment& fragment, const std::string& answer,
                                        std::span<const Translated> answers) const;
  std::optional<Stretch> place_of(const Fragment& fragment, const std::vector<Stretch>& placed, std::string_view answer,
                                  std::string_view phrase) const;
  std::optional<std::string> with_spans(const Fragment& fragment, std::string answer) const;
  void take_confidence(std::span<const Translated> answers);

  const MessageSpans& message_;
  const Reader reader_;
  Passage core_;
  std::string borrowed_;  ///< "?" where the question mark stands behind a span that is not sent
  Attempt attempt_ = Attempt::kWhole;
  std::vector<Fragment> fragments_;
  std::vector<std::string> requests_;
  bool damaged_ = false;
  std::string result_;
  std::optional<double> log_confidence_;
};

}  // namespace rapport::translation
