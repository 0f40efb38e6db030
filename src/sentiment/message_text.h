#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rapport::sentiment {

/// Why a message has no mood that could be told.
enum class NotAnalyzed : std::uint8_t {
  kBlank,         ///< nothing, or white space and invisible characters
  kQuote,         ///< quotes of other messages alone
  kLinks,         ///< web and e-mail addresses alone
  kPlaceholders,  ///< {{1}}, or an export's mark such as <Media omitted>
  kMarks,         ///< dots, brackets and such alone; "?" and "!" do say something
  kOutbound,      ///< the business wrote it: not the customer's mood
};

/// "blank", "quote_only", "links_only", "placeholders_only", "marks_only", "outbound".
std::string_view to_string(NotAnalyzed reason);

/// Nothing but white space and invisible characters.
bool is_blank(std::string_view text);

/// A message as a model should read it.
struct MessageText {
  std::string words;        ///< the sender's own, without quotes and the marks of WhatsApp's formatting
  bool has_words = true;    ///< words, numbers, emoji, question or exclamation marks
  bool has_letters = true;  ///< false: emoji, numbers or marks alone
  NotAnalyzed reason = NotAnalyzed::kBlank;  ///< when it has none
};

/// Takes a chat message apart. Lines that begin with > are quotes of what somebody else wrote and are left out ("> no",
/// ">no", but not emoticons such as ">:(" and not ">100"). Pairs of *bold*, _italic_, ~struck~, `code` and ```code```
/// lose their marks and keep their words. Emoji and links stay: models know what to do with them.
///
/// Threads   pure.
/// Cost      linear for any bytes.
MessageText read_message(std::string_view text);

}  // namespace rapport::sentiment
