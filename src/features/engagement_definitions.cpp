#include <array>

#include "features/definitions.h"

namespace rapport::features {
namespace {

using enum ValueType;

constexpr std::array<Definition, 27> kEngagement = {{
    {"past_open_rate", kReal, 0, 1, kShare,
     "Share of earlier outbound messages opened (read receipt or open event) within 24 hours, of those whose 24 hours "
     "are "
     "over.",
     "no outbound message's 24 hours are over", "messages, campaign_events"},
    {"past_click_rate", kReal, 0, 1, kShare, "Share of the same messages clicked within 24 hours.",
     "no outbound message's 24 hours are over", "campaign_events, messages"},
    {"past_response_rate", kReal, 0, 1, kShare, "Share of the same messages answered within 24 hours.",
     "no outbound message's 24 hours are over", "messages, campaign_events"},
    {"avg_response_time_hours", kReal, 0, kMaxCount, "hours",
     "Mean time from the business's latest message to the contact's answer, over the answers that came within 24 "
     "hours.",
     "the contact never answered within 24 hours", "messages"},
    {"hour_of_day", kInteger, 0, 23, "hour 0..23, local", "Local hour at which the message is sent.", "never",
     "the message, contacts (timezone_offset)"},
    {"day_of_week", kInteger, 0, 6, "0..6, Monday 0, local", "Local weekday on which the message is sent.", "never",
     "the message, contacts (timezone_offset)"},
    {"is_weekend", kBoolean, 0, 1, "yes or no", "Whether that day is a Saturday or a Sunday.", "never",
     "the message, contacts (timezone_offset)"},
    {"is_business_hours", kBoolean, 0, 1, "yes or no",
     "Whether the message is sent from Monday to Friday, 9:00 to 17:59 local time.", "never",
     "the message, contacts (timezone_offset)"},
    {"days_since_last_engagement", kReal, 0, kMaxDays, "days", "Days since the contact last wrote or clicked.",
     "the contact never did", "messages, campaign_events"},
    {"days_since_last_campaign", kReal, 0, kMaxDays, "days", "Days since the contact was last sent a campaign message.",
     "no campaign message was sent before", "messages"},
    {"hours_since_last_message", kReal, 0, kMaxCount, "hours", "Hours since the latest message in either direction.",
     "there was no message", "messages"},
    {"preferred_contact_hour", kInteger, 0, 23, "hour 0..23, local",
     "Local hour in which the contact wrote most often; the earliest of equals.", "the contact never wrote",
     "messages, contacts (timezone_offset)"},
    {"preferred_day_of_week", kInteger, 0, 6, "0..6, Monday 0, local",
     "Local weekday on which the contact wrote most often; the earliest of equals.", "the contact never wrote",
     "messages, contacts (timezone_offset)"},
    {"timezone_offset", kReal, -12, 14, "hours", "The contact's local time minus UTC.", "the contact's is not known",
     "contacts"},
    {"message_length", kInteger, 0, kMaxCount, "characters", "Characters of the text, as a reader counts them.",
     "the message is not known: neither text nor media", "the message"},
    {"has_media", kBoolean, 0, 1, "yes or no", "Whether the message carries an image, a video, a document or a sound.",
     "the message is not known: neither text nor media", "the message"},
    {"has_link", kBoolean, 0, 1, "yes or no", "Whether the text contains a web address.",
     "the message is not known: neither text nor media", "the message"},
    {"has_call_to_action", kBoolean, 0, 1, "yes or no", "Whether the text tells the reader to do something.",
     "the message is not known: neither text nor media", "the message"},
    {"personalization_level", kReal, 0, 1, "0..1",
     "0.5 for the contact's name or a placeholder, 0.3 for the contact's own history or a second thing filled in, 0.2 "
     "for "
     "addressing the reader.",
     "the message is not known: neither text nor media", "the message, contacts (name)"},
    {"engagement_rate_this_hour", kReal, 0, 1, kShare,
     "Share of earlier messages sent in this local hour that were answered or clicked within 24 hours, pulled towards "
     "the "
     "contact's overall share.",
     "no outbound message's 24 hours are over", "messages, campaign_events"},
    {"engagement_rate_this_day", kReal, 0, 1, kShare,
     "The same for messages sent on this kind of day: Monday to Friday, or the weekend.",
     "no outbound message's 24 hours are over", "messages, campaign_events"},
    {"engagement_rate_this_weekday", kReal, 0, 1, kShare, "The same for messages sent on this local weekday.",
     "no outbound message's 24 hours are over", "messages, campaign_events"},
    {"messages_received_last_7d", kInteger, 0, kMaxCount, "count",
     "Messages that the business received from the contact in the last 7 days.", "never", "messages"},
    {"campaigns_received_last_30d", kInteger, 0, kMaxCount, "count",
     "Campaign messages that the contact was sent in the last 30 days.", "never", "messages"},
    {"conversation_count_last_30d", kInteger, 0, kMaxCount, "count", "Conversations that began in the last 30 days.",
     "never", "conversations"},
    {"avg_sentiment_score_last_30d", kReal, 0, 1, "valence 0..1",
     "Mean valence of the analysed inbound messages of the last 30 days.",
     "no inbound message of the last 30 days was analysed", "messages (analysis)"},
    {"message_quality_score", kReal, 0, 1, "0..1",
     "How well the text is written: length 0.30, no shouting 0.20, readable 0.20, few repeated marks and emoji 0.15, "
     "call "
     "to action 0.15.",
     "the message has no text", "the message"},
}};

}  // namespace

std::span<const Definition> engagement_definitions() {
  return kEngagement;
}

}  // namespace rapport::features
