// No feature knows its future, and training sees what the server sees: properties over random histories. Times lie on
// a coarse grid, so that events of the same millisecond are common.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"
#include "features/feature_rows.h"
#include "features/history_for_tests.h"

namespace rapport::features {
namespace {

constexpr int kDays = 300;
constexpr int kHistories = 60;

Time random_time(Rng& rng, Time from, Time until) {
  const auto hours = (until - from) / kHour;
  return from + kHour * rng.integer(0, hours - 1);
}

Message random_message(Rng& rng, Time sent_at, int number) {
  static const std::vector<std::string> kTexts = {
      "how much is it", "Ana, order now: bit.ly/x", "thanks 😍", "kitna hai", "", "no me gusta", "call me tomorrow"};
  const auto pick = [&rng](std::int64_t count) { return std::to_string(rng.integer(0, count - 1)); };
  Message m = message("m" + std::to_string(number), rng.chance(0.4) ? Direction::kInbound : Direction::kOutbound,
                      sent_at, {.text = kTexts[static_cast<std::size_t>(rng.integer(0, 6))]});
  if (m.direction == Direction::kOutbound && rng.chance(0.5)) m.campaign = CampaignId("c" + pick(4));
  if (rng.chance(0.6)) m.conversation = ConversationId("k" + pick(8));
  if (rng.chance(0.5)) m.read_at = sent_at + kHour * rng.integer(0, 60);
  if (rng.chance(0.7)) {
    m.analysis = analysis(static_cast<Sentiment>(rng.integer(0, 2)), rng.uniform());
    if (rng.chance(0.5)) m.analysis->emotion_prob = rng.uniform();
  }
  return m;
}

// Adds random rows of every kind at times in [from, until).
void add_rows(Rng& rng, ContactHistory& h, Time from, Time until, int messages) {
  const auto when = [&] { return random_time(rng, from, until); };
  const auto several = [&](int most, auto add) {
    for (auto n = rng.integer(0, most); n > 0; --n) add();
  };
  for (int i = 0; i < messages; ++i) h.messages.push_back(random_message(rng, when(), int(h.messages.size())));
  several(8, [&] { h.conversations.push_back(conversation("k" + std::to_string(rng.integer(0, 7)), when())); });
  several(30, [&] {
    h.campaign_events.push_back(campaign_event(static_cast<CampaignEventType>(rng.integer(0, 3)), when(),
                                               "c" + std::to_string(rng.integer(0, 5)),
                                               rng.chance(0.6) ? "m" + std::to_string(rng.integer(0, 99)) : ""));
  });
  several(6, [&] { h.orders.push_back(order(when(), rng.uniform(1, 100), rng.chance(0.3) ? 5 : 0)); });
  several(5, [&] {
    const Time opened = when();
    h.tickets.push_back(ticket(static_cast<TicketKind>(rng.integer(0, 2)), opened));
    if (rng.chance(0.7)) h.tickets.back().resolved_at = opened + kHour * rng.integer(0, 2000);
  });
  several(20,
          [&] { h.product_events.push_back(product_event(static_cast<ProductEventType>(rng.integer(0, 4)), when())); });
  several(4, [&] {
    h.preference_events.push_back(preference_event(static_cast<PreferenceEventType>(rng.integer(0, 3)), when()));
  });
  several(3, [&] { h.leads.push_back(lead(when(), rng.uniform(0, 100))); });
}

// The order that ContactHistory promises.
void sort_rows(ContactHistory& h) {
  const auto sort = [](auto& rows, auto time) {
    std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return time(a) < time(b); });
  };
  const auto at_of = [](const auto& row) { return row.at; };
  sort(h.conversations, [](const auto& row) { return row.started_at; });
  sort(h.messages, [](const auto& row) { return row.sent_at; });
  sort(h.campaign_events, at_of);
  sort(h.leads, [](const auto& row) { return row.scored_at; });
  sort(h.orders, [](const auto& row) { return row.placed_at; });
  sort(h.tickets, [](const auto& row) { return row.opened_at; });
  sort(h.product_events, at_of);
  sort(h.preference_events, at_of);
}

ContactHistory random_history(std::uint64_t seed) {
  Rng rng(seed);
  ContactHistory h;
  h.contact.name = PrivateText("Ana");
  if (rng.chance(0.7)) h.contact.timezone_offset_hours = static_cast<double>(rng.integer(-24, 28)) / 2;
  add_rows(rng, h, at(0), at(kDays), static_cast<int>(rng.integer(0, 150)));
  sort_rows(h);
  return h;
}

// What was known before `as_of`: later rows gone, later facts of earlier rows blank.
ContactHistory known_before(ContactHistory h, Time as_of) {
  const auto drop = [&](auto& rows, auto time) {
    std::erase_if(rows, [&](const auto& row) { return time(row) >= as_of; });
  };
  const auto at_of = [](const auto& row) { return row.at; };
  drop(h.conversations, [](const auto& row) { return row.started_at; });
  drop(h.messages, [](const auto& row) { return row.sent_at; });
  drop(h.campaign_events, at_of);
  drop(h.leads, [](const auto& row) { return row.scored_at; });
  drop(h.orders, [](const auto& row) { return row.placed_at; });
  drop(h.tickets, [](const auto& row) { return row.opened_at; });
  drop(h.product_events, at_of);
  drop(h.preference_events, at_of);
  for (Message& m : h.messages) {
    if (m.read_at && *m.read_at >= as_of) m.read_at.reset();
  }
  for (Ticket& t : h.tickets) {
    if (t.resolved_at && *t.resolved_at >= as_of) t.resolved_at.reset();
  }
  return h;
}

// Another future: later rows replaced by many others, later facts of earlier rows changed.
ContactHistory another_future(const ContactHistory& history, Time as_of, Rng& rng) {
  ContactHistory h = known_before(history, as_of);
  for (Message& m : h.messages) {
    if (!m.read_at && rng.chance(0.5)) m.read_at = as_of + kHour * rng.integer(0, 9);
  }
  for (Ticket& t : h.tickets) {
    if (!t.resolved_at) t.resolved_at = as_of + kHour * rng.integer(0, 9);
  }
  ContactHistory later;
  add_rows(rng, later, as_of, as_of + kDay * 40, 60);
  for (Message& m : later.messages) m.id = MessageId("m" + std::to_string(rng.integer(50, 250)));
  const auto append = [](auto& rows, const auto& more) { rows.insert(rows.end(), more.begin(), more.end()); };
  sort_rows(later);
  append(h.conversations, later.conversations);
  append(h.messages, later.messages);
  append(h.campaign_events, later.campaign_events);
  append(h.orders, later.orders);
  append(h.tickets, later.tickets);
  append(h.product_events, later.product_events);
  append(h.preference_events, later.preference_events);
  return h;
}

PlannedMessage planned_at(Time moment) {
  return {.at = moment, .text = PrivateText("Ana, how are you"), .is_campaign = false};
}

FeatureVector features_at(ModelKind kind, const ContactHistory& history, Time moment) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      return lead_features(history, moment);
    case ModelKind::kChurnPrediction:
      return churn_features(history, moment);
    case ModelKind::kEngagementPrediction:
      return engagement_features(history, planned_at(moment));
  }
  return {};
}

// Equal to the last bit, missing equal to missing.
void expect_same(ModelKind kind, std::span<const double> a, std::span<const double> b) {
  const auto set = feature_set(kind);
  ASSERT_EQ(a.size(), set.size());
  ASSERT_EQ(b.size(), set.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(a[i]), std::bit_cast<std::uint64_t>(b[i]))
        << set[i].name << ": " << a[i] << " and " << b[i];
  }
}

TEST(PointInTime, TheFutureChangesNoFeature) {
  for (int seed = 0; seed < kHistories; ++seed) {
    const ContactHistory history = random_history(static_cast<std::uint64_t>(seed));
    Rng rng(static_cast<std::uint64_t>(1000 + seed));
    for (int i = 0; i < 8; ++i) {
      const Time moment = random_time(rng, at(0), at(kDays));
      const ContactHistory past = known_before(history, moment);
      const ContactHistory other = another_future(history, moment, rng);
      for (const ModelKind kind : kModelKinds) {
        const FeatureVector known = features_at(kind, past, moment);
        expect_same(kind, known, features_at(kind, history, moment));
        expect_same(kind, known, features_at(kind, other, moment));
      }
      if (HasFailure()) FAIL() << "seed " << seed;
    }
  }
}

struct Row {
  Time as_of;
  FeatureVector features;
  double target;
};

std::vector<Row> rows_of(ModelKind kind, const ContactHistory& history, Time data_until) {
  std::vector<Time> cutoffs;
  for (int day = 60; day < kDays; day += 25) cutoffs.push_back(at(day));
  std::vector<Row> rows;
  training_rows(kind, history, cutoffs, data_until, [&](const LabelledRow& row) {
    EXPECT_EQ(row.kind, kind);
    rows.push_back({row.as_of, {row.features.begin(), row.features.end()}, row.target});
  });
  return rows;
}

TEST(PointInTime, ATrainingRowIsWhatTheServerWouldHaveComputedThen) {
  std::size_t compared = 0;
  for (int seed = 0; seed < kHistories; ++seed) {
    const ContactHistory history = random_history(static_cast<std::uint64_t>(seed));
    for (const ModelKind kind : {ModelKind::kLeadScoring, ModelKind::kChurnPrediction}) {
      for (const Row& row : rows_of(kind, history, at(kDays))) {
        expect_same(kind, row.features, features_at(kind, known_before(history, row.as_of), row.as_of));
        ++compared;
      }
    }
    std::vector<Message> sent = history.messages;
    std::erase_if(sent,
                  [](const Message& m) { return m.direction == Direction::kInbound || m.sent_at + kDay > at(kDays); });
    const std::vector<Row> rows = rows_of(ModelKind::kEngagementPrediction, history, at(kDays));
    ASSERT_EQ(rows.size(), sent.size());
    for (std::size_t i = 0; i < rows.size(); ++i, ++compared) {
      const PlannedMessage planned = {
          .at = sent[i].sent_at, .text = sent[i].text, .media_type = sent[i].media_type, .is_campaign = false};
      expect_same(ModelKind::kEngagementPrediction, rows[i].features,
                  engagement_features(known_before(history, rows[i].as_of), planned));
    }
  }
  EXPECT_GT(compared, 1000u);
}

TEST(PointInTime, LaterEventsChangeNoEarlierTrainingRow) {
  for (int seed = 0; seed < kHistories; ++seed) {
    const ContactHistory history = random_history(static_cast<std::uint64_t>(seed));
    Rng rng(static_cast<std::uint64_t>(2000 + seed));
    const Time end = at(kDays);
    const ContactHistory grown = another_future(known_before(history, end), end, rng);
    for (const ModelKind kind : kModelKinds) {
      const std::vector<Row> before = rows_of(kind, known_before(history, end), end);
      const std::vector<Row> after = rows_of(kind, grown, end);
      ASSERT_EQ(before.size(), after.size());
      for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i].as_of, after[i].as_of);
        EXPECT_EQ(before[i].target, after[i].target);
        expect_same(kind, before[i].features, after[i].features);
      }
    }
  }
}

TEST(PointInTime, RowsComeInOrderOfTheirMoment) {
  for (int seed = 0; seed < kHistories; ++seed) {
    const ContactHistory history = random_history(static_cast<std::uint64_t>(seed));
    for (const ModelKind kind : kModelKinds) {
      const std::vector<Row> rows = rows_of(kind, history, at(kDays));
      EXPECT_TRUE(
          std::is_sorted(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.as_of < b.as_of; }));
    }
  }
}

TEST(PointInTime, EveryValueLiesWithinItsRange) {
  for (int seed = 0; seed < kHistories; ++seed) {
    const ContactHistory history = random_history(static_cast<std::uint64_t>(seed));
    for (const ModelKind kind : kModelKinds) {
      const auto set = feature_set(kind);
      for (const Row& row : rows_of(kind, history, at(kDays))) {
        for (std::size_t i = 0; i < set.size(); ++i) {
          EXPECT_FALSE(row.features[i] < set[i].min || row.features[i] > set[i].max) << set[i].name << row.features[i];
        }
      }
    }
  }
}

}  // namespace
}  // namespace rapport::features
