#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "demo/life.h"

namespace rapport::demo {
namespace {

constexpr Duration kChurnWindow = 90 * kDay;

/// Orders rows by time and keeps the order of creation among equals.
template <class T, class TimeOf>
void sort_by_time(std::vector<T>& rows, TimeOf time_of) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const T& a, const T& b) { return std::invoke(time_of, a) < std::invoke(time_of, b); });
}

bool is_response(CampaignEventType type) {
  return type == CampaignEventType::kClick || type == CampaignEventType::kResponse;
}

}  // namespace

void Life::on_scoring() {
  const std::size_t done = story_.history.leads.size();
  clocks_[kScoring] = done + 1 < scorings_.size() ? scorings_[done + 1] : Time::max();
  LeadBehaviour seen = behaviour_;
  const auto& messages = story_.history.messages;
  std::optional<Time> next_inbound;
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    if (message->direction == Direction::kInbound) {
      next_inbound = message->sent_at;
    } else if (message->sent_at + kDay <= now_) {
      ++seen.outbound;
      seen.answered += next_inbound && *next_inbound - message->sent_at <= kDay;
    }
  }
  for (const CampaignEvent& event : story_.history.campaign_events) {
    seen.campaign_clicks += event.type == CampaignEventType::kClick && event.at < now_;
  }
  const double score = lead_score(seen);
  const double given = std::clamp(std::round((score + rng_.normal(0, kLeadNoise)) * 10) / 10, 0.0, 100.0);
  story_.scores_before_noise.push_back(score);
  story_.history.leads.push_back({.id = row_id("l", done),
                                  .contact = ContactId(id_),
                                  .score = given,
                                  .scored_at = now_,
                                  .outcome = given >= 70 ? "won" : given < 25 ? "lost" : ""});
}

void Life::on_cutoff() {
  const std::size_t cutoff = next_cutoff_++;
  clocks_[kCutoff] = next_cutoff_ < setting_.cutoffs.size() ? setting_.cutoffs[next_cutoff_] : Time::max();
  const auto& orders = story_.history.orders;
  const bool ordered = std::any_of(orders.begin(), orders.end(), [this](const Order& order) {
    return order.placed_at <= now_ && order.placed_at > now_ - kChurnWindow;
  });
  const bool wrote = last_inbound_ && *last_inbound_ > now_ - kChurnWindow;
  if (traits_.arrived_at > now_ - kChurnWindow || !(ordered || wrote)) return;
  const bool is_decided = clocks_[kReply] != Time::max() || (last_order_ && *last_order_ > now_);
  std::vector<PlannedSend> sends;
  for (const Clock clock : {kAnswer, kFollowUp}) {
    if (clocks_[clock] != Time::max()) sends.push_back(clock == kAnswer ? answer_ : follow_up_);
  }
  for (std::size_t i = next_campaign_; i < campaigns_.size() && campaigns_[i].at <= now_ + kChurnWindow; ++i) {
    sends.push_back(campaigns_[i]);
  }
  sort_by_time(sends, &PlannedSend::at);
  const Outlook outlook{.traits = &traits_,
                        .rhythm = &rhythm_,
                        .mind = mind_,
                        .opted_out = opted_out_,
                        .last_engagement = last_engagement_,
                        .last_outbound = last_outbound_,
                        .campaigns = campaigns_sent_,
                        .sends = sends,
                        .complaints_open_until = complaints_open_until_};
  const double prob = is_decided ? 0 : silence_prob(outlook, now_, now_ + kChurnWindow);
  story_.churn.push_back({.prob = prob, .happened = false, .row = cutoff});
}

void Life::judge_engagement() {
  const auto& messages = story_.history.messages;
  const auto& events = story_.history.campaign_events;
  for (Truth& truth : story_.engagement) {
    const Message& sent = messages[truth.row];
    const Time last = sent.sent_at + kDay;
    for (std::size_t i = truth.row + 1; i < messages.size() && messages[i].sent_at <= last; ++i) {
      truth.happened = truth.happened || (messages[i].direction == Direction::kInbound && messages[i].sent_at > sent.sent_at);
    }
    if (sent.campaign.empty() || truth.happened) continue;
    truth.happened = std::any_of(events.begin(), events.end(), [&](const CampaignEvent& event) {
      return is_response(event.type) && event.message == sent.id && event.at <= last;
    });
  }
}

void Life::judge_churn() {
  const auto& history = story_.history;
  for (Truth& truth : story_.churn) {
    const Time from = setting_.cutoffs[truth.row];
    const Time to = from + kChurnWindow;
    const bool wrote = std::any_of(history.messages.begin(), history.messages.end(), [&](const Message& message) {
      return message.direction == Direction::kInbound && message.sent_at > from && message.sent_at <= to;
    });
    const bool ordered = std::any_of(history.orders.begin(), history.orders.end(), [&](const Order& order) {
      return order.placed_at > from && order.placed_at <= to;
    });
    truth.happened = !wrote && !ordered;
  }
}

ContactStory Life::take_story() {
  ContactHistory& history = story_.history;
  for (const Message& message : history.messages) {  // who opens a campaign message is seen reading it
    if (message.campaign.empty() || !message.read_at) continue;
    history.campaign_events.push_back({.id = row_id("e", history.campaign_events.size()),
                                       .contact = ContactId(id_),
                                       .campaign = message.campaign,
                                       .message = message.id,
                                       .type = CampaignEventType::kOpen,
                                       .at = *message.read_at});
  }
  for (Conversation& conversation : history.conversations) {
    if (setting_.until - *conversation.ended_at < kDay) conversation.ended_at.reset();  // may go on
  }
  sort_by_time(history.campaign_events, &CampaignEvent::at);
  sort_by_time(history.orders, &Order::placed_at);
  sort_by_time(history.product_events, &ProductEvent::at);
  return std::move(story_);
}

}  // namespace rapport::demo
