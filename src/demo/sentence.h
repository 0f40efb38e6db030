#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/rng.h"

/// What people and the business write to each other: per language a book of templates, and the writer that fills them.
namespace rapport::demo {

enum class Tongue { kEnglish, kSpanish, kPortuguese, kHindi, kHinglish };
constexpr std::size_t kTongueCount = 5;

/// What a message is about. The first part is said by contacts, the second by the business, the third stands in campaigns.
enum class Speech {
  kGreeting,
  kQuestion,
  kPrice,
  kMeeting,
  kBuy,
  kStatus,
  kComplaint,
  kAngry,
  kThanks,
  kPraise,
  kAck,
  kDecline,
  kStop,

  kReplyGreeting,
  kReplyAnswer,
  kReplyPrice,
  kReplyMeeting,
  kReplyOrder,
  kReplyApology,
  kReplyClose,
  kReplyMore,    ///< a second sentence that makes an answer longer
  kReplyInvite,  ///< a call to action at the end of an answer
  kFollowUp,

  kCampaignHello,  ///< a salutation by name
  kCampaignOpening,
  kCampaignBody,
  kCampaignMore,
  kCampaignInvite,  ///< a call to action
  kCampaignShout,   ///< a body in bad style
};
constexpr std::size_t kSpeechCount = static_cast<std::size_t>(Speech::kCampaignShout) + 1;

/// One language's templates: `[a|b|]` is a choice (not nested), `{x}` a slot:
///
///   {p} the product spoken of, the second time in one template another  {m} price  {d} day  {h} clock time  {o} order code  {n} the contact's first name
///   {a} agent  {q} a quantity  {k} a variant  {s} a percentage  {v} the placeholder {{1}}
struct Phrasebook {
  std::string_view language;  ///< BCP 47
  std::array<std::span<const std::string_view>, kSpeechCount> lines;
  std::span<const std::string_view> products;
  std::span<const std::string_view> variants;
  std::span<const std::string_view> days;
  std::span<const std::string_view> hours;
  std::span<const std::string_view> agents;
  std::span<const std::string_view> first_names;
  std::span<const std::string_view> last_names;
  std::span<const std::string_view> warm_emoji;
  std::span<const std::string_view> cold_emoji;
  std::string_view price_before;  ///< "$"
  std::string_view price_after;   ///< " euros"
  int price_scale = 1;            ///< units of this language's money for one of the business's

  std::span<const std::string_view> of(Speech speech) const { return lines[static_cast<std::size_t>(speech)]; }
};

const Phrasebook& english_book();
const Phrasebook& spanish_book();
const Phrasebook& portuguese_book();
const Phrasebook& hindi_book();
const Phrasebook& hinglish_book();
const Phrasebook& phrasebook(Tongue tongue);

/// How one person writes.
struct Hand {
  double typo_prob = 0;   ///< per message
  double emoji_prob = 0;  ///< per message
  bool lower_case = false;
  bool drops_marks = false;  ///< leaves out the full stop at the end
};

/// Writes sentences of one language for one contact.
///
/// Threads   one per thread.
class Writer {
 public:
  Writer(const Phrasebook& book, std::string first_name, Rng rng);

  /// From here on another product and order are spoken of.
  void change_topic();

  /// Appends one filled template (and a space before it when `out` is not empty).
  void say(std::string& out, Speech speech);

  /// Appends a link to the shop.
  void say_link(std::string& out);

  /// What a person does to a sentence: lower case, typos, emoji that fit `mood` (-1..1).
  void write_by_hand(std::string& text, const Hand& hand, double mood);

 private:
  void expand(std::string& out, std::string_view pattern);
  void fill(std::string& out, char slot);
  void fill_code(std::string& out, char slot);

  const Phrasebook* book_;
  std::string first_name_;
  std::size_t product_ = 0;     ///< what is spoken of
  std::size_t named_ = 0;       ///< how often a product was named in the sentence being written
  std::int64_t order_ = 10000;  ///< the digits of its order's code
  Rng rng_;
};

}  // namespace rapport::demo
