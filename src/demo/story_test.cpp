#include "demo/story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "demo/business.h"
#include "demo/ranking.h"

namespace rapport::demo {
namespace {

const Time kUntil = *parse_time("2026-11-20T00:00:00Z");
constexpr int kDays = 360;
constexpr std::size_t kContacts = 500;

struct Told {
  std::vector<std::pair<double, bool>> engagement;
  std::vector<std::pair<double, bool>> churn;
  std::vector<std::pair<double, double>> leads;
};

/// Whether a contact wrote in (from, to]; read from the rows alone.
bool wrote(const ContactHistory& history, Time from, Time to) {
  return std::any_of(history.messages.begin(), history.messages.end(), [&](const Message& message) {
    return message.direction == Direction::kInbound && message.sent_at > from && message.sent_at <= to;
  });
}

bool ordered(const ContactHistory& history, Time from, Time to) {
  return std::any_of(history.orders.begin(), history.orders.end(),
                     [&](const Order& order) { return order.placed_at > from && order.placed_at <= to; });
}

bool responded(const ContactHistory& history, const Message& sent) {
  const bool by_event =
      std::any_of(history.campaign_events.begin(), history.campaign_events.end(), [&](const CampaignEvent& event) {
        const bool counts = event.type == CampaignEventType::kClick || event.type == CampaignEventType::kResponse;
        return counts && event.message == sent.id && event.at <= sent.sent_at + kDay;
      });
  return by_event || wrote(history, sent.sent_at, sent.sent_at + kDay);
}

/// The story of every contact, its truths checked against an independent reading of the rows.
Told tell_all() {
  Told told;
  Setting setting = make_setting(kUntil - kDays * kDay, kUntil, 1);
  setting.cutoffs = churn_cutoffs(kUntil, kDays);
  for (std::uint64_t number = 0; number < kContacts; ++number) {
    const ContactStory story = tell_story(setting, 1, number);
    const ContactHistory& history = story.history;
    std::size_t outbound = 0;
    for (const Message& message : history.messages) {
      outbound += message.direction == Direction::kOutbound && message.sent_at + kDay <= kUntil;
    }
    EXPECT_EQ(story.engagement.size(), outbound);
    for (const Truth& truth : story.engagement) {
      EXPECT_EQ(truth.happened, responded(history, history.messages[truth.row])) << history.messages[truth.row].id.text();
      told.engagement.emplace_back(truth.prob, truth.happened);
    }
    std::size_t counted = 0;
    for (const Time cutoff : setting.cutoffs) {
      const Time before = cutoff - 90 * kDay;
      counted += *history.contact.created_at <= before &&
                 (wrote(history, before, cutoff) || ordered(history, before, cutoff));
    }
    EXPECT_EQ(story.churn.size(), counted) << history.contact.id.text();
    for (const Truth& truth : story.churn) {
      const Time cutoff = setting.cutoffs[truth.row];
      const Time after = cutoff + 90 * kDay;
      EXPECT_EQ(truth.happened, !wrote(history, cutoff, after) && !ordered(history, cutoff, after));
      told.churn.emplace_back(truth.prob, truth.happened);
    }
    for (std::size_t i = 0; i < history.leads.size(); ++i) {
      told.leads.emplace_back(story.scores_before_noise[i], history.leads[i].score);
    }
  }
  return told;
}

const Told& told() {
  static const Told all = tell_all();
  return all;
}

/// By comparing every pair, as the definition says.
double auc_by_pairs(const std::vector<std::pair<double, bool>>& rows) {
  double ordered_pairs = 0;
  double pairs = 0;
  for (const auto& [p, happened] : rows) {
    if (!happened) continue;
    for (const auto& [q, other] : rows) {
      if (other) continue;
      ordered_pairs += p > q ? 1 : p == q ? 0.5 : 0;
      ++pairs;
    }
  }
  return ordered_pairs / pairs;
}

/// In each tenth of the rows, ordered by probability, about as many happen as the probabilities say.
void expect_calibrated(std::vector<std::pair<double, bool>> rows, double deviations) {
  std::sort(rows.begin(), rows.end());
  constexpr std::size_t kParts = 10;
  for (std::size_t part = 0; part < kParts; ++part) {
    double expected = 0;
    double variance = 0;
    double happened = 0;
    for (std::size_t i = part * rows.size() / kParts; i < (part + 1) * rows.size() / kParts; ++i) {
      expected += rows[i].first;
      variance += rows[i].first * (1 - rows[i].first);
      happened += rows[i].second;
    }
    EXPECT_NEAR(happened, expected, deviations * std::sqrt(variance) + 1) << "tenth " << part;
  }
}

TEST(Story, EngagementHappensAsOftenAsItsProbabilitySays) { expect_calibrated(told().engagement, 4); }

TEST(Story, ChurnHappensAsOftenAsItsProbabilitySays) { expect_calibrated(told().churn, 4); }

TEST(Story, BestPossibleFiguresAgreeWithTheirDefinitions) {
  const BestPossible best =
      generate_business({.contacts = kContacts, .days = kDays, .seed = 1, .until = kUntil}, [](const Row&) {});
  double mean = 0;
  for (const auto& [before, score] : told().leads) mean += score / static_cast<double>(told().leads.size());
  double residual = 0;
  double total = 0;
  for (const auto& [before, score] : told().leads) {
    residual += (score - before) * (score - before);
    total += (score - mean) * (score - mean);
  }

  EXPECT_NEAR(best.lead_r2, 1 - residual / total, 1e-9);
  EXPECT_NEAR(best.churn_auc, auc_by_pairs(told().churn), 1e-4);
  EXPECT_NEAR(best.engagement_auc, auc_by_pairs(told().engagement), 1e-4);
  EXPECT_EQ(best.lead_rows, told().leads.size());
  EXPECT_EQ(best.churn_rows, told().churn.size());
  EXPECT_EQ(best.engagement_rows, told().engagement.size());
}

TEST(RankingQuality, CountsTiesHalfAndSaysWhenThereIsNoAnswer) {
  RankingQuality ranking;
  EXPECT_TRUE(std::isnan(ranking.auc()));

  ranking.add(0.2, false);
  EXPECT_TRUE(std::isnan(ranking.auc()));
  ranking.add(0.2, true);
  EXPECT_DOUBLE_EQ(ranking.auc(), 0.5);
  ranking.add(0.9, true);
  EXPECT_DOUBLE_EQ(ranking.auc(), 0.75);
}

TEST(Rhythm, GivesAsManyEventsAsItsMassSays) {
  const Rhythm rhythm({.timezone_offset_hours = 5.5, .preferred_hour = 21, .hour_width = 3, .habit_weekday = 2});
  Rng rng(7);
  const Time start = *parse_time("2026-01-05T03:00:00Z");
  const Time end = start + 365 * 20 * kDay;
  std::size_t events = 0;
  double near = 0;
  for (Time at = rhythm.next_event(start, 0.5, end, rng); at != Time::max(); at = rhythm.next_event(at, 0.5, end, rng)) {
    ++events;
    near += std::abs(rhythm.local_hour(at) - 21) < 3;
  }

  const double expected = 0.5 * rhythm.mass(start, end);
  EXPECT_NEAR(static_cast<double>(events), expected, 4 * std::sqrt(expected));
  EXPECT_GT(near / static_cast<double>(events), 0.8);
  EXPECT_NEAR(rhythm.mass(start, start + 7 * kDay), 7, 1e-9);
}

}  // namespace
}  // namespace rapport::demo
