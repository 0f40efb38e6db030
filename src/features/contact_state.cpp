#include "features/contact_state.h"

#include <chrono>

namespace rapport::features {
namespace {

double milliseconds(Duration duration) {
  return static_cast<double>(duration.count());
}

}  // namespace

ContactState::ContactState(const ContactHistory& history, ModelKind kind)
    : history_(history),
      kind_(kind),
      name_(history.contact.name.reveal()),
      outcomes_(history.messages.size()),
      has_campaign_events_(!history.campaign_events.empty()) {}

void ContactState::tell(const Fact& fact) {
  const std::size_t i = fact.index;
  switch (fact.kind) {
    case FactKind::kConversation:
      conversations_.add(fact.at);
      conversation_rows_.push_back(fact.index);
      break;
    case FactKind::kInbound:
      inbound(i);
      break;
    case FactKind::kOutbound:
      outbound(i);
      break;
    case FactKind::kRead:
      read(i, fact.at);
      break;
    case FactKind::kCampaignEvent:
      campaign_event(history_.campaign_events[i]);
      break;
    case FactKind::kClosed:
      closed(i, fact.at);
      break;
    case FactKind::kOrder:
      order(history_.orders[i]);
      break;
    case FactKind::kTicketOpened:
      ++tickets_;
      complaints_ += history_.tickets[i].kind == TicketKind::kComplaint ? 1u : 0u;
      break;
    case FactKind::kTicketResolved:
      ++resolved_;
      resolution_days_ += days_between(history_.tickets[i].opened_at, fact.at);
      break;
    case FactKind::kProductEvent:
      product_event(history_.product_events[i]);
      break;
    case FactKind::kPreferenceEvent:
      preference_event(history_.preference_events[i]);
      break;
  }
}

bool ContactState::is_engaged(std::size_t message) const {
  return outcomes_[message].answered || outcomes_[message].clicked;
}

bool ContactState::in_window(std::size_t message, Time at) const {
  return at - history_.messages[message].sent_at <= kAnswerWindow;
}

void ContactState::any_message(const Message& message) {
  if (!first_message_) first_message_ = message.sent_at;
  last_message_ = message.sent_at;
  // Engagement asks how many conversations began, not how long they were.
  if (message.conversation.empty() || kind_ == ModelKind::kEngagementPrediction) return;
  ++conversation_lengths_[message.conversation.text()];
  ++messages_in_conversations_;
}

void ContactState::inbound(std::size_t index) {
  const Message& message = history_.messages[index];
  const Time at = message.sent_at;
  any_message(message);
  answers(at);
  if (last_inbound_ && kind_ == ModelKind::kChurnPrediction) gaps_ms_.add(milliseconds(at - *last_inbound_));
  last_inbound_ = at;
  inbound_.add(at);
  engagements_.add(at);
  const LocalTime local = local_time(at, history_.contact.timezone_offset_hours);
  hours_.add(local.hour);
  weekdays_.add(local.weekday);
  weekend_inbound_ += local.is_weekend() ? 1u : 0u;
  business_inbound_ += local.is_business_hours() ? 1u : 0u;
  analysis(message);
  if (kind_ == ModelKind::kLeadScoring) cues(message);
}

// Each outbound message is looked at here once: the next inbound message either answers it or comes too late.
void ContactState::answers(Time at) {
  for (; unanswered_ < sent_.size(); ++unanswered_) {
    const std::size_t message = sent_[unanswered_];
    if (!in_window(message, at)) continue;
    Outcome& outcome = outcomes_[message];
    outcome.answered = true;
    if (!history_.messages[message].campaign.empty() && !outcome.campaign_response) {
      outcome.campaign_response = true;
      ++campaign_responses_;
    }
  }
  if (awaits_answer_ && at - *last_outbound_ <= kAnswerWindow) {
    answer_ms_ += milliseconds(at - *last_outbound_);
    ++answers_;
  }
  awaits_answer_ = false;
}

void ContactState::analysis(const Message& message) {
  if (!message.analysis) return;
  const Analysis& found = *message.analysis;
  valence_.add(message.sent_at, found.valence);
  positive_ += found.sentiment == Sentiment::kPositive ? 1u : 0u;
  negative_ += found.sentiment == Sentiment::kNegative ? 1u : 0u;
  if (found.emotion_prob) {
    emotion_sum_ += *found.emotion_prob;
    ++emotions_;
  }
}

void ContactState::cues(const Message& message) {
  const PrivateText& words = message.text.empty() ? message.transcript : message.text;
  const text::MessageCues found = text::read_cues(words.reveal());
  questions_ += found.is_question ? 1u : 0u;
  price_inquiries_ += found.is_price_inquiry ? 1u : 0u;
  meeting_requests_ += found.is_meeting_request ? 1u : 0u;
  positive_words_ += found.positive_words;
}

void ContactState::outbound(std::size_t index) {
  const Message& message = history_.messages[index];
  any_message(message);
  last_outbound_ = message.sent_at;
  awaits_answer_ = true;
  sent_.push_back(static_cast<std::uint32_t>(index));
  if (has_campaign_events_) message_by_id_.emplace(message.id.text(), static_cast<std::uint32_t>(index));
  if (message.campaign.empty()) return;
  campaigns_sent_.add(message.sent_at);
  last_campaign_sent_ = message.sent_at;
  if (has_campaign_events_) latest_of_campaign_[message.campaign.text()] = static_cast<std::uint32_t>(index);
}

void ContactState::read(std::size_t index, Time at) {
  opened(index, at, false);
}

void ContactState::opened(std::size_t message, Time at, bool by_campaign_event) {
  Outcome& outcome = outcomes_[message];
  if (in_window(message, at)) outcome.opened = true;
  if (!by_campaign_event && history_.messages[message].campaign.empty()) return;
  last_campaign_open_ = at;
  if (outcome.campaign_open) return;
  outcome.campaign_open = true;
  ++campaign_opens_;
  engagements_.add(at);
}

// An event that names no message, or one that has not been sent, belongs to the latest message of its campaign.
std::optional<std::size_t> ContactState::message_of(const CampaignEvent& event) const {
  const auto named = message_by_id_.find(event.message.text());
  if (named != message_by_id_.end()) return named->second;
  const auto latest = latest_of_campaign_.find(event.campaign.text());
  if (latest != latest_of_campaign_.end()) return latest->second;
  return std::nullopt;
}

void ContactState::campaign_event(const CampaignEvent& event) {
  const std::optional<std::size_t> message = message_of(event);
  Outcome unknown;
  Outcome& outcome = message ? outcomes_[*message] : unknown;
  const bool timely = message && in_window(*message, event.at);
  switch (event.type) {
    case CampaignEventType::kOpen:
      if (message) {
        opened(*message, event.at, true);
      } else {
        last_campaign_open_ = event.at;
        ++campaign_opens_;
        engagements_.add(event.at);
      }
      break;
    case CampaignEventType::kClick:
      outcome.clicked = outcome.clicked || timely;
      last_click_ = event.at;
      if (outcome.campaign_click) break;
      outcome.campaign_click = true;
      ++campaign_clicks_;
      engagements_.add(event.at);
      break;
    case CampaignEventType::kResponse:
      outcome.answered = outcome.answered || timely;
      if (outcome.campaign_response) break;
      outcome.campaign_response = true;
      ++campaign_responses_;
      break;
    case CampaignEventType::kUnsubscribe:
      unsubscribed_campaigns_.insert(event.campaign.text());
      break;
  }
}

void ContactState::closed(std::size_t index, Time at) {
  const Message& message = history_.messages[index];
  const Outcome& outcome = outcomes_[index];
  const bool engaged = outcome.answered || outcome.clicked;
  closed_.add(at, outcome.answered ? 1 : 0);
  if (!message.campaign.empty()) closed_campaigns_.add(at, engaged || outcome.opened ? 1 : 0);
  closed_opened_ += outcome.opened ? 1u : 0u;
  closed_clicked_ += outcome.clicked ? 1u : 0u;
  closed_ignored_ += engaged || outcome.opened ? 0u : 1u;
  const LocalTime local = local_time(message.sent_at, history_.contact.timezone_offset_hours);
  for (Rate* rate : {&closed_engaged_, &by_hour_[static_cast<std::size_t>(local.hour)],
                     &by_weekday_[static_cast<std::size_t>(local.weekday)]}) {
    ++rate->of;
    rate->hits += engaged ? 1u : 0u;
  }
}

void ContactState::order(const Order& order) {
  if (!first_order_) first_order_ = order.placed_at;
  last_order_ = order.placed_at;
  orders_.add(order.placed_at, order.amount);
  if (order.discount_amount > 0) discounted_orders_.add(order.placed_at);
}

void ContactState::product_event(const ProductEvent& event) {
  switch (event.type) {
    case ProductEventType::kView:
      views_.add(event.at);
      break;
    case ProductEventType::kCart:
      ++carts_;
      break;
    case ProductEventType::kAbandon:
      ++abandoned_;
      break;
    case ProductEventType::kRefund:
      ++refunds_;
      break;
    case ProductEventType::kDiscount:
      discounts_.add(event.at);
      break;
  }
}

void ContactState::preference_event(const PreferenceEvent& event) {
  switch (event.type) {
    case PreferenceEventType::kUnsubscribeAttempt:
      ++unsubscribe_attempts_;
      break;
    case PreferenceEventType::kOptOut:
      ++opt_outs_;
      ++preference_changes_;
      break;
    case PreferenceEventType::kOptIn:
    case PreferenceEventType::kChange:
      ++preference_changes_;
      break;
  }
}

}  // namespace rapport::features
