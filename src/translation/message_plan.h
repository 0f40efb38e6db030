#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "translation/passage_translation.h"

namespace rapport::translation {

/// The translation of one message: its passages, and what is copied between them.
///
/// Threads   one per thread.
class MessagePlan {
 public:
  /// The text and the glossary outlive it.
  MessagePlan(std::string_view text, const Glossary& glossary, Reader reader);

  /// What the translator is to be asked next; empty when it is over.
  std::vector<std::string_view> requests() const;
  /// One answer for each request.
  void answer(std::span<const Translated> answers);

  bool is_damaged() const;
  /// How many placeholders are in the message, and how many of them in passages that came out whole, or between them.
  std::size_t placeholders_in() const;
  std::size_t placeholders_out() const;

  /// Requires  it is over and not damaged.
  std::string text() const;
  /// Of the whole message: the geometric mean over its bytes; nullopt where the translator says none.
  std::optional<double> confidence() const;

 private:
  MessageSpans message_;
  std::vector<PassageTranslation> passages_;
};

}  // namespace rapport::translation
