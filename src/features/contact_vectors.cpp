// The feature vectors as questions to the state, each in the order of its set (lead_definitions.cpp and so on).
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "features/contact_state.h"

namespace rapport::features {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr Duration kWeek = kDay * 7;
constexpr Duration kMonth = kDay * 30;    // "this month" is the last 30 days
constexpr Duration kQuarter = kDay * 90;  // orders are too rare for months
constexpr double kDaysPerMonth = 30.4375;
constexpr double kPriorMessages = 5;  // weight of the contact's overall rate in a rate of one hour or day

double ratio(double part, double of) {
  return of == 0 ? kMissing : part / of;
}

double days_since(const std::optional<Time>& event, Time as_of) {
  return event ? days_between(*event, as_of) : kMissing;
}

// How much less `now` is than `before`, as a share of the larger: 0.6 is 60 % less, -0.5 is twice as much, in -1..1.
double decline(double before, double now) {
  const double larger = std::max(before, now);
  return larger > 0 ? (before - now) / larger : kMissing;
}

double decline_of_counts(const Series& series, Time as_of, Duration period) {
  const auto count = [&](Time until) { return static_cast<double>(series.count(until - period, until)); };
  return decline(count(as_of - period), count(as_of));
}

double mean(const Series& series) {
  return ratio(series.sum(), static_cast<double>(series.count()));
}

double mean(const Series& series, Time from, Time until) {
  return ratio(series.sum(from, until), static_cast<double>(series.count(from, until)));
}

double number(std::size_t count) {
  return static_cast<double>(count);
}
double number(std::optional<int> value) {
  return value ? *value : kMissing;
}
double number(bool value) {
  return value ? 1 : 0;
}

double known_only(bool known, double value) {
  return known ? value : kMissing;
}

template <std::size_t N>
void copy(const std::array<double, N>& values, std::span<double> out) {
  std::copy(values.begin(), values.end(), out.begin());
}

}  // namespace

void ContactState::lead_vector(Time as_of, std::span<double> out) const {
  const auto inbound = number(inbound_.count());
  const double messages = inbound + number(sent_.size());
  const double analysed = number(valence_.count());
  const double weeks = first_message_ ? std::max(1.0, days_between(*first_message_, as_of) / 7) : kMissing;
  copy(
      std::array<double, 24>{
          ratio(answer_ms_ / 60'000, answers_),                                     // avg_response_time_minutes
          mean(closed_),                                                            // response_rate
          inbound,                                                                  // messages_received
          number(sent_.size()),                                                     // messages_sent
          number(conversations_.count()),                                           // conversation_count
          ratio(messages_in_conversations_, number(conversation_lengths_.size())),  // avg_conversation_length
          days_since(first_message_, as_of),                                        // days_since_first_contact
          days_since(last_message_, as_of),                                         // days_since_last_contact
          messages / weeks,                                                         // contact_frequency_per_week
          mean(valence_),                                                           // avg_sentiment_score
          ratio(positive_, analysed),                                               // positive_sentiment_ratio
          ratio(negative_, analysed),                                               // negative_sentiment_ratio
          ratio(emotion_sum_, emotions_),                                           // avg_emotion_score
          double(campaign_opens_),                                                  // campaign_opens
          double(campaign_clicks_),                                                 // campaign_clicks
          double(campaign_responses_),                                              // campaign_responses
          mean(closed_campaigns_),                                                  // campaign_engagement_rate
          number(hours_.mode()),                                                    // preferred_contact_hour
          ratio(weekend_inbound_, inbound),                                         // weekend_activity_ratio
          ratio(business_inbound_, inbound),                                        // business_hours_ratio
          double(questions_),                                                       // question_count
          double(price_inquiries_),                                                 // price_inquiry_count
          double(meeting_requests_),                                                // meeting_request_count
          double(positive_words_),                                                  // positive_keywords_count
      },
      out);
}

double ContactState::mean_conversation_length(Time from, Time until) const {
  const std::size_t first = conversations_.index(from);
  const std::size_t end = conversations_.index(until);
  double messages = 0;
  for (std::size_t i = first; i < end; ++i) {
    const auto found = conversation_lengths_.find(history_.conversations[conversation_rows_[i]].id.text());
    if (found != conversation_lengths_.end()) messages += found->second;
  }
  return ratio(messages, number(end - first));
}

void ContactState::churn_vector(Time as_of, std::span<double> out) const {
  const Time month = as_of - kMonth;
  const Time two_months = month - kMonth;
  const auto discounts = [&](Time until) {
    return number(
        std::max(discounts_.count(until - kQuarter, until), discounted_orders_.count(until - kQuarter, until)));
  };
  const double valence_now = mean(valence_, month, as_of);
  const double valence_before = mean(valence_, two_months, month);
  const double median_gap_ms = gaps_ms_.empty() ? 0 : gaps_ms_.median();
  const double silence_ms = last_inbound_ ? static_cast<double>((as_of - *last_inbound_).count()) : kMissing;
  copy(
      std::array<double, 32>{
          days_since(last_order_, as_of),                   // days_since_last_purchase
          days_since(last_inbound_, as_of),                 // days_since_last_message
          days_since(last_campaign_open_, as_of),           // days_since_last_campaign_open
          number(inbound_.count(month, as_of)),             // messages_this_month
          number(inbound_.count(two_months, month)),        // messages_last_month
          decline_of_counts(orders_, as_of, kQuarter),      // purchase_frequency_decline
          decline_of_counts(engagements_, as_of, kMonth),   // engagement_frequency_decline
          orders_.sum(),                                    // total_lifetime_value
          mean(orders_),                                    // avg_order_value
          days_since(first_order_, as_of) / kDaysPerMonth,  // months_since_first_purchase
          double(tickets_),                                 // support_tickets_count
          double(tickets_ - resolved_),                     // unresolved_tickets_count
          ratio(resolution_days_, resolved_),               // avg_ticket_resolution_days
          double(complaints_),                              // complaint_count
          valence_now,                                      // current_sentiment_score
          valence_before,                                   // sentiment_score_30d_ago
          valence_before - valence_now,                     // sentiment_decline_rate
          ratio(negative_, number(valence_.count())),       // negative_sentiment_ratio
          mean(closed_, month, as_of),                      // response_rate_current
          mean(closed_, two_months, month),                 // response_rate_30d_ago
          decline(mean(closed_campaigns_, two_months, month),
                  mean(closed_campaigns_, month, as_of)),  // campaign_engagement_decline
          decline(mean_conversation_length(two_months, month),
                  mean_conversation_length(month, as_of)),          // conversation_length_decline
          decline_of_counts(views_, as_of, kMonth),                 // product_views_decline
          ratio(abandoned_, std::max(carts_, abandoned_)),          // cart_abandonment_rate
          double(refunds_),                                         // refund_count
          -decline(discounts(as_of - kQuarter), discounts(as_of)),  // discount_usage_increase
          double(unsubscribe_attempts_),                            // unsubscribe_attempts
          number(unsubscribed_campaigns_.size()) + opt_outs_,       // opted_out_campaigns
          ratio(closed_ignored_, number(closed_.count())),          // ignored_messages_ratio
          double(preference_changes_),                              // contact_preference_changes
          days_since(first_message_, as_of),                        // days_since_first_contact
          ratio(silence_ms, median_gap_ms),                         // silence_ratio
      },
      out);
}

// A rate of few messages says little: the contact's overall rate counts as kPriorMessages more of them.
double ContactState::smoothed(const Rate& rate) const {
  const double overall = ratio(closed_engaged_.hits, closed_engaged_.of);
  return (rate.hits + kPriorMessages * overall) / (rate.of + kPriorMessages);
}

std::array<double, 24> ContactState::engagement_rates_by_hour() const {
  std::array<double, 24> rates{};
  std::transform(by_hour_.begin(), by_hour_.end(), rates.begin(), [this](const Rate& rate) { return smoothed(rate); });
  return rates;
}

ContactState::Rate ContactState::rate_of_days(bool weekend) const {
  Rate rate;
  for (std::size_t day = weekend ? 5 : 0; day < (weekend ? 7u : 5u); ++day) {
    rate.of += by_weekday_[day].of;
    rate.hits += by_weekday_[day].hits;
  }
  return rate;
}

void ContactState::engagement_vector(const MessageToSend& message, std::span<double> out) const {
  const Time at = message.at;
  const auto offset = history_.contact.timezone_offset_hours;
  const LocalTime local = local_time(at, offset);
  const text::MessageCues cues = text::read_cues(message.text, name_);
  const bool known = message.has_media || !message.text.empty();
  const double closed = number(closed_.count());
  std::optional<Time> last_engagement = last_inbound_;
  if (last_click_ && (!last_engagement || *last_click_ > *last_engagement)) last_engagement = last_click_;
  copy(
      std::array<double, 27>{
          ratio(closed_opened_, closed),                                   // past_open_rate
          ratio(closed_clicked_, closed),                                  // past_click_rate
          mean(closed_),                                                   // past_response_rate
          ratio(answer_ms_ / 3'600'000, answers_),                         // avg_response_time_hours
          double(local.hour),                                              // hour_of_day
          double(local.weekday),                                           // day_of_week
          number(local.is_weekend()),                                      // is_weekend
          number(local.is_business_hours()),                               // is_business_hours
          days_since(last_engagement, at),                                 // days_since_last_engagement
          days_since(last_campaign_sent_, at),                             // days_since_last_campaign
          days_since(last_message_, at) * 24,                              // hours_since_last_message
          number(hours_.mode()),                                           // preferred_contact_hour
          number(weekdays_.mode()),                                        // preferred_day_of_week
          offset.value_or(kMissing),                                       // timezone_offset
          known_only(known, cues.characters),                              // message_length
          known_only(known, number(message.has_media)),                    // has_media
          known_only(known, number(cues.has_link)),                        // has_link
          known_only(known, number(cues.has_call_to_action)),              // has_call_to_action
          known_only(known, cues.personalization),                         // personalization_level
          smoothed(by_hour_[static_cast<std::size_t>(local.hour)]),        // engagement_rate_this_hour
          smoothed(rate_of_days(local.is_weekend())),                      // engagement_rate_this_day
          smoothed(by_weekday_[static_cast<std::size_t>(local.weekday)]),  // engagement_rate_this_weekday
          number(inbound_.count(at - kWeek, at)),                          // messages_received_last_7d
          number(campaigns_sent_.count(at - kMonth, at)),                  // campaigns_received_last_30d
          number(conversations_.count(at - kMonth, at)),                   // conversation_count_last_30d
          mean(valence_, at - kMonth, at),                                 // avg_sentiment_score_last_30d
          known_only(!message.text.empty(), cues.quality),                 // message_quality_score
      },
      out);
}

}  // namespace rapport::features
