#include <array>

#include "features/definitions.h"

namespace rapport::features {
namespace {

using enum ValueType;

constexpr std::array<Definition, 32> kChurn = {{
    {"days_since_last_purchase", kReal, 0, kMaxDays, "days", "Days since the latest order.", "there was no order",
     "orders"},
    {"days_since_last_message", kReal, 0, kMaxDays, "days", "Days since the contact last wrote.",
     "the contact never wrote", "messages"},
    {"days_since_last_campaign_open", kReal, 0, kMaxDays, "days",
     "Days since the contact last opened a campaign message (open event or read receipt).",
     "no campaign message was opened", "campaign_events, messages"},
    {"messages_this_month", kInteger, 0, kMaxCount, "count", "Inbound messages of the last 30 days.", "never",
     "messages"},
    {"messages_last_month", kInteger, 0, kMaxCount, "count", "Inbound messages of the 30 days before those.", "never",
     "messages"},
    {"purchase_frequency_decline", kReal, -1, 1, kDecline,
     "Decline of the number of orders: last 90 days against the 90 days before.", "no order in those 180 days",
     "orders"},
    {"engagement_frequency_decline", kReal, -1, 1, kDecline,
     "Decline of the number of engagements (inbound messages, messages opened, messages clicked): last 30 days against "
     "the "
     "30 days before.",
     "no engagement in those 60 days", "messages, campaign_events"},
    {"total_lifetime_value", kReal, 0, kMaxMoney, "currency", "Sum of the amounts of all orders.", "never", "orders"},
    {"avg_order_value", kReal, 0, kMaxMoney, "currency", "Mean amount of an order.", "there was no order", "orders"},
    {"months_since_first_purchase", kReal, 0, kMaxDays, "months of 30.44 days", "Months since the first order.",
     "there was no order", "orders"},
    {"support_tickets_count", kInteger, 0, kMaxCount, "count", "Tickets that were opened.", "never", "tickets"},
    {"unresolved_tickets_count", kInteger, 0, kMaxCount, "count", "Tickets that are open still.", "never", "tickets"},
    {"avg_ticket_resolution_days", kReal, 0, kMaxDays, "days",
     "Mean time from opening to resolution of the resolved tickets.", "no ticket was resolved", "tickets"},
    {"complaint_count", kInteger, 0, kMaxCount, "count", "Tickets that are complaints.", "never", "tickets"},
    {"current_sentiment_score", kReal, 0, 1, "valence 0..1",
     "Mean valence of the analysed inbound messages of the last 30 days.",
     "no inbound message of the last 30 days was analysed", "messages (analysis)"},
    {"sentiment_score_30d_ago", kReal, 0, 1, "valence 0..1",
     "Mean valence of the analysed inbound messages of the 30 days before those.",
     "no inbound message of those 30 days was analysed", "messages (analysis)"},
    {"sentiment_decline_rate", kReal, -1, 1, "valence per 30 days",
     "sentiment_score_30d_ago minus current_sentiment_score: above 0, the mood sinks.", "either of the two is missing",
     "messages (analysis)"},
    {"negative_sentiment_ratio", kReal, 0, 1, kShare, "Share of the analysed inbound messages that are negative.",
     "no inbound message was analysed", "messages (analysis)"},
    {"response_rate_current", kReal, 0, 1, kShare,
     "Share answered within 24 hours of the outbound messages whose 24 hours ended in the last 30 days.",
     "no outbound message's 24 hours ended then", "messages, campaign_events"},
    {"response_rate_30d_ago", kReal, 0, 1, kShare,
     "The same share for the 30 days before: what response_rate_current was 30 days ago.",
     "no outbound message's 24 hours ended then", "messages, campaign_events"},
    {"campaign_engagement_decline", kReal, -1, 1, kDecline,
     "Decline of the share of campaign messages opened, clicked or answered within 24 hours: messages whose 24 hours "
     "ended "
     "in the last 30 days against those of the 30 days before.",
     "either period has no such message, or both shares are 0", "messages, campaign_events"},
    {"conversation_length_decline", kReal, -1, 1, kDecline,
     "Decline of the mean number of messages of a conversation: conversations that began in the last 30 days against "
     "those "
     "of the 30 days before.",
     "either period has no conversation, or none has a message", "conversations, messages"},
    {"product_views_decline", kReal, -1, 1, kDecline,
     "Decline of the number of product views: last 30 days against the 30 days before.", "no view in those 60 days",
     "product_events"},
    {"cart_abandonment_rate", kReal, 0, 1, kShare,
     "Carts that were abandoned, as a share of all carts (of the larger of cart and abandon events).",
     "there was no cart", "product_events"},
    {"refund_count", kInteger, 0, kMaxCount, "count", "Refunds.", "never", "product_events"},
    {"discount_usage_increase", kReal, -1, 1, kDecline,
     "Growth of the number of discounts used: last 90 days against the 90 days before. A period's discounts are the "
     "larger "
     "of its discount events and its orders with a discount, since both may record the same one.",
     "no discount in those 180 days", "orders, product_events"},
    {"unsubscribe_attempts", kInteger, 0, kMaxCount, "count", "Attempts of the contact to unsubscribe.", "never",
     "preference_events"},
    {"opted_out_campaigns", kInteger, 0, kMaxCount, "count",
     "Campaigns that the contact unsubscribed from, plus general opt-outs.", "never",
     "campaign_events, preference_events"},
    {"ignored_messages_ratio", kReal, 0, 1, kShare,
     "Share of outbound messages neither opened nor clicked nor answered within 24 hours, of those whose 24 hours are "
     "over.",
     "no outbound message's 24 hours are over", "messages, campaign_events"},
    {"contact_preference_changes", kInteger, 0, kMaxCount, "count",
     "Changes of what the contact wants to receive: opt-ins, opt-outs and other changes.", "never",
     "preference_events"},
    {"days_since_first_contact", kReal, 0, kMaxDays, "days", "Days since the first message in either direction.",
     "there was no message", "messages"},
    {"silence_ratio", kReal, 0, kMaxCount, "ratio",
     "Time since the contact last wrote, over the median gap between the contact's messages: 1 is the usual pause.",
     "the contact wrote less than twice, or the median gap is 0", "messages"},
}};

}  // namespace

std::span<const Definition> churn_definitions() {
  return kChurn;
}

}  // namespace rapport::features
