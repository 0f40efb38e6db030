#include "demo/life.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rapport::demo {
namespace {

constexpr std::uint64_t kTraitStream = 1;
constexpr std::uint64_t kEventStream = 2;
constexpr std::uint64_t kTextStream = 3;
constexpr Duration kFatigueWindow = 30 * kDay;
constexpr int kIdDigits = 6;

Duration hours(double count) { return Duration(static_cast<std::int64_t>(count * 3'600'000)); }

std::string contact_id(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < kIdDigits) digits.insert(0, kIdDigits - digits.size(), '0');
  return "c" + digits;
}

/// The local hours in which a business sends campaigns.
bool is_sending_hour(double local_hour) { return local_hour >= 7 && local_hour < 22; }

double round_cents(double amount) { return std::round(amount * 100) / 100; }

}  // namespace

Life::Life(const Setting& setting, const Rng& rng, std::uint64_t number)
    : setting_(setting),
      rng_(rng.split(kEventStream)),
      traits_(draw_traits(rng.split(kTraitStream), number, setting.start, setting.until)),
      rhythm_({.timezone_offset_hours = traits_.timezone_offset_hours,
               .preferred_hour = traits_.preferred_hour,
               .hour_width = traits_.hour_width,
               .habit_weekday = traits_.habit_weekday}),
      writer_(phrasebook(traits_.tongue), traits_.first_name, rng.split(kTextStream)),
      id_(contact_id(number)),
      now_(traits_.arrived_at),
      last_engagement_(now_) {
  clocks_.fill(Time::max());
}

void Life::live() {
  arrive();
  for (;;) {
    const auto next = std::min_element(clocks_.begin(), clocks_.end());
    if (!within(*next)) break;
    now_ = *next;
    happen(static_cast<Clock>(next - clocks_.begin()));
  }
  judge_engagement();
  judge_churn();
}

void Life::happen(Clock clock) {
  switch (clock) {
    case kMindTick: return on_mind_tick();
    case kTalk: return on_talk();
    case kOrder: clocks_[kOrder] = next_own(traits_.orders_per_day); return place_order(now_);
    case kVisit: return on_visit();
    case kAnswer: return on_answer();
    case kReply: return on_reply();
    case kFollowUp: clocks_[kFollowUp] = Time::max(); return send(follow_up_);
    case kCampaign: return on_campaign();
    case kScoring: return on_scoring();
    case kCutoff: return on_cutoff();
    case kClockCount: return;
  }
}

void Life::arrive() {
  Contact& contact = story_.history.contact;
  contact.id = ContactId(id_);
  contact.name = PrivateText(traits_.first_name + " " + traits_.last_name);
  contact.phone = PrivateText(traits_.phone);
  contact.language = phrasebook(traits_.tongue).language;
  contact.timezone_offset_hours = traits_.timezone_offset_hours;
  contact.created_at = now_;
  plan_campaigns();
  plan_scorings();
  while (next_cutoff_ < setting_.cutoffs.size() && setting_.cutoffs[next_cutoff_] <= now_) ++next_cutoff_;
  if (next_cutoff_ < setting_.cutoffs.size()) clocks_[kCutoff] = setting_.cutoffs[next_cutoff_];
  clocks_[kMindTick] = next_mind_tick(traits_.arrived_at, now_);
  draw_own_clocks();
  receive(choose_first_words());
}

void Life::plan_campaigns() {
  constexpr double kHoursToSend = 48;
  const double share = rng_.uniform(0.12, 0.45);  // of the campaigns reach this contact
  for (std::size_t i = 0; i < setting_.campaigns.size(); ++i) {
    const CampaignPlan& campaign = setting_.campaigns[i];
    if (!rng_.chance(share)) continue;
    PlannedSend plan{.at = {}, .style = campaign.style, .campaign = i, .speech = Speech::kCampaignBody};
    do {
      plan.at = campaign.row.started_at + hours(rng_.uniform(0, kHoursToSend));
    } while (!is_sending_hour(rhythm_.local_hour(plan.at)));
    plan.style.personal = rng_.chance(0.5);
    plan.style.length = static_cast<Length>(rng_.integer(0, 2));
    if (plan.at > now_ + kDay) campaigns_.push_back(plan);
  }
  std::sort(campaigns_.begin(), campaigns_.end(),
            [](const PlannedSend& a, const PlannedSend& b) { return a.at < b.at; });
  if (!campaigns_.empty()) clocks_[kCampaign] = campaigns_.front().at;
}

/// Most contacts are scored once, some again later.
void Life::plan_scorings() {
  constexpr double kScoredShare = 0.9;
  constexpr double kScoredAgainShare = 0.35;
  constexpr double kFirstDays = 14;
  const double days_left = days_between(now_, setting_.until) - kFirstDays;
  if (days_left <= 0 || !rng_.chance(kScoredShare)) return;
  const Time first = now_ + hours(24 * (kFirstDays + days_left * rng_.uniform()));
  scorings_.push_back(first);
  const double days_after = days_between(first, setting_.until) - kFirstDays;
  if (days_after > 0 && rng_.chance(kScoredAgainShare)) {
    scorings_.push_back(first + hours(24 * (kFirstDays + days_after * rng_.uniform())));
  }
  clocks_[kScoring] = scorings_.front();
}

void Life::draw_own_clocks() {
  clocks_[kTalk] = next_own(traits_.talks_per_day);
  clocks_[kOrder] = next_own(traits_.orders_per_day);
  clocks_[kVisit] = next_own(traits_.visits_per_day);
}

Time Life::next_own(double per_active_day) {
  return rhythm_.next_event(now_, per_active_day * kActivityLeft[index_of(mind_)], setting_.until, rng_);
}

void Life::on_mind_tick() {
  constexpr double kMoodInertia = 0.9;  // per day
  constexpr std::array<double, kMindCount> kMoodOf = {0.2, -0.35, -0.6};
  clocks_[kMindTick] += kDay;
  const std::size_t open = open_complaints();
  const double target = kMoodOf[index_of(mind_)] + 0.4 * traits_.loyalty - (open > 0 ? 0.6 : 0);
  mood_ = std::clamp(kMoodInertia * mood_ + (1 - kMoodInertia) * target + rng_.uniform(-0.09, 0.09), -1.0, 1.0);
  if (mind_ != Mind::kActive && rng_.chance(mind_ == Mind::kFading ? 0.03 : 0.004)) preference_event(PreferenceEventType::kUnsubscribeAttempt, now_);
  if (rng_.chance(mind_ == Mind::kFading ? 0.015 : 0.0003)) preference_event(PreferenceEventType::kChange, now_);
  const Mind next = static_cast<Mind>(rng_.pick(next_mind(traits_, mind_, open)));
  if (next != mind_) set_mind(next);
}

void Life::set_mind(Mind mind) {
  if (mind == Mind::kGone && !opted_out_ && rng_.chance(kOptOutOnLeaving)) opt_out(std::nullopt);
  if (mind_ == Mind::kGone && opted_out_ && rng_.chance(kOptInOnReturn)) {
    opted_out_ = false;
    preference_event(PreferenceEventType::kOptIn, now_);
  }
  if (mind == Mind::kFading) show_displeasure();
  mind_ = mind;
  draw_own_clocks();
}

/// Nobody fades without a sign, mostly.
void Life::show_displeasure() {
  constexpr double kTriesToLeave = 0.9;
  constexpr double kComplains = 0.5;
  constexpr double kWantsLess = 0.5;
  if (rng_.chance(kTriesToLeave)) preference_event(PreferenceEventType::kUnsubscribeAttempt, now_);
  if (rng_.chance(kWantsLess)) preference_event(PreferenceEventType::kChange, now_);
  if (rng_.chance(kComplains)) open_ticket(TicketKind::kComplaint);
}

void Life::on_talk() {
  clocks_[kTalk] = next_own(traits_.talks_per_day);
  if (!is_writing()) receive(choose_talk());
}

void Life::on_answer() {
  constexpr double kOrderAfterBuying = 0.75;
  clocks_[kAnswer] = Time::max();
  if (answer_.speech == Speech::kReplyOrder && rng_.chance(kOrderAfterBuying)) {
    place_order(now_ + hours(rng_.uniform(0.05, 4)));
  }
  send(answer_);
}

void Life::on_reply() {
  const bool to_campaign = replied_to_.campaign != kNoCampaign;
  if (to_campaign) campaign_event(CampaignEventType::kResponse, replied_message_, now_);
  receive(choose_reply(replied_to_));
}

void Life::on_campaign() {
  const PlannedSend& plan = campaigns_[next_campaign_++];
  clocks_[kCampaign] = next_campaign_ < campaigns_.size() ? campaigns_[next_campaign_].at : Time::max();
  const bool answer_comes_first = clocks_[kAnswer] != Time::max();
  if (!opted_out_ && !answer_comes_first) send(plan);
}

void Life::on_visit() {
  constexpr std::array<double, kMindCount> kCartProb = {0.2, 0.35, 0.35};
  clocks_[kVisit] = next_own(traits_.visits_per_day);
  Time at = now_;
  for (std::int64_t views = rng_.integer(1, 3); views > 0; --views, at += hours(rng_.uniform(0.01, 0.1))) {
    product_event(ProductEventType::kView, at);
  }
  if (!rng_.chance(kCartProb[index_of(mind_)])) return;
  product_event(ProductEventType::kCart, at);
  product_event(ProductEventType::kAbandon, at + hours(rng_.uniform(0.5, 2)));
}

void Life::place_order(Time at) {
  if (!within(at)) return;
  const double list_price = 35 * std::exp(rng_.normal(0.3 * traits_.interest, 0.6));
  const bool discounted = rng_.chance(0.6 * traits_.price_sensitivity);
  const double discount = discounted ? round_cents(list_price * rng_.uniform(0.05, 0.3)) : 0;
  product_event(ProductEventType::kCart, at);
  if (discounted) product_event(ProductEventType::kDiscount, at);
  auto& orders = story_.history.orders;
  orders.push_back({.id = row_id("o", orders.size()),
                    .contact = ContactId(id_),
                    .placed_at = at,
                    .amount = round_cents(list_price - discount),
                    .discount_amount = discount});
  last_order_ = std::max(at, last_order_.value_or(at));
}

void Life::product_event(ProductEventType type, Time at) {
  if (!within(at)) return;
  auto& events = story_.history.product_events;
  events.push_back({.id = row_id("p", events.size()), .contact = ContactId(id_), .type = type, .at = at});
}

void Life::preference_event(PreferenceEventType type, Time at) {
  auto& events = story_.history.preference_events;
  events.push_back({.id = row_id("f", events.size()), .contact = ContactId(id_), .type = type, .at = at});
}

void Life::opt_out(std::optional<std::size_t> because_of_message) {
  opted_out_ = true;
  preference_event(PreferenceEventType::kOptOut, now_);
  if (because_of_message) campaign_event(CampaignEventType::kUnsubscribe, *because_of_message, now_);
}

std::size_t Life::open_complaints() const {
  return static_cast<std::size_t>(std::count_if(complaints_open_until_.begin(), complaints_open_until_.end(),
                                                [this](Time until) { return until > now_; }));
}

Moment Life::moment() const {
  const auto recent = std::count_if(campaigns_sent_.begin(), campaigns_sent_.end(),
                                    [this](Time at) { return at < now_ && at >= now_ - kFatigueWindow; });
  return {.nearness = rhythm_.nearness(now_),
          .habit_day = rhythm_.is_habit_day(now_),
          .hours_since_engagement = hours_between(last_engagement_, now_),
          .campaigns_last_30d = static_cast<std::size_t>(recent)};
}

RowId Life::row_id(std::string_view kind, std::size_t number) const {
  std::string text = id_;
  ((text += '-') += kind) += std::to_string(number + 1);
  return RowId(std::move(text));
}

}  // namespace rapport::demo
