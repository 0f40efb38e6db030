#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/private_text.h"
#include "domain/ids.h"

/// The rows that a business brings: what happened between it and its contacts. Plain values; the tenant is not in them,
/// because no value ever crosses tenants. Times are UTC. `std::nullopt` (or an empty text) is "not known".
namespace rapport {

struct Contact {
  ContactId id;
  PrivateText name;
  PrivateText phone;
  std::string language;                       ///< BCP 47, "pt-BR"; empty: not known
  std::optional<double> timezone_offset_hours;  ///< local time minus UTC, -12..14
  std::optional<Time> created_at;
};

struct Conversation {
  ConversationId id;
  ContactId contact;
  Time started_at;
  std::optional<Time> ended_at;
};

enum class Direction { kInbound, kOutbound };  ///< inbound: the contact wrote

enum class Sentiment { kNegative, kNeutral, kPositive };

/// What an analysis said of one message's text.
struct Analysis {
  Sentiment sentiment = Sentiment::kNeutral;
  double valence = 0.5;                ///< 0..1: P(positive) + P(neutral) / 2
  std::string emotion;                 ///< one of the contract's seven; empty: not analysed
  std::optional<double> emotion_prob;  ///< 0..1, of that emotion
};

struct Message {
  MessageId id;
  ContactId contact;
  ConversationId conversation;  ///< empty: not part of one
  CampaignId campaign;          ///< empty: written by hand
  Direction direction = Direction::kInbound;
  Time sent_at;
  std::optional<Time> delivered_at;
  std::optional<Time> read_at;
  PrivateText text;
  std::string media_type;  ///< "image", "audio", "video", "document", "sticker", ...; empty: text only
  std::string language;
  PrivateText transcript;  ///< of a voice note
  std::optional<Analysis> analysis;
};

struct Campaign {
  CampaignId id;
  std::string name;
  Time started_at;
};

enum class CampaignEventType { kOpen, kClick, kResponse, kUnsubscribe };

struct CampaignEvent {
  RowId id;
  ContactId contact;
  CampaignId campaign;
  MessageId message;  ///< the message that was opened, clicked or answered; empty: not known
  CampaignEventType type = CampaignEventType::kOpen;
  Time at;
};

struct Lead {
  RowId id;
  ContactId contact;
  double score = 0;  ///< 0..100, given by the business
  Time scored_at;
  std::string outcome;  ///< "won", "lost" or empty
};

struct Order {
  RowId id;
  ContactId contact;
  Time placed_at;
  double amount = 0;  ///< in the business's one currency
  double discount_amount = 0;
};

enum class TicketKind { kQuestion, kComplaint, kOther };

struct Ticket {
  RowId id;
  ContactId contact;
  TicketKind kind = TicketKind::kQuestion;
  Time opened_at;
  std::optional<Time> resolved_at;
};

enum class ProductEventType { kView, kCart, kAbandon, kRefund, kDiscount };

struct ProductEvent {
  RowId id;
  ContactId contact;
  ProductEventType type = ProductEventType::kView;
  Time at;
};

enum class PreferenceEventType { kUnsubscribeAttempt, kOptOut, kOptIn, kChange };

/// What a contact asked of the business about being written to.
struct PreferenceEvent {
  RowId id;
  ContactId contact;
  PreferenceEventType type = PreferenceEventType::kChange;
  Time at;
};

/// Any one row, for what reads or makes rows of every table (import, demo).
using Row = std::variant<Contact, Conversation, Message, Campaign, CampaignEvent, Lead, Order, Ticket, ProductEvent,
                         PreferenceEvent>;

}  // namespace rapport
