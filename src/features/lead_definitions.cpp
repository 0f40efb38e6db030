#include <array>

#include "features/definitions.h"

namespace rapport::features {
namespace {

using enum ValueType;

constexpr std::array<Definition, 24> kLead = {{
    {"avg_response_time_minutes", kReal, 0, kMaxCount, "minutes",
     "Mean time from the business's latest message to the contact's answer, over the answers that came within 24 hours "
     "(an answer is the first inbound message after an outbound one).",
     "the contact never answered within 24 hours", "messages"},
    {"response_rate", kReal, 0, 1, kShare,
     "Share of outbound messages that were answered within 24 hours, of those whose 24 hours are over.",
     "no outbound message's 24 hours are over", "messages, campaign_events"},
    {"messages_received", kInteger, 0, kMaxCount, "count", "Messages that the business received from the contact.",
     "never", "messages"},
    {"messages_sent", kInteger, 0, kMaxCount, "count", "Messages that the business sent to the contact.", "never",
     "messages"},
    {"conversation_count", kInteger, 0, kMaxCount, "count", "Conversations that began.", "never", "conversations"},
    {"avg_conversation_length", kReal, 0, kMaxCount, "messages",
     "Mean number of messages of the conversations that have any, both directions.",
     "no message is part of a conversation", "messages"},
    {"days_since_first_contact", kReal, 0, kMaxDays, "days", "Days since the first message in either direction.",
     "there was no message", "messages"},
    {"days_since_last_contact", kReal, 0, kMaxDays, "days", "Days since the latest message in either direction.",
     "there was no message", "messages"},
    {"contact_frequency_per_week", kReal, 0, kMaxCount, "messages per week",
     "Messages in both directions per week since the first one; a first week that is not over counts as a whole one.",
     "there was no message", "messages"},
    {"avg_sentiment_score", kReal, 0, 1, "valence 0..1",
     "Mean valence of the analysed inbound messages: 0 negative, 0.5 neutral, 1 positive.",
     "no inbound message was analysed", "messages (analysis)"},
    {"positive_sentiment_ratio", kReal, 0, 1, kShare, "Share of the analysed inbound messages that are positive.",
     "no inbound message was analysed", "messages (analysis)"},
    {"negative_sentiment_ratio", kReal, 0, 1, kShare, "Share of the analysed inbound messages that are negative.",
     "no inbound message was analysed", "messages (analysis)"},
    {"avg_emotion_score", kReal, 0, 1, "probability 0..1",
     "Mean probability of the emotion that was found in each inbound message.",
     "no inbound message has an emotion's probability", "messages (analysis)"},
    {"campaign_opens", kInteger, 0, kMaxCount, "count",
     "Campaign messages that the contact opened (open event or read receipt); open events that belong to no known "
     "message "
     "count each.",
     "never", "campaign_events, messages"},
    {"campaign_clicks", kInteger, 0, kMaxCount, "count",
     "Campaign messages in which the contact clicked; click events that belong to no known message count each.",
     "never", "campaign_events, messages"},
    {"campaign_responses", kInteger, 0, kMaxCount, "count",
     "Campaign messages that the contact answered (response event, or an inbound message within 24 hours); response "
     "events that belong to no known message count each.",
     "never", "campaign_events, messages"},
    {"campaign_engagement_rate", kReal, 0, 1, kShare,
     "Share of campaign messages that were opened, clicked or answered within 24 hours, of those whose 24 hours are "
     "over.",
     "no campaign message's 24 hours are over", "messages, campaign_events"},
    {"preferred_contact_hour", kInteger, 0, 23, "hour 0..23, local",
     "Local hour in which the contact wrote most often; the earliest of equals.", "the contact never wrote",
     "messages, contacts (timezone_offset)"},
    {"weekend_activity_ratio", kReal, 0, 1, kShare, "Share of inbound messages written on a local Saturday or Sunday.",
     "the contact never wrote", "messages, contacts (timezone_offset)"},
    {"business_hours_ratio", kReal, 0, 1, kShare,
     "Share of inbound messages written from Monday to Friday, 9:00 to 17:59 local time.", "the contact never wrote",
     "messages, contacts (timezone_offset)"},
    {"question_count", kInteger, 0, kMaxCount, "count",
     "Inbound messages that ask something, also without a question mark.", "never", "messages (text, transcript)"},
    {"price_inquiry_count", kInteger, 0, kMaxCount, "count", "Inbound messages about a price, rate, quote or discount.",
     "never", "messages (text, transcript)"},
    {"meeting_request_count", kInteger, 0, kMaxCount, "count",
     "Inbound messages about meeting, calling, visiting or an appointment.", "never", "messages (text, transcript)"},
    {"positive_keywords_count", kInteger, 0, kMaxCount, "count",
     "Positive words and emoji in all inbound messages together; denied ones (\"not good\") do not count.", "never",
     "messages (text, transcript)"},
}};

}  // namespace

std::span<const Definition> lead_definitions() {
  return kLead;
}

}  // namespace rapport::features
