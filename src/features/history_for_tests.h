#pragma once

#include <optional>
#include <string>
#include <utility>

#include "domain/history.h"

/// Short words for building a contact's history in tests. Days count from a Monday, 2 March 2026, midnight UTC.
namespace rapport::features {

inline Time at(double day, int hour = 0, int minute = 0) {
  const auto monday = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2);
  return Time(monday) + std::chrono::round<Duration>(std::chrono::duration<double, std::ratio<86400>>(day)) +
         std::chrono::hours(hour) + std::chrono::minutes(minute);
}

struct MessageRow {
  std::string text = {};
  std::string campaign = {};
  std::string conversation = {};
  std::optional<Time> read_at = {};
  std::optional<Analysis> analysis = {};
};

inline Message message(std::string id, Direction direction, Time sent_at, MessageRow row = {}) {
  Message m;
  m.id = MessageId(std::move(id));
  m.direction = direction;
  m.sent_at = sent_at;
  m.text = PrivateText(std::move(row.text));
  m.campaign = CampaignId(std::move(row.campaign));
  m.conversation = ConversationId(std::move(row.conversation));
  m.read_at = row.read_at;
  m.analysis = std::move(row.analysis);
  return m;
}

inline Message inbound(std::string id, Time at_time, MessageRow row = {}) {
  return message(std::move(id), Direction::kInbound, at_time, std::move(row));
}

inline Message outbound(std::string id, Time at_time, MessageRow row = {}) {
  return message(std::move(id), Direction::kOutbound, at_time, std::move(row));
}

inline Analysis analysis(Sentiment sentiment, double valence, std::optional<double> emotion_prob = {}) {
  return {.sentiment = sentiment, .valence = valence, .emotion = {}, .emotion_prob = emotion_prob};
}

inline CampaignEvent campaign_event(CampaignEventType type, Time at_time, std::string campaign,
                                    std::string message_id = {}) {
  return {.id = RowId("e"),
          .contact = {},
          .campaign = CampaignId(std::move(campaign)),
          .message = MessageId(std::move(message_id)),
          .type = type,
          .at = at_time};
}

inline Conversation conversation(std::string id, Time started_at) {
  return {.id = ConversationId(std::move(id)), .contact = {}, .started_at = started_at, .ended_at = {}};
}

inline Order order(Time placed_at, double amount, double discount = 0) {
  return {.id = RowId("o"), .contact = {}, .placed_at = placed_at, .amount = amount, .discount_amount = discount};
}

inline Ticket ticket(TicketKind kind, Time opened_at, std::optional<Time> resolved_at = {}) {
  return {.id = RowId("t"), .contact = {}, .kind = kind, .opened_at = opened_at, .resolved_at = resolved_at};
}

inline ProductEvent product_event(ProductEventType type, Time at_time) {
  return {.id = RowId("p"), .contact = {}, .type = type, .at = at_time};
}

inline PreferenceEvent preference_event(PreferenceEventType type, Time at_time) {
  return {.id = RowId("p"), .contact = {}, .type = type, .at = at_time};
}

inline Lead lead(Time scored_at, double score) {
  return {.id = RowId("l"), .contact = {}, .score = score, .scored_at = scored_at, .outcome = {}};
}

}  // namespace rapport::features
