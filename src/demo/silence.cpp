#include "demo/silence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace rapport::demo {
namespace {

constexpr Duration kFatigueWindow = 30 * kDay;

/// How probable each (mind, opted out) is, together with nothing heard so far.
class Belief {
 public:
  Belief(const Outlook& outlook) : outlook_(outlook) { at(outlook.mind, outlook.opted_out) = 1; }

  double total() const {
    double sum = 0;
    for (const double weight : weights_) sum += weight;
    return sum;
  }

  /// Time passes without a conversation or order of the contact's own making.
  void stay_silent(Time from, Time to) {
    const Traits& traits = *outlook_.traits;
    const double expected = (traits.talks_per_day + traits.orders_per_day) * outlook_.rhythm->mass(from, to);
    for (std::size_t mind = 0; mind < kMindCount; ++mind) {
      const double silent = std::exp(-expected * kActivityLeft[mind]);
      weights_[2 * mind] *= silent;
      weights_[2 * mind + 1] *= silent;
    }
  }

  void change_mind(Time tick) {
    const auto open = static_cast<std::size_t>(std::count_if(
        outlook_.complaints_open_until.begin(), outlook_.complaints_open_until.end(), [&](Time t) { return t > tick; }));
    std::array<double, 2 * kMindCount> next{};
    for (std::size_t from = 0; from < kMindCount; ++from) {
      const auto chances = next_mind(*outlook_.traits, static_cast<Mind>(from), open);
      for (std::size_t to = 0; to < kMindCount; ++to) {
        double in = weights_[2 * from] * chances[to];
        double out = weights_[2 * from + 1] * chances[to];
        if (to == index_of(Mind::kGone) && from != to) {
          out += in * kOptOutOnLeaving;
          in *= 1 - kOptOutOnLeaving;
        }
        if (from == index_of(Mind::kGone) && from != to) {
          in += out * kOptInOnReturn;
          out *= 1 - kOptInOnReturn;
        }
        next[2 * to] += in;
        next[2 * to + 1] += out;
      }
    }
    weights_ = next;
  }

  /// A message is sent and nothing is heard of it (a click without an order is not heard).
  void ignore(const PlannedSend& send, const Moment& moment) {
    const bool campaign = send.campaign != kNoCampaign;
    const double unheard = campaign && send.style.link ? kClickShare * (1 - kOrderAfterClick) : 0;
    for (std::size_t mind = 0; mind < kMindCount; ++mind) {
      const double prob = answer_prob(*outlook_.traits, static_cast<Mind>(mind), send.style, moment);
      double& in = weights_[2 * mind];
      double& out = weights_[2 * mind + 1];
      if (!campaign) {
        in *= 1 - prob;
        out *= 1 - prob;
        continue;
      }
      const double leaves = in * (1 - prob) * opt_out_prob(static_cast<Mind>(mind));
      in = in * (1 - prob * (1 - unheard)) - leaves;
      out += leaves;  // who has opted out is not sent campaigns
    }
  }

 private:
  double& at(Mind mind, bool opted_out) { return weights_[2 * index_of(mind) + (opted_out ? 1 : 0)]; }

  const Outlook& outlook_;
  std::array<double, 2 * kMindCount> weights_{};
};

}  // namespace

Time next_mind_tick(Time arrived, Time at) {
  const auto days = (at - arrived) / kDay;
  return arrived + (days + 1) * kDay;
}

double silence_prob(const Outlook& outlook, Time from, Time to) {
  Belief belief(outlook);
  std::vector<Time> campaigns(outlook.campaigns.begin(), outlook.campaigns.end());
  std::optional<Time> last_outbound = outlook.last_outbound;
  std::size_t next_send = 0;
  Time now = from;
  Time tick = next_mind_tick(outlook.traits->arrived_at, from);
  while (now < to) {
    const Time send_at = next_send < outlook.sends.size() ? outlook.sends[next_send].at : Time::max();
    const Time step = std::min({tick, send_at, to});
    belief.stay_silent(now, step);
    now = step;
    if (now == tick) {
      belief.change_mind(tick);
      tick += kDay;
    }
    if (now != send_at) continue;
    const PlannedSend& send = outlook.sends[next_send++];
    const bool campaign = send.campaign != kNoCampaign;
    if (campaign && last_outbound && now - *last_outbound < kPause) continue;
    const auto recent = std::count_if(campaigns.begin(), campaigns.end(),
                                      [&](Time t) { return t < now && t >= now - kFatigueWindow; });
    belief.ignore(send, {.nearness = outlook.rhythm->nearness(now),
                         .habit_day = outlook.rhythm->is_habit_day(now),
                         .hours_since_engagement = hours_between(outlook.last_engagement, now),
                         .campaigns_last_30d = static_cast<std::size_t>(recent)});
    if (campaign) campaigns.push_back(now);
    last_outbound = now;
  }
  return belief.total();
}

}  // namespace rapport::demo
