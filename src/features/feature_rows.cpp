#include "features/feature_rows.h"

#include <algorithm>
#include <utility>

#include "features/contact_state.h"
#include "features/timeline.h"

namespace rapport::features {
namespace {

constexpr Duration kChurnHorizon = kDay * 90;

using Sink = std::function<void(const LabelledRow&)>;

/// A state that moves forward through a contact's facts.
class Walk {
 public:
  Walk(const ContactHistory& history, ModelKind kind, Time until)
      : facts_(timeline(history, until)), state_(history, kind), row_(feature_set(kind).size()) {}

  /// Tells the state every fact before `as_of`.
  ///
  /// Requires  not earlier than the last call's.
  const ContactState& at(Time as_of) {
    while (next_ < facts_.size() && facts_[next_].at < as_of) state_.tell(facts_[next_++]);
    return state_;
  }

  FeatureVector& row() { return row_; }

 private:
  std::vector<Fact> facts_;
  std::size_t next_ = 0;
  ContactState state_;
  FeatureVector row_;
};

MessageToSend to_send(const Message& message) {
  return {message.sent_at, message.text.reveal(), !message.media_type.empty()};
}

void lead_rows(const ContactHistory& history, const Sink& sink) {
  std::vector<const Lead*> leads;
  for (const Lead& lead : history.leads) leads.push_back(&lead);
  if (leads.empty()) return;
  std::stable_sort(leads.begin(), leads.end(), [](auto* a, auto* b) { return a->scored_at < b->scored_at; });
  Walk walk(history, ModelKind::kLeadScoring, leads.back()->scored_at);
  for (const Lead* lead : leads) {
    walk.at(lead->scored_at).lead_vector(lead->scored_at, walk.row());
    sink({ModelKind::kLeadScoring, lead->scored_at, walk.row(), lead->score});
  }
}

// When the contact did something: wrote or ordered.
std::vector<Time> activity(const ContactHistory& history) {
  std::vector<Time> times;
  for (const Message& m : history.messages) {
    if (m.direction == Direction::kInbound) times.push_back(m.sent_at);
  }
  for (const Order& o : history.orders) times.push_back(o.placed_at);
  std::sort(times.begin(), times.end());
  return times;
}

bool any_between(const std::vector<Time>& times, Time from, Time until) {
  const auto first = std::lower_bound(times.begin(), times.end(), from);
  return first != times.end() && *first < until;
}

// The first message or order: since when there is history.
std::optional<Time> known_since(const ContactHistory& history) {
  std::optional<Time> first;
  const auto earlier = [&first](Time at) { first = first ? std::min(*first, at) : at; };
  for (const Message& m : history.messages) earlier(m.sent_at);
  for (const Order& o : history.orders) earlier(o.placed_at);
  return first;
}

void churn_rows(const ContactHistory& history, std::span<const Time> cutoffs, Time data_until, const Sink& sink) {
  const std::optional<Time> since = known_since(history);
  if (!since || cutoffs.empty()) return;
  std::vector<Time> moments(cutoffs.begin(), cutoffs.end());
  std::sort(moments.begin(), moments.end());
  const std::vector<Time> active = activity(history);
  Walk walk(history, ModelKind::kChurnPrediction, moments.back());
  for (const Time cutoff : moments) {
    if (*since > cutoff - kChurnHorizon || cutoff + kChurnHorizon > data_until) continue;
    if (!any_between(active, cutoff - kChurnHorizon, cutoff)) continue;
    walk.at(cutoff).churn_vector(cutoff, walk.row());
    const bool stays = any_between(active, cutoff, cutoff + kChurnHorizon);
    sink({ModelKind::kChurnPrediction, cutoff, walk.row(), stays ? 0.0 : 1.0});
  }
}

void engagement_rows(const ContactHistory& history, Time data_until, const Sink& sink) {
  std::vector<std::size_t> sent;
  for (std::size_t i = 0; i < history.messages.size(); ++i) {
    const Message& m = history.messages[i];
    if (m.direction == Direction::kOutbound && m.sent_at + kAnswerWindow <= data_until) sent.push_back(i);
  }
  if (sent.empty()) return;
  std::stable_sort(sent.begin(), sent.end(), [&](std::size_t a, std::size_t b) {
    return history.messages[a].sent_at < history.messages[b].sent_at;
  });
  const Time last = history.messages[sent.back()].sent_at;
  // Two states that never meet: one knows how every message ended, the other only what was known before it.
  Walk hindsight(history, ModelKind::kEngagementPrediction, last + kAnswerWindow + Duration(1));
  const ContactState& outcome = hindsight.at(last + kAnswerWindow + Duration(1));
  Walk walk(history, ModelKind::kEngagementPrediction, last);
  for (const std::size_t i : sent) {
    const Message& message = history.messages[i];
    walk.at(message.sent_at).engagement_vector(to_send(message), walk.row());
    sink({ModelKind::kEngagementPrediction, message.sent_at, walk.row(), outcome.is_engaged(i) ? 1.0 : 0.0});
  }
}

}  // namespace

FeatureVector lead_features(const ContactHistory& history, Time as_of) {
  Walk walk(history, ModelKind::kLeadScoring, as_of);
  walk.at(as_of).lead_vector(as_of, walk.row());
  return std::move(walk.row());
}

FeatureVector churn_features(const ContactHistory& history, Time as_of) {
  Walk walk(history, ModelKind::kChurnPrediction, as_of);
  walk.at(as_of).churn_vector(as_of, walk.row());
  return std::move(walk.row());
}

FeatureVector engagement_features(const ContactHistory& history, const PlannedMessage& message) {
  return engagement_by_hour(history, message).features;
}

EngagementByHour engagement_by_hour(const ContactHistory& history, const PlannedMessage& message) {
  Walk walk(history, ModelKind::kEngagementPrediction, message.at);
  const ContactState& state = walk.at(message.at);
  state.engagement_vector({message.at, message.text.reveal(), !message.media_type.empty()}, walk.row());
  return {std::move(walk.row()), state.engagement_rates_by_hour()};
}

void training_rows(ModelKind kind, const ContactHistory& history, std::span<const Time> cutoffs, Time data_until,
                   const Sink& sink) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      lead_rows(history, sink);
      break;
    case ModelKind::kChurnPrediction:
      churn_rows(history, cutoffs, data_until, sink);
      break;
    case ModelKind::kEngagementPrediction:
      engagement_rows(history, data_until, sink);
      break;
  }
}

}  // namespace rapport::features
