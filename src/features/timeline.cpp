#include "features/timeline.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rapport::features {
namespace {

class Collector {
 public:
  explicit Collector(Time until) : until_(until) {}

  void add(Time at, FactKind kind, std::size_t index) {
    if (at < until_) facts_.push_back({at, kind, static_cast<std::uint32_t>(index)});
  }

  std::vector<Fact> sorted() && {
    const auto before = [](const Fact& a, const Fact& b) {
      return std::tie(a.at, a.kind, a.index) < std::tie(b.at, b.kind, b.index);
    };
    if (!std::is_sorted(facts_.begin(), facts_.end(), before)) std::sort(facts_.begin(), facts_.end(), before);
    return std::move(facts_);
  }

  void reserve(std::size_t facts) { facts_.reserve(facts); }

 private:
  Time until_;
  std::vector<Fact> facts_;
};

void add_messages(const std::vector<Message>& messages, Collector& facts) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Message& m = messages[i];
    if (m.direction == Direction::kInbound) {
      facts.add(m.sent_at, FactKind::kInbound, i);
      continue;
    }
    facts.add(m.sent_at, FactKind::kOutbound, i);
    facts.add(m.sent_at + kAnswerWindow, FactKind::kClosed, i);
    if (m.read_at) facts.add(std::max(*m.read_at, m.sent_at), FactKind::kRead, i);
  }
}

}  // namespace

std::vector<Fact> timeline(const ContactHistory& history, Time until) {
  Collector facts(until);
  facts.reserve(history.messages.size() * 3 + history.campaign_events.size() + history.conversations.size());
  add_messages(history.messages, facts);
  const auto add_all = [&facts](const auto& rows, FactKind kind, auto time) {
    for (std::size_t i = 0; i < rows.size(); ++i) facts.add(time(rows[i]), kind, i);
  };
  const auto at = [](const auto& row) { return row.at; };
  add_all(history.conversations, FactKind::kConversation, [](const Conversation& row) { return row.started_at; });
  add_all(history.campaign_events, FactKind::kCampaignEvent, at);
  add_all(history.orders, FactKind::kOrder, [](const Order& row) { return row.placed_at; });
  add_all(history.tickets, FactKind::kTicketOpened, [](const Ticket& row) { return row.opened_at; });
  add_all(history.product_events, FactKind::kProductEvent, at);
  add_all(history.preference_events, FactKind::kPreferenceEvent, at);
  for (std::size_t i = 0; i < history.tickets.size(); ++i) {
    const Ticket& ticket = history.tickets[i];
    if (ticket.resolved_at) facts.add(std::max(*ticket.resolved_at, ticket.opened_at), FactKind::kTicketResolved, i);
  }
  return std::move(facts).sorted();
}

}  // namespace rapport::features
