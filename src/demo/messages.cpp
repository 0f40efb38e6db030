#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "demo/life.h"

namespace rapport::demo {
namespace {

constexpr Duration kConversationGap = kDay;  ///< a longer pause ends a conversation
constexpr Duration kShortest = std::chrono::seconds(40);
constexpr Duration kLongest = kDay - std::chrono::minutes(1);  ///< an answer that was drawn comes within 24 hours

Duration hours(double count) { return Duration(static_cast<std::int64_t>(count * 3'600'000)); }
Duration seconds(double count) { return Duration(static_cast<std::int64_t>(count * 1000)); }

struct Choice {
  Speech speech;
  double weight;
};

Speech pick_speech(Rng& rng, std::span<const Choice> choices) {
  double total = 0;
  for (const Choice& choice : choices) total += choice.weight;
  double left = rng.uniform() * total;
  for (const Choice& choice : choices) {
    if (left < choice.weight) return choice.speech;
    left -= choice.weight;
  }
  return choices.back().speech;
}

/// Nothing is left to say after these, mostly.
bool is_closing(Speech speech) {
  return speech == Speech::kThanks || speech == Speech::kPraise || speech == Speech::kAck ||
         speech == Speech::kDecline || speech == Speech::kStop;
}

Speech answer_to(Speech speech) {
  if (speech == Speech::kGreeting) return Speech::kReplyGreeting;
  if (speech == Speech::kPrice) return Speech::kReplyPrice;
  if (speech == Speech::kMeeting) return Speech::kReplyMeeting;
  if (speech == Speech::kBuy) return Speech::kReplyOrder;
  if (speech == Speech::kComplaint || speech == Speech::kAngry) return Speech::kReplyApology;
  if (is_closing(speech)) return Speech::kReplyClose;
  return Speech::kReplyAnswer;
}

}  // namespace

Speech Life::choose_first_words() {
  const Choice choices[] = {
      {Speech::kGreeting, 1}, {Speech::kQuestion, 1.5}, {Speech::kPrice, 2 * traits_.interest}, {Speech::kMeeting, traits_.interest}};
  return pick_speech(rng_, choices);
}

Speech Life::choose_talk() {
  const bool fading = mind_ != Mind::kActive;
  const bool customer = last_order_.has_value();
  const double trouble = (customer ? 1 : 0.25) * (0.25 + 1.8 * std::max(0.0, -mood_) + (fading ? 0.9 : 0));
  const Choice choices[] = {
      {Speech::kGreeting, 0.8},
      {Speech::kQuestion, 1.6},
      {Speech::kPrice, 3.2 * traits_.interest * (0.5 + traits_.price_sensitivity)},
      {Speech::kMeeting, 1.8 * traits_.interest},
      {Speech::kBuy, fading ? 0.1 : 1.2 * traits_.interest},
      {Speech::kStatus, customer ? 0.8 : 0},
      {Speech::kComplaint, trouble},
      {Speech::kAngry, trouble * 1.5 * traits_.temper},
      {Speech::kThanks, 0.2 + 0.6 * std::max(0.0, mood_)},
      {Speech::kPraise, customer ? 1.2 * std::max(0.0, mood_) : 0},
  };
  return pick_speech(rng_, choices);
}

Speech Life::choose_reply(const PlannedSend& to) {
  const bool campaign = to.campaign != kNoCampaign;
  const bool fading = mind_ != Mind::kActive;
  const bool sorry = to.speech == Speech::kReplyApology;
  const double sour = std::max(0.0, -mood_);
  const Choice choices[] = {
      {Speech::kQuestion, 1},
      {Speech::kPrice, 2 * traits_.interest * (0.5 + traits_.price_sensitivity)},
      {Speech::kMeeting, 1.2 * traits_.interest},
      {Speech::kBuy, fading ? 0.05 : 1.3 * traits_.interest},
      {Speech::kAck, campaign ? 0.5 : 1.2},
      {Speech::kThanks, 0.5 + 1.2 * std::max(0.0, mood_)},
      {Speech::kDecline, (campaign ? 1.2 : 0.4) * (1.2 - traits_.interest) + sour},
      {Speech::kStop, campaign && fading ? 0.5 : 0},
      {Speech::kComplaint, 0.6 * sour},
      {Speech::kAngry, (sorry ? 1.0 : 0.3) * traits_.temper * (0.2 + sour)},
  };
  return pick_speech(rng_, choices);
}

void Life::receive(Speech speech) {
  constexpr double kSecondMessage = 0.12;
  constexpr double kNewTopic = 0.3;
  clocks_[kReply] = Time::max();
  clocks_[kFollowUp] = Time::max();
  const bool talk_goes_on = last_inbound_ && now_ - *last_inbound_ <= kConversationGap;
  if (!talk_goes_on || rng_.chance(kNewTopic)) writer_.change_topic();
  last_outbound_.reset();
  write_inbound(speech, now_);
  if (speech == Speech::kGreeting && rng_.chance(0.7)) {
    speech = Speech::kQuestion;
    write_inbound(speech, now_ + seconds(rng_.uniform(8, 30)));
  } else if (rng_.chance(kSecondMessage)) {
    write_inbound(is_closing(speech) ? Speech::kThanks : speech, now_ + seconds(rng_.uniform(8, 30)));
  }
  if (speech == Speech::kComplaint || speech == Speech::kAngry) open_ticket(TicketKind::kComplaint);
  if (speech == Speech::kStatus && rng_.chance(0.4)) open_ticket(TicketKind::kQuestion);
  if (speech == Speech::kStop && !opted_out_) opt_out(replied_message_);
  plan_answer(speech);
}

void Life::write_inbound(Speech speech, Time at) {
  if (!within(at)) return;
  auto& messages = story_.history.messages;
  Message message;
  message.id = MessageId(row_id("m", messages.size()).text());
  message.contact = ContactId(id_);
  message.conversation = conversation_at(at, true);
  message.direction = Direction::kInbound;
  message.sent_at = at;
  message.delivered_at = at + seconds(rng_.uniform(0.3, 3));
  message.language = phrasebook(traits_.tongue).language;
  if (rng_.chance(traits_.voice_prob)) {
    message.media_type = "audio";
  } else {
    std::string text;
    writer_.say(text, speech);
    writer_.write_by_hand(text, traits_.hand, mood_);
    message.text = PrivateText(std::move(text));
    if (speech == Speech::kComplaint && rng_.chance(0.2)) message.media_type = "image";
    count_inbound(speech);
  }
  if (!within(*message.delivered_at)) message.delivered_at.reset();
  last_inbound_ = last_engagement_ = at;
  messages.push_back(std::move(message));
}

void Life::count_inbound(Speech speech) {
  behaviour_.questions += speech == Speech::kQuestion || speech == Speech::kPrice || speech == Speech::kStatus;
  behaviour_.price_inquiries += speech == Speech::kPrice;
  behaviour_.meeting_requests += speech == Speech::kMeeting;
}

void Life::open_ticket(TicketKind kind) {
  constexpr double kNeverResolved = 0.25;
  constexpr double kForgottenDays = 45;  ///< after which an open complaint no longer drives away
  const bool complaint = kind == TicketKind::kComplaint;
  const double days = complaint ? rng_.gamma(2, 3.5) : rng_.gamma(1.5, 1);
  const bool resolved = !rng_.chance(kNeverResolved);
  const Time resolved_at = now_ + hours(24 * days + 0.2);
  auto& tickets = story_.history.tickets;
  Ticket ticket{.id = row_id("t", tickets.size()), .contact = ContactId(id_), .kind = kind, .opened_at = now_,
                .resolved_at = std::nullopt};
  if (resolved && within(resolved_at)) ticket.resolved_at = resolved_at;
  tickets.push_back(std::move(ticket));
  if (!complaint) return;
  complaints_open_until_.push_back(resolved ? resolved_at : now_ + hours(24 * kForgottenDays));
  if (resolved && last_order_ && rng_.chance(0.35)) product_event(ProductEventType::kRefund, resolved_at);
}

void Life::plan_answer(Speech said) {
  constexpr double kAnswered = 0.96;
  constexpr double kClosingAnswered = 0.35;
  constexpr double kMinutesToAnswer = 14;
  if (!rng_.chance(is_closing(said) ? kClosingAnswered : kAnswered)) return;
  answer_ = {.at = business_time(now_ + seconds(40 + rng_.exponential(60 * kMinutesToAnswer))),
             .style = draw_answer_style(),
             .speech = answer_to(said)};
  clocks_[kAnswer] = answer_.at;
}

Style Life::draw_answer_style() {
  constexpr std::array<double, 3> kLengths = {0.4, 0.35, 0.25};
  return {.personal = rng_.chance(0.35),
          .invite = rng_.chance(0.35),
          .link = rng_.chance(0.15),
          .media = rng_.chance(0.12),
          .shout = false,
          .length = static_cast<Length>(rng_.pick(kLengths))};
}

/// Nobody answers between 22:00 and 8:00 of the contact's day.
Time Life::business_time(Time at) {
  const double hour = rhythm_.local_hour(at);
  if (hour >= 8 && hour < 22) return at;
  const double until_eight = hour < 8 ? 8 - hour : 32 - hour;
  return at + hours(until_eight + rng_.uniform());
}

void Life::send(const PlannedSend& plan) {
  if (is_writing() || (last_outbound_ && now_ - *last_outbound_ < kPause)) return;
  auto& messages = story_.history.messages;
  const bool campaign = plan.campaign != kNoCampaign;
  const std::size_t at = messages.size();
  const double prob = answer_prob(traits_, mind_, plan.style, moment());
  const double writes_anyway =
      1 - std::exp(-traits_.talks_per_day * kActivityLeft[index_of(mind_)] * rhythm_.mass(now_, now_ + kDay));
  Message message;
  message.id = MessageId(row_id("m", at).text());
  message.contact = ContactId(id_);
  if (campaign) {
    message.campaign = setting_.campaigns[plan.campaign].row.id;
    campaigns_sent_.push_back(now_);
  } else {
    message.conversation = conversation_at(now_, false);
  }
  message.direction = Direction::kOutbound;
  message.sent_at = now_;
  message.text = PrivateText(compose(plan));
  if (plan.style.media) message.media_type = "image";
  message.language = phrasebook(traits_.tongue).language;
  messages.push_back(std::move(message));
  if (within(now_ + kDay)) {
    story_.engagement.push_back({.prob = 1 - (1 - prob) * (1 - writes_anyway), .happened = false, .row = at});
  }
  last_outbound_ = now_;
  draw_outcome(plan, at, prob);
}

void Life::draw_outcome(const PlannedSend& plan, std::size_t message, double prob) {
  const bool campaign = plan.campaign != kNoCampaign;
  const bool answered = rng_.chance(prob);
  draw_reading(story_.history.messages[message], answered);
  if (!answered) {
    if (campaign && rng_.chance(opt_out_prob(mind_))) opt_out(message);
    if (!campaign && plan.speech != Speech::kFollowUp && rng_.chance(0.25)) {
      follow_up_ = {.at = business_time(now_ + hours(rng_.uniform(26, 50))),
                    .style = draw_answer_style(),
                    .speech = Speech::kFollowUp};
      clocks_[kFollowUp] = follow_up_.at;
    }
    return;
  }
  const bool prompt = rng_.chance(0.3 + 0.4 * rhythm_.nearness(now_));
  const Duration delay = prompt ? seconds(60 * traits_.reply_minutes * std::exp(rng_.normal(0, 0.8)))
                                : rhythm_.next_pickup(now_, rng_) - now_;
  const Time at = now_ + std::clamp(delay, kShortest, kLongest);
  Message& sent = story_.history.messages[message];
  if (sent.read_at && *sent.read_at > at) sent.read_at = at - seconds(5);
  if (campaign && plan.style.link && rng_.chance(kClickShare)) return click(message, at);
  clocks_[kReply] = at;
  replied_to_ = plan;
  replied_message_ = message;
}

void Life::click(std::size_t message, Time at) {
  if (!within(at)) return;
  campaign_event(CampaignEventType::kClick, message, at);
  last_engagement_ = at;
  product_event(ProductEventType::kView, at + seconds(4));
  if (rng_.chance(kOrderAfterClick)) place_order(at + hours(rng_.uniform(0.05, 1)));
}

/// Who answers has read it; others may have as well, rarely when they are gone.
void Life::draw_reading(Message& message, bool answered) {
  constexpr std::array<double, kMindCount> kReadAnyway = {0.75, 0.35, 0.05};
  constexpr double kNotDelivered = 0.015;
  if (!answered && rng_.chance(kNotDelivered)) return;
  message.delivered_at = now_ + seconds(rng_.uniform(0.5, 20));
  const bool read = answered || rng_.chance(kReadAnyway[index_of(mind_)]);
  const Time read_at = now_ + seconds(25 + rng_.exponential(3600 * (answered ? 0.2 : 3)));
  if (read && within(read_at)) message.read_at = read_at;
  if (!within(*message.delivered_at)) message.delivered_at.reset();
}

void Life::campaign_event(CampaignEventType type, std::size_t message, Time at) {
  if (!within(at)) return;
  const Message& about = story_.history.messages[message];
  if (about.campaign.empty()) return;
  auto& events = story_.history.campaign_events;
  events.push_back({.id = row_id("e", events.size()),
                    .contact = ContactId(id_),
                    .campaign = about.campaign,
                    .message = about.id,
                    .type = type,
                    .at = at});
}

ConversationId Life::conversation_at(Time at, bool may_begin) {
  auto& conversations = story_.history.conversations;
  const bool over = conversations.empty() || at - *conversations.back().ended_at > kConversationGap;
  if (may_begin && over) {
    conversations.push_back({.id = ConversationId(row_id("v", conversations.size()).text()),
                             .contact = ContactId(id_),
                             .started_at = at,
                             .ended_at = at});
  }
  conversations.back().ended_at = at;
  return conversations.back().id;
}

std::string Life::compose(const PlannedSend& plan) {
  const bool campaign = plan.campaign != kNoCampaign;
  const Style& style = plan.style;
  std::string text;
  text.reserve(256);
  if (campaign) writer_.change_topic();
  if (style.personal) writer_.say(text, Speech::kCampaignHello);
  if (campaign && !style.personal && style.length != Length::kShort) writer_.say(text, Speech::kCampaignOpening);
  writer_.say(text, style.shout ? Speech::kCampaignShout : plan.speech);
  if (style.length == Length::kMedium) writer_.say(text, campaign ? Speech::kCampaignBody : Speech::kReplyAnswer);
  if (style.length == Length::kLong) writer_.say(text, campaign ? Speech::kCampaignMore : Speech::kReplyMore);
  if (style.link) writer_.say_link(text);
  if (style.invite) writer_.say(text, campaign ? Speech::kCampaignInvite : Speech::kReplyInvite);
  return text;
}

}  // namespace rapport::demo
