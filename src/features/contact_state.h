#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "domain/history.h"
#include "domain/names.h"
#include "features/local_time.h"
#include "features/series.h"
#include "features/timeline.h"
#include "text/message_cues.h"

namespace rapport::features {

/// A message that is about to be sent, as the engagement features see it.
struct MessageToSend {
  Time at;
  std::string_view text;
  bool has_media = false;
};

/// All that the features need to know about one contact, built up fact by fact. Online and training use this one
/// class: a vector at a moment is a question to the state that has been told every fact before the moment, and no
/// other. Counts and sums grow as facts come in; windows ("last 30 days") are asked of series that never forget.
///
/// Requires  facts come in the timeline's order; the history outlives the state; a vector's moment is later than every
///           fact told so far.
/// Threads   one at a time.
/// Cost      a fact O(log n) amortised; a vector O(log n), the churn vector also the number of conversations of the
/// last
///           60 days.
class ContactState {
 public:
  /// Cues of inbound texts are read for lead scoring only, gaps between messages kept for churn only.
  ContactState(const ContactHistory& history, ModelKind kind);

  void tell(const Fact& fact);

  /// Requires  `out` has feature_set(kind).size() values.
  void lead_vector(Time as_of, std::span<double> out) const;
  void churn_vector(Time as_of, std::span<double> out) const;
  void engagement_vector(const MessageToSend& message, std::span<double> out) const;
  /// What the engagement vector has as `engagement_rate_this_hour` in each local hour.
  std::array<double, 24> engagement_rates_by_hour() const;

  /// Whether an outbound message was answered or clicked within the answer window, as far as was told.
  bool is_engaged(std::size_t message) const;

 private:
  // What became of an outbound message. The first three count within the answer window, the others at any time.
  struct Outcome {
    bool answered = false;
    bool opened = false;
    bool clicked = false;
    bool campaign_open = false;
    bool campaign_click = false;
    bool campaign_response = false;
  };
  struct Rate {
    std::uint32_t of = 0;
    std::uint32_t hits = 0;
  };

  void inbound(std::size_t index);
  void outbound(std::size_t index);
  void read(std::size_t index, Time at);
  void campaign_event(const CampaignEvent& event);
  void closed(std::size_t index, Time at);
  void order(const Order& order);
  void product_event(const ProductEvent& event);
  void preference_event(const PreferenceEvent& event);

  void any_message(const Message& message);
  void answers(Time at);
  void analysis(const Message& message);
  void cues(const Message& message);
  void opened(std::size_t message, Time at, bool by_campaign_event);
  std::optional<std::size_t> message_of(const CampaignEvent& event) const;
  bool in_window(std::size_t message, Time at) const;
  double mean_conversation_length(Time from, Time until) const;
  double smoothed(const Rate& rate) const;
  Rate rate_of_days(bool weekend) const;

  const ContactHistory& history_;
  ModelKind kind_;
  text::ContactName name_;

  // Messages
  std::optional<Time> first_message_;
  std::optional<Time> last_message_;
  std::optional<Time> last_inbound_;
  std::optional<Time> last_outbound_;
  std::optional<Time> last_campaign_sent_;
  bool awaits_answer_ = false;  // the latest message is outbound
  double answer_ms_ = 0;        // summed over `answers_`
  std::uint32_t answers_ = 0;
  std::vector<std::uint32_t> sent_;  // outbound messages, in order of time
  std::size_t unanswered_ = 0;       // sent_ from here on: nothing came in after them yet
  std::vector<Outcome> outcomes_;    // by message
  Series inbound_;
  Series campaigns_sent_;
  RunningMedian gaps_ms_;
  Histogram<24> hours_;
  Histogram<7> weekdays_;
  std::uint32_t weekend_inbound_ = 0;
  std::uint32_t business_inbound_ = 0;

  // Sentiment and text of inbound messages
  Series valence_;
  std::uint32_t positive_ = 0;
  std::uint32_t negative_ = 0;
  double emotion_sum_ = 0;
  std::uint32_t emotions_ = 0;
  std::uint32_t questions_ = 0;
  std::uint32_t price_inquiries_ = 0;
  std::uint32_t meeting_requests_ = 0;
  std::uint32_t positive_words_ = 0;

  // Conversations
  Series conversations_;
  std::vector<std::uint32_t> conversation_rows_;  // of each entry of conversations_
  std::unordered_map<std::string_view, std::uint32_t> conversation_lengths_;
  std::uint32_t messages_in_conversations_ = 0;

  // Campaigns and outcomes of closed messages
  bool has_campaign_events_ = false;
  std::unordered_map<std::string_view, std::uint32_t> message_by_id_;       // outbound, only when events may name them
  std::unordered_map<std::string_view, std::uint32_t> latest_of_campaign_;  // outbound message
  std::unordered_set<std::string_view> unsubscribed_campaigns_;
  std::uint32_t campaign_opens_ = 0;
  std::uint32_t campaign_clicks_ = 0;
  std::uint32_t campaign_responses_ = 0;
  std::optional<Time> last_campaign_open_;
  std::optional<Time> last_click_;
  Series engagements_;       // inbound messages, openings, clicks
  Series closed_;            // value: answered
  Series closed_campaigns_;  // value: opened, clicked or answered
  std::uint32_t closed_opened_ = 0;
  std::uint32_t closed_clicked_ = 0;
  std::uint32_t closed_ignored_ = 0;
  Rate closed_engaged_;  // answered or clicked
  std::array<Rate, 24> by_hour_{};
  std::array<Rate, 7> by_weekday_{};

  // Orders, tickets, products, preferences
  std::optional<Time> first_order_;
  std::optional<Time> last_order_;
  Series orders_;  // value: amount
  Series discounted_orders_;
  Series discounts_;
  Series views_;
  std::uint32_t carts_ = 0;
  std::uint32_t abandoned_ = 0;
  std::uint32_t refunds_ = 0;
  std::uint32_t tickets_ = 0;
  std::uint32_t complaints_ = 0;
  std::uint32_t resolved_ = 0;
  double resolution_days_ = 0;
  std::uint32_t unsubscribe_attempts_ = 0;
  std::uint32_t opt_outs_ = 0;
  std::uint32_t preference_changes_ = 0;
};

}  // namespace rapport::features
