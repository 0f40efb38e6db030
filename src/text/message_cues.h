#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::text {

/// A contact's name, prepared for being looked for in many texts. Words of one letter, titles and particles ("Mr",
/// "de", "ji") are not names.
class ContactName {
 public:
  ContactName() = default;
  explicit ContactName(std::string_view full_name);

  /// Whether a folded word is one of the name's.
  bool has(std::string_view folded_word) const;

 private:
  std::vector<std::string> words_;
};

/// What one message says about itself, in English, Spanish, Portuguese and Hindi (both scripts), mixed as chats mix
/// them.
struct MessageCues {
  bool is_question = false;          ///< asks something, with or without a question mark
  bool is_price_inquiry = false;     ///< asks about or names price, rate, quote or discount
  bool is_meeting_request = false;   ///< about meeting, calling, visiting, an appointment
  bool has_call_to_action = false;   ///< tells the reader to do something: "order now", "haz clic", "abhi book karein"
  bool has_link = false;             ///< URL, wa.me, bare domain; not an e-mail address
  std::uint32_t positive_words = 0;  ///< that nothing denies ("not good" is none); a run of one emoji is one
  std::uint32_t characters = 0;      ///< grapheme clusters
  double personalization = 0;        ///< 0..1, see personalization() in message_cues.cpp and docs/features.md
  double quality = 0;                ///< 0..1, see quality() there; 0 for a text without a character
};

/// Reads the cues of one text. Never throws; linear for any bytes.
///
/// Threads   pure.
/// Cost      about 1 us for 60 bytes.
MessageCues read_cues(std::string_view text, const ContactName& name = {});

}  // namespace rapport::text
