#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/history.h"

namespace rapport::features {

/// Kinds of fact, in the order in which facts of the same millisecond are told: the contact cannot have answered a
/// message of the same moment, but may have read it; a message's 24 hours close after all that falls into them.
enum class FactKind : std::uint8_t {
  kConversation,
  kInbound,
  kOutbound,
  kRead,  ///< of an outbound message
  kCampaignEvent,
  kClosed,  ///< an outbound message's 24 hours are over
  kOrder,
  kTicketOpened,
  kTicketResolved,
  kProductEvent,
  kPreferenceEvent,
};

/// Something that became known at a moment: a row, or a later fact of one (a reading, a resolution).
struct Fact {
  Time at;
  FactKind kind = FactKind::kInbound;
  std::uint32_t index = 0;  ///< of the row in its vector of the history
};

/// How long an answer, a click or an opening counts for a message.
constexpr Duration kAnswerWindow = kDay;

/// All facts of a contact that became known before `until`, in order of time.
std::vector<Fact> timeline(const ContactHistory& history, Time until);

}  // namespace rapport::features
