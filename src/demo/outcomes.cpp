#include "demo/outcomes.h"

#include <algorithm>
#include <cmath>

namespace rapport::demo {
namespace {

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// Rises from 0 to 1, two thirds of the way at `scale`.
double saturating(std::size_t count, double scale) { return 1 - std::exp(-static_cast<double>(count) / scale); }

}  // namespace

std::array<double, kMindCount> next_mind(const Traits& traits, Mind mind, std::size_t open_complaints) {
  constexpr double kFadeLeast = 0.001;
  constexpr double kFadeMost = 0.02;
  constexpr double kComplaintFactor = 3;
  constexpr double kLeave = 1.0 / 30;
  constexpr double kRecover = 1.0 / 250;
  constexpr double kReturn = 1.0 / 190;
  switch (mind) {
    case Mind::kActive: {
      const double disloyal = 1 - traits.loyalty;
      const double fade = (kFadeLeast + kFadeMost * disloyal * disloyal) * (open_complaints > 0 ? kComplaintFactor : 1);
      return {1 - fade, fade, 0};
    }
    case Mind::kFading: return {kRecover, 1 - kRecover - kLeave, kLeave};
    case Mind::kGone: return {kReturn, 0, 1 - kReturn};
  }
  return {1, 0, 0};
}

double opt_out_prob(Mind mind) {
  switch (mind) {
    case Mind::kActive: return 0.0005;
    case Mind::kFading: return 0.006;
    case Mind::kGone: return 0.03;
  }
  return 0;
}

double answer_prob(const Traits& traits, Mind mind, const Style& style, const Moment& moment) {
  constexpr double kBase = -2.2;
  constexpr std::array<double, kMindCount> kOfMind = {0, -1.8, -3.2};
  constexpr double kWarmHours = 8;
  constexpr std::size_t kWelcomeCampaigns = 2;  // a month; each beyond it tires
  double logit = kBase + traits.responsiveness_logit + kOfMind[index_of(mind)];
  logit += 1.5 * moment.nearness;
  logit += moment.habit_day ? 0.6 : 0;
  logit += 1.2 * std::exp(-moment.hours_since_engagement / kWarmHours);
  logit -= 0.3 * std::log1p(moment.hours_since_engagement / (24 * 7));
  logit += style.personal ? 0.35 + 0.5 * moment.nearness : 0;
  logit += style.invite ? 0.7 : 0;
  logit += style.link ? 0.3 : 0;
  logit += style.media ? 0.25 : 0;
  logit -= style.shout ? 0.7 : 0;
  logit -= style.length == Length::kLong ? 0.6 : 0;
  if (moment.campaigns_last_30d > kWelcomeCampaigns) {
    logit -= 0.15 * static_cast<double>(std::min<std::size_t>(moment.campaigns_last_30d - kWelcomeCampaigns, 8));
  }
  return logistic(logit);
}

double lead_score(const LeadBehaviour& behaviour) {
  const double response_rate =
      behaviour.outbound == 0 ? 0 : static_cast<double>(behaviour.answered) / static_cast<double>(behaviour.outbound);
  const double price = saturating(behaviour.price_inquiries, 2.5);
  const double score = 4 + 26 * price + 24 * saturating(behaviour.meeting_requests, 1.5) + 34 * response_rate +
                       10 * saturating(behaviour.questions, 6) + 8 * saturating(behaviour.campaign_clicks, 2) +
                       22 * response_rate * price;
  return std::clamp(score, 0.0, 100.0);
}

}  // namespace rapport::demo
