#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>

#include "demo/outcomes.h"
#include "demo/rhythm.h"
#include "demo/sentence.h"

namespace rapport::demo {

constexpr std::size_t kNoCampaign = std::numeric_limits<std::size_t>::max();

/// An outbound message that stands in the business's calendar for one contact.
struct PlannedSend {
  Time at;
  Style style;
  std::size_t campaign = kNoCampaign;  ///< index, kNoCampaign: written by hand
  Speech speech = Speech::kCampaignBody;
};

/// One contact as of a moment: everything that the next 90 days depend on.
struct Outlook {
  const Traits* traits = nullptr;
  const Rhythm* rhythm = nullptr;
  Mind mind = Mind::kActive;
  bool opted_out = false;
  Time last_engagement;
  std::optional<Time> last_outbound;              ///< since the contact last wrote
  std::span<const Time> campaigns;                ///< times of campaign messages of the 30 days before
  std::span<const PlannedSend> sends;             ///< what is planned, by time
  std::span<const Time> complaints_open_until;    ///< one per complaint that is open
};

/// P(no message from the contact and no order in (from, to]): the expectation over what the contact's mind may do, day by
/// day, along the one path on which nothing is heard (so recency, fatigue and the business's sends are known along it).
///
/// Cost      linear in days and sends.
double silence_prob(const Outlook& outlook, Time from, Time to);

/// The business leaves a contact alone for this long after a message that was not answered.
constexpr Duration kPause = kDay;

/// The next daily change of mind after `at`, of a contact who arrived at `arrived`.
Time next_mind_tick(Time arrived, Time at);

}  // namespace rapport::demo
