// Every feature against a value computed by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "features/feature_rows.h"
#include "features/history_for_tests.h"

namespace rapport::features {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

using Expected = std::vector<std::pair<std::string_view, double>>;

void expect_features(ModelKind kind, const FeatureVector& actual, const Expected& expected) {
  const auto set = feature_set(kind);
  ASSERT_EQ(actual.size(), set.size());
  for (const auto& [name, value] : expected) {
    const auto index = feature_index(kind, name);
    ASSERT_TRUE(index) << name;
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(actual[*index])) << name << " is " << actual[*index];
    } else {
      EXPECT_NEAR(actual[*index], value, 1e-9) << name;
    }
  }
}

/// A week of a contact three hours west of UTC.
ContactHistory week() {
  ContactHistory h;
  h.contact.name = PrivateText("Ana Souza");
  h.contact.timezone_offset_hours = -3;
  h.conversations = {conversation("k1", at(0, 12, 20)), conversation("k2", at(5, 15))};
  h.messages = {
      outbound("o1", at(0, 12), {.campaign = "c1", .read_at = at(0, 12, 30)}),
      inbound("i1", at(0, 12, 20),
              {.text = "how much is it?", .conversation = "k1", .analysis = analysis(Sentiment::kPositive, 0.8, 0.9)}),
      outbound("o2", at(0, 12, 30), {.conversation = "k1"}),
      outbound("o3", at(0, 12, 40), {.conversation = "k1"}),
      inbound("i2", at(0, 12, 50),
              {.text = "thanks 👍 can we meet tomorrow",
               .conversation = "k1",
               .analysis = analysis(Sentiment::kNeutral, 0.5, 0.6)}),
      outbound("o4", at(1, 12), {.campaign = "c4"}),  // nothing came of it
      outbound("o5", at(3, 20), {.campaign = "c2"}),  // opened in time, clicked too late, answered too late
      inbound("i3", at(5, 15),
              {.text = "no me gusta", .conversation = "k2", .analysis = analysis(Sentiment::kNegative, 0.1)}),
      outbound("o6", at(6, 10), {.campaign = "c3"}),  // clicked at once
  };
  h.campaign_events = {
      campaign_event(CampaignEventType::kResponse, at(2), "c9"),  // of a campaign that nobody knows
      campaign_event(CampaignEventType::kOpen, at(3, 21), "c2"),  // names no message: the latest of the campaign
      campaign_event(CampaignEventType::kClick, at(4, 21), "c2", "o5"),
      campaign_event(CampaignEventType::kClick, at(6, 11), "c3", "o6"),
  };
  return h;
}

TEST(LeadFeatures, AreWhatAPersonComputesFromTheRows) {
  const FeatureVector vector = lead_features(week(), at(6, 12));

  expect_features(ModelKind::kLeadScoring, vector,
                  {
                      {"avg_response_time_minutes", 15},  // 20 after o1, 10 after o3; i3 came too late
                      {"response_rate", 3.0 / 5},         // o1 o2 o3 of o1..o5; o6 is still open
                      {"messages_received", 3},
                      {"messages_sent", 6},
                      {"conversation_count", 2},
                      {"avg_conversation_length", 2.5},
                      {"days_since_first_contact", 6},
                      {"days_since_last_contact", 2.0 / 24},
                      {"contact_frequency_per_week", 9},  // the first week is not over
                      {"avg_sentiment_score", 1.4 / 3},
                      {"positive_sentiment_ratio", 1.0 / 3},
                      {"negative_sentiment_ratio", 1.0 / 3},
                      {"avg_emotion_score", 0.75},
                      {"campaign_opens", 2},                  // o1 read, o5 by event
                      {"campaign_clicks", 2},                 // o5 (late, still a click), o6
                      {"campaign_responses", 2},              // o1, and the event of c9
                      {"campaign_engagement_rate", 2.0 / 3},  // o1, o5 of o1 o4 o5
                      {"preferred_contact_hour", 9},
                      {"weekend_activity_ratio", 1.0 / 3},
                      {"business_hours_ratio", 2.0 / 3},
                      {"question_count", 2},
                      {"price_inquiry_count", 1},
                      {"meeting_request_count", 1},
                      {"positive_keywords_count", 2},  // "thanks", the thumb
                  });
}

TEST(EngagementFeatures, AreWhatAPersonComputesFromTheRows) {
  const PlannedMessage planned = {
      .at = at(7, 12), .text = PrivateText("Ana, order now: bit.ly/x"), .media_type = "image", .is_campaign = true};

  const FeatureVector vector = engagement_features(week(), planned);

  // Six messages are closed; answered or clicked: o1 o2 o3 (Monday, 9) and o6 (Sunday, 7) of them, o4 (Tuesday, 9) and
  // o5 (Thursday, 17) not.
  const double prior = 5 * 4.0 / 6;
  expect_features(ModelKind::kEngagementPrediction, vector,
                  {
                      {"past_open_rate", 2.0 / 6},
                      {"past_click_rate", 1.0 / 6},
                      {"past_response_rate", 3.0 / 6},
                      {"avg_response_time_hours", 0.25},
                      {"hour_of_day", 9},
                      {"day_of_week", 0},
                      {"is_weekend", 0},
                      {"is_business_hours", 1},
                      {"days_since_last_engagement", 25.0 / 24},  // the click on o6
                      {"days_since_last_campaign", 26.0 / 24},
                      {"hours_since_last_message", 26},
                      {"preferred_contact_hour", 9},
                      {"preferred_day_of_week", 0},
                      {"timezone_offset", -3},
                      {"message_length", 24},
                      {"has_media", 1},
                      {"has_link", 1},
                      {"has_call_to_action", 1},
                      {"personalization_level", 0.5},
                      {"engagement_rate_this_hour", (3 + prior) / (4 + 5)},
                      {"engagement_rate_this_day", (3 + prior) / (5 + 5)},
                      {"engagement_rate_this_weekday", (3 + prior) / (3 + 5)},
                      {"messages_received_last_7d", 3},
                      {"campaigns_received_last_30d", 4},
                      {"conversation_count_last_30d", 2},
                      {"avg_sentiment_score_last_30d", 1.4 / 3},
                      {"message_quality_score", 1},
                  });
}

TEST(EngagementFeatures, HaveARateForEveryHourOfTheDay) {
  const PlannedMessage planned = {.at = at(8, 12), .text = {}, .media_type = {}, .is_campaign = false};

  const EngagementByHour known = engagement_by_hour(week(), planned);

  const double prior = 5 * 4.0 / 6;
  EXPECT_DOUBLE_EQ(known.rates[9], (3 + prior) / (4 + 5));
  EXPECT_DOUBLE_EQ(known.rates[7], (1 + prior) / (1 + 5));
  EXPECT_DOUBLE_EQ(known.rates[17], (0 + prior) / (1 + 5));
  EXPECT_DOUBLE_EQ(known.rates[3], prior / 5) << "an hour without messages: the contact's overall rate";
  for (const std::size_t hour : {0U, 7U, 9U, 17U}) {
    PlannedMessage then = planned;
    then.at = at(8, static_cast<int>(hour) + 3);  // local time is UTC-3
    EXPECT_DOUBLE_EQ(known.rates[hour],
                     engagement_features(
                         week(), then)[*feature_index(ModelKind::kEngagementPrediction, "engagement_rate_this_hour")]);
  }
}

/// Half a year of a customer, asked about at day 200.
ContactHistory half_year() {
  ContactHistory h;
  h.conversations = {conversation("a", at(141)), conversation("b", at(159)), conversation("c", at(172))};
  h.messages = {
      outbound("m1", at(99.5)),
      inbound("m2", at(100)),
      outbound("m3", at(141.5), {.campaign = "x"}),
      inbound("m4", at(142), {.conversation = "a", .analysis = analysis(Sentiment::kPositive, 0.9)}),
      inbound("m5", at(146), {.conversation = "a", .analysis = analysis(Sentiment::kNeutral, 0.7)}),
      inbound("m6", at(150)),
      outbound("m7", at(155), {.campaign = "y", .read_at = at(155.25)}),
      outbound("m8", at(159.5), {.conversation = "b"}),
      inbound("m9", at(160), {.conversation = "b"}),
      outbound("m10", at(171.75), {.campaign = "z"}),
      inbound("m11", at(172), {.conversation = "c", .analysis = analysis(Sentiment::kNegative, 0.2)}),
      inbound("m12", at(180), {.analysis = analysis(Sentiment::kNeutral, 0.4)}),
      outbound("m13", at(190), {.campaign = "z"}),
  };
  h.campaign_events = {
      campaign_event(CampaignEventType::kClick, at(157), "y", "m7"),  // too late for the answer window
      campaign_event(CampaignEventType::kOpen, at(172.5), "z", "m10"),
      campaign_event(CampaignEventType::kUnsubscribe, at(191), "z"),
      campaign_event(CampaignEventType::kUnsubscribe, at(192), "z"),
  };
  h.orders = {order(at(20), 100), order(at(150), 50, 5), order(at(160), 30)};
  h.tickets = {ticket(TicketKind::kQuestion, at(10), at(12)), ticket(TicketKind::kComplaint, at(150), at(154)),
               ticket(TicketKind::kComplaint, at(190)), ticket(TicketKind::kOther, at(195), at(205))};
  using enum ProductEventType;
  h.product_events = {
      product_event(kDiscount, at(30)), product_event(kDiscount, at(40)), product_event(kView, at(150)),
      product_event(kView, at(151)),    product_event(kView, at(152)),    product_event(kView, at(153)),
      product_event(kCart, at(160)),    product_event(kCart, at(161)),    product_event(kAbandon, at(161)),
      product_event(kRefund, at(170)),  product_event(kView, at(175))};
  h.preference_events = {preference_event(PreferenceEventType::kOptIn, at(1)),
                         preference_event(PreferenceEventType::kUnsubscribeAttempt, at(190)),
                         preference_event(PreferenceEventType::kOptOut, at(191)),
                         preference_event(PreferenceEventType::kChange, at(192))};
  return h;
}

TEST(ChurnFeatures, AreWhatAPersonComputesFromTheRows) {
  const FeatureVector vector = churn_features(half_year(), at(200));

  expect_features(ModelKind::kChurnPrediction, vector,
                  {
                      {"days_since_last_purchase", 40},
                      {"days_since_last_message", 20},
                      {"days_since_last_campaign_open", 27.5},
                      {"messages_this_month", 2},
                      {"messages_last_month", 4},
                      {"purchase_frequency_decline", (1 - 2) / 2.0},    // the order of day 20 is just within
                      {"engagement_frequency_decline", (6 - 3) / 6.0},  // 4 written 1 opened 1 clicked; 2 and 1
                      {"total_lifetime_value", 180},
                      {"avg_order_value", 60},
                      {"months_since_first_purchase", 180 / 30.4375},
                      {"support_tickets_count", 4},
                      {"unresolved_tickets_count", 2},  // the fourth was resolved afterwards
                      {"avg_ticket_resolution_days", 3},
                      {"complaint_count", 2},
                      {"current_sentiment_score", 0.3},
                      {"sentiment_score_30d_ago", 0.8},
                      {"sentiment_decline_rate", 0.5},
                      {"negative_sentiment_ratio", 0.25},
                      {"response_rate_current", 1.0 / 2},    // m10 of m10 m13
                      {"response_rate_30d_ago", 2.0 / 3},    // m3 m8 of m3 m7 m8
                      {"campaign_engagement_decline", 0.5},  // 1 of 2, before 2 of 2
                      {"conversation_length_decline", 0.5},  // 1, before 2
                      {"product_views_decline", 0.75},
                      {"cart_abandonment_rate", 0.5},
                      {"refund_count", 1},
                      {"discount_usage_increase", -0.5},  // 2 events, then 1 order
                      {"unsubscribe_attempts", 1},
                      {"opted_out_campaigns", 2},  // z once, and the general one
                      {"ignored_messages_ratio", 1.0 / 6},
                      {"contact_preference_changes", 3},
                      {"days_since_first_contact", 100.5},
                      {"silence_ratio", 20.0 / 9},  // gaps 4 4 8 10 12 42
                  });
}

void expect_counts_or_missing(ModelKind kind, const FeatureVector& vector, const std::vector<std::string_view>& known) {
  const auto set = feature_set(kind);
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i].missing_when != "never") {
      EXPECT_TRUE(std::isnan(vector[i])) << set[i].name;
    } else if (std::find(known.begin(), known.end(), set[i].name) == known.end()) {
      EXPECT_EQ(vector[i], 0) << set[i].name;
    }
  }
}

TEST(Features, OfAContactWithoutHistoryAreZeroCountsAndMissing) {
  const ContactHistory nobody;

  expect_counts_or_missing(ModelKind::kLeadScoring, lead_features(nobody, at(10)), {});
  expect_counts_or_missing(ModelKind::kChurnPrediction, churn_features(nobody, at(10)), {});
  expect_counts_or_missing(ModelKind::kEngagementPrediction, engagement_features(nobody, {.at = at(0)}), {});
}

TEST(Features, OfASingleInboundMessageHaveNoRatesAndNoGaps) {
  ContactHistory h;
  h.messages = {inbound("m", at(0, 10), {.text = "hello"})};

  expect_features(ModelKind::kLeadScoring, lead_features(h, at(1, 10)),
                  {{"messages_received", 1},
                   {"response_rate", kMissing},
                   {"avg_response_time_minutes", kMissing},
                   {"days_since_first_contact", 1},
                   {"preferred_contact_hour", 10},
                   {"avg_sentiment_score", kMissing}});
  expect_features(ModelKind::kChurnPrediction, churn_features(h, at(1, 10)),
                  {{"silence_ratio", kMissing}, {"messages_this_month", 1}, {"engagement_frequency_decline", -1}});
}

TEST(Features, OfAnEventAtTheMomentItselfDoNotChange) {
  ContactHistory h;
  h.messages = {inbound("m", at(3))};
  h.orders = {order(at(3), 10)};
  h.tickets = {ticket(TicketKind::kComplaint, at(1), at(3))};

  expect_features(ModelKind::kLeadScoring, lead_features(h, at(3)), {{"messages_received", 0}});
  expect_features(
      ModelKind::kChurnPrediction, churn_features(h, at(3)),
      {{"total_lifetime_value", 0}, {"unresolved_tickets_count", 1}, {"avg_ticket_resolution_days", kMissing}});
  expect_features(ModelKind::kChurnPrediction, churn_features(h, at(3) + Duration(1)),
                  {{"total_lifetime_value", 10}, {"unresolved_tickets_count", 0}, {"avg_ticket_resolution_days", 2}});
}

TEST(Features, TakeAMessageOfTheSameMillisecondForNoAnswer) {
  ContactHistory h;
  h.messages = {outbound("a", at(0)), inbound("b", at(0)), inbound("c", at(0, 1)), outbound("d", at(0, 2)),
                inbound("e", at(1, 2))};

  // "c" answers "a" after an hour; "e" answers "d" at the very end of its 24 hours.
  expect_features(ModelKind::kLeadScoring, lead_features(h, at(5)),
                  {{"response_rate", 1}, {"avg_response_time_minutes", (60 + 24 * 60) / 2.0}});
}

TEST(Features, CloseAnAnswerWindowAfter24HoursToTheMillisecond) {
  ContactHistory h;
  h.messages = {outbound("a", at(0)), inbound("b", at(1) + Duration(1))};

  expect_features(ModelKind::kLeadScoring, lead_features(h, at(1)), {{"response_rate", kMissing}});
  expect_features(ModelKind::kLeadScoring, lead_features(h, at(5)),
                  {{"response_rate", 0}, {"avg_response_time_minutes", kMissing}});
}

TEST(Features, FollowTheContactsClockAcrossMidnightAndTheWeek) {
  const struct {
    double offset;
    int hour;
    int weekday;
  } cases[] = {{-12, 8, 6}, {0, 20, 6}, {5.5, 1, 0}, {5.75, 2, 0}, {14, 10, 0}};
  for (const auto& c : cases) {
    ContactHistory h;
    h.contact.timezone_offset_hours = c.offset;
    // Sunday 20:15 UTC
    expect_features(ModelKind::kEngagementPrediction, engagement_features(h, {.at = at(6, 20, 15)}),
                    {{"hour_of_day", c.hour},
                     {"day_of_week", c.weekday},
                     {"is_weekend", c.weekday >= 5 ? 1 : 0},
                     {"timezone_offset", c.offset}});
  }
}

TEST(Features, ReadAVoiceNoteByItsTranscript) {
  ContactHistory h;
  h.messages = {inbound("m", at(0))};
  h.messages[0].transcript = PrivateText("quanto custa");

  expect_features(ModelKind::kLeadScoring, lead_features(h, at(1)),
                  {{"price_inquiry_count", 1}, {"question_count", 1}});
}

TEST(Features, DoNotCountAnOpeningTwice) {
  ContactHistory h;
  h.messages = {outbound("a", at(0), {.campaign = "c", .read_at = at(0, 1)})};
  h.campaign_events = {campaign_event(CampaignEventType::kOpen, at(0, 1), "c", "a"),
                       campaign_event(CampaignEventType::kOpen, at(0, 2), "c", "a"),
                       campaign_event(CampaignEventType::kClick, at(0, 2), "c", "a"),
                       campaign_event(CampaignEventType::kClick, at(0, 3), "c")};

  expect_features(ModelKind::kLeadScoring, lead_features(h, at(2)), {{"campaign_opens", 1}, {"campaign_clicks", 1}});
}

TEST(Features, LeaveTheContentOutOfAMessageThatIsNotKnown) {
  expect_features(ModelKind::kEngagementPrediction, engagement_features({}, {.at = at(0, 9)}),
                  {{"hour_of_day", 9},
                   {"message_length", kMissing},
                   {"has_media", kMissing},
                   {"has_link", kMissing},
                   {"has_call_to_action", kMissing},
                   {"personalization_level", kMissing},
                   {"message_quality_score", kMissing}});
}

TEST(Features, LeaveQualityOutForAMessageWithoutText) {
  expect_features(ModelKind::kEngagementPrediction,
                  engagement_features({}, {.at = at(0), .text = {}, .media_type = "audio", .is_campaign = false}),
                  {{"message_quality_score", kMissing}, {"message_length", 0}, {"has_media", 1}});
}

}  // namespace
}  // namespace rapport::features
