#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "features/feature_rows.h"
#include "features/history_for_tests.h"

namespace rapport::features {
namespace {

struct Row {
  Time as_of;
  FeatureVector features;
  double target;
};

std::vector<Row> rows_of(ModelKind kind, const ContactHistory& history, Time data_until,
                         const std::vector<Time>& cutoffs = {}) {
  std::vector<Row> rows;
  training_rows(kind, history, cutoffs, data_until, [&](const LabelledRow& row) {
    rows.push_back({row.as_of, {row.features.begin(), row.features.end()}, row.target});
  });
  return rows;
}

std::vector<double> targets(const std::vector<Row>& rows) {
  std::vector<double> out;
  for (const Row& row : rows) out.push_back(row.target);
  return out;
}

TEST(LeadRows, AreOnePerScoringInOrderOfTime) {
  ContactHistory h;
  h.leads = {lead(at(5), 80), lead(at(2), 35)};
  h.messages = {inbound("m", at(3))};

  const auto rows = rows_of(ModelKind::kLeadScoring, h, at(9));

  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(targets(rows), (std::vector<double>{35, 80}));
  const std::size_t received = *feature_index(ModelKind::kLeadScoring, "messages_received");
  EXPECT_EQ(rows[0].features[received], 0);
  EXPECT_EQ(rows[1].features[received], 1);
}

TEST(ChurnRows, NeedHistoryActivityAndAKnownOutcome) {
  ContactHistory h;
  h.messages = {inbound("m", at(0)), inbound("n", at(80))};
  const auto count = [&](double cutoff, double until) {
    return rows_of(ModelKind::kChurnPrediction, h, at(until), {at(cutoff)}).size();
  };

  EXPECT_EQ(count(90, 180), 1u);
  EXPECT_EQ(count(89, 180), 0u);   // 89 days of history
  EXPECT_EQ(count(90, 179), 0u);   // the outcome is not known yet
  EXPECT_EQ(count(170, 260), 1u);  // active 90 days before
  EXPECT_EQ(count(171, 261), 0u);  // silent for longer
}

TEST(ChurnRows, AreChurnedWithoutMessageAndOrderForNinetyDays) {
  const auto target = [](std::vector<Message> later_messages, std::vector<Order> later_orders) {
    ContactHistory h;
    h.messages = {inbound("m", at(0)), inbound("n", at(80))};
    h.messages.insert(h.messages.end(), later_messages.begin(), later_messages.end());
    h.orders = std::move(later_orders);
    return rows_of(ModelKind::kChurnPrediction, h, at(400), {at(100)}).at(0).target;
  };

  EXPECT_EQ(target({}, {}), 1);
  EXPECT_EQ(target({inbound("x", at(100))}, {}), 0);
  EXPECT_EQ(target({inbound("x", at(189))}, {}), 0);
  EXPECT_EQ(target({inbound("x", at(190))}, {}), 1);
  EXPECT_EQ(target({outbound("x", at(120))}, {}), 1);
  EXPECT_EQ(target({}, {order(at(150), 10)}), 0);
}

TEST(EngagementRows, AreTheOutboundMessagesWithADayBehindThem) {
  ContactHistory h;
  h.messages = {outbound("a", at(0)), inbound("b", at(1)), outbound("c", at(5)), outbound("d", at(5, 1))};

  EXPECT_EQ(rows_of(ModelKind::kEngagementPrediction, h, at(6)).size(), 2u);
  EXPECT_EQ(rows_of(ModelKind::kEngagementPrediction, h, at(6, 1)).size(), 3u);
}

TEST(EngagementRows, AreEngagedWhenAnsweredOrClickedWithinADay) {
  ContactHistory h;
  h.messages = {outbound("answered", at(0)),
                inbound("x", at(1)),
                outbound("too_late", at(3)),
                inbound("y", at(4, 0, 1)),
                outbound("clicked", at(10), {.campaign = "c"}),
                outbound("clicked_late", at(20), {.campaign = "d"}),
                outbound("only_read", at(30), {.read_at = at(30, 1)}),
                outbound("responded", at(40), {.campaign = "e"})};
  h.campaign_events = {campaign_event(CampaignEventType::kClick, at(10, 5), "c", "clicked"),
                       campaign_event(CampaignEventType::kClick, at(21, 1), "d", "clicked_late"),
                       campaign_event(CampaignEventType::kOpen, at(30, 1), "", "only_read"),
                       campaign_event(CampaignEventType::kResponse, at(40, 1), "e")};

  EXPECT_EQ(targets(rows_of(ModelKind::kEngagementPrediction, h, at(99))), (std::vector<double>{1, 0, 1, 0, 0, 1}));
}

// The same message with the opposite outcome: the label flips and not one feature does.
TEST(EngagementRows, KeepTheirFeaturesWhenTheOutcomeFlips) {
  ContactHistory ignored;
  for (int i = 0; i < 20; ++i) {
    ignored.messages.push_back(outbound("o" + std::to_string(i), at(i), {.text = "Hi", .campaign = "c"}));
    if (i % 3 == 0) ignored.messages.push_back(inbound("i" + std::to_string(i), at(i, 2)));
  }
  ignored.messages.push_back(outbound("last", at(30), {.text = "Order now", .campaign = "c"}));
  ContactHistory engaged = ignored;
  engaged.messages.back().read_at = at(30, 1);
  engaged.messages.push_back(inbound("answer", at(30, 2)));
  engaged.campaign_events = {campaign_event(CampaignEventType::kClick, at(30, 1), "c", "last")};

  const Row without = rows_of(ModelKind::kEngagementPrediction, ignored, at(40)).back();
  const Row with = rows_of(ModelKind::kEngagementPrediction, engaged, at(40)).back();

  EXPECT_EQ(without.target, 0);
  EXPECT_EQ(with.target, 1);
  for (std::size_t i = 0; i < with.features.size(); ++i) {
    if (std::isnan(with.features[i])) {
      EXPECT_TRUE(std::isnan(without.features[i]));
    } else {
      EXPECT_EQ(with.features[i], without.features[i]);
    }
  }
}

// 100,000 messages, half of them within one day: anything quadratic would not end within the test's time limit.
TEST(TrainingRows, OfAVeryLargeContactCostLinearTime) {
  constexpr int kMessages = 100'000;
  ContactHistory h;
  std::vector<Time> cutoffs;
  for (int i = 0; i < kMessages; ++i) {
    const Time when = i < kMessages / 2 ? at(i / 250.0) : at(200) + Duration(i);
    const bool is_inbound = i < kMessages / 2 ? i % 2 == 0 : i == kMessages - 1;
    const std::string id = std::to_string(i);
    h.messages.push_back(is_inbound ? inbound(id, when, {.text = "kitna hai", .conversation = "k" + id})
                                    : outbound(id, when, {.text = "Hi", .campaign = "c", .read_at = when + kHour}));
    if (i % 4 == 1) h.campaign_events.push_back(campaign_event(CampaignEventType::kClick, when + kHour, "c", id));
    if (i % 10 == 0) h.conversations.push_back(conversation("k" + id, when));
    if (i % 100 == 0) h.leads.push_back(lead(when, 50));
    if (i % 1000 == 0) cutoffs.push_back(when);
  }

  EXPECT_EQ(rows_of(ModelKind::kEngagementPrediction, h, at(400)).size(), kMessages * 3u / 4 - 1);
  EXPECT_EQ(rows_of(ModelKind::kLeadScoring, h, at(400)).size(), h.leads.size());
  EXPECT_GT(rows_of(ModelKind::kChurnPrediction, h, at(400), cutoffs).size(), 50u);
}

}  // namespace
}  // namespace rapport::features
