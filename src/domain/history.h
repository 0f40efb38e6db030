#pragma once

#include <vector>

#include "domain/rows.h"

namespace rapport {

/// Everything that is stored about one contact. Each vector is ordered by its rows' time (messages by `sent_at`,
/// conversations and campaigns by start, tickets by `opened_at`, orders by `placed_at`), then by id. A row may hold
/// facts that became known after its own time (`read_at`, `resolved_at`): who asks "as of" must compare those too.
struct ContactHistory {
  Contact contact;
  std::vector<Conversation> conversations;
  std::vector<Message> messages;
  std::vector<CampaignEvent> campaign_events;
  std::vector<Lead> leads;
  std::vector<Order> orders;
  std::vector<Ticket> tickets;
  std::vector<ProductEvent> product_events;
  std::vector<PreferenceEvent> preference_events;
};

}  // namespace rapport
