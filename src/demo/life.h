#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "demo/story.h"

namespace rapport::demo {

/// One contact while their story is being told: the state, the clocks and the rows so far. `tell_story` runs it.
///
/// The next thing that happens is always the earliest of the clocks. Two rules of the business keep outcomes apart, so
/// that the probability of each is exact: it answers what was written before it writes anything else, and it leaves a
/// contact alone for 24 hours after a message that was not answered.
class Life {
 public:
  Life(const Setting& setting, const Rng& rng, std::uint64_t number);

  void live();
  ContactStory take_story();

 private:
  enum Clock { kMindTick, kTalk, kOrder, kVisit, kAnswer, kReply, kFollowUp, kCampaign, kScoring, kCutoff, kClockCount };

  // life.cpp: what happens
  void arrive();
  void plan_campaigns();
  void plan_scorings();
  void happen(Clock clock);
  void on_mind_tick();
  void set_mind(Mind mind);
  void show_displeasure();
  void draw_own_clocks();
  Time next_own(double per_active_day);
  void on_talk();
  void on_answer();
  void on_reply();
  void on_campaign();
  void on_scoring();
  void on_cutoff();
  void on_visit();
  void place_order(Time at);
  void product_event(ProductEventType type, Time at);
  void preference_event(PreferenceEventType type, Time at);
  void opt_out(std::optional<std::size_t> because_of_message);
  std::size_t open_complaints() const;

  // messages.cpp: what is written
  void receive(Speech speech);
  void write_inbound(Speech speech, Time at);
  void count_inbound(Speech speech);
  void open_ticket(TicketKind kind);
  void plan_answer(Speech said);
  void send(const PlannedSend& plan);
  void draw_outcome(const PlannedSend& plan, std::size_t message, double prob);
  void click(std::size_t message, Time at);
  void draw_reading(Message& message, bool answered);
  void campaign_event(CampaignEventType type, std::size_t message, Time at);
  std::string compose(const PlannedSend& plan);
  ConversationId conversation_at(Time at, bool may_begin);
  Speech choose_first_words();
  Speech choose_talk();
  Speech choose_reply(const PlannedSend& to);
  Style draw_answer_style();
  Time business_time(Time at);
  Moment moment() const;
  /// A second message, seconds after the first, is still to come: nothing else is written before it.
  bool is_writing() const { return last_inbound_ && *last_inbound_ > now_; }
  bool within(Time at) const { return at <= setting_.until; }
  RowId row_id(std::string_view kind, std::size_t number) const;

  // truth.cpp: what came of it
  void judge_engagement();
  void judge_churn();

  const Setting& setting_;
  Rng rng_;
  Traits traits_;
  Rhythm rhythm_;
  Writer writer_;
  std::string id_;
  ContactStory story_;

  Time now_;
  std::array<Time, kClockCount> clocks_;
  Mind mind_ = Mind::kActive;
  double mood_ = 0.3;  ///< -1..1
  bool opted_out_ = false;
  std::vector<PlannedSend> campaigns_;
  std::size_t next_campaign_ = 0;
  std::vector<Time> scorings_;
  std::size_t next_cutoff_ = 0;
  PlannedSend answer_;     ///< what kAnswer will send
  PlannedSend replied_to_;  ///< what kReply answers
  std::size_t replied_message_ = 0;
  PlannedSend follow_up_;

  std::optional<Time> last_outbound_;  ///< since the contact last wrote
  Time last_engagement_;
  std::optional<Time> last_inbound_;
  std::optional<Time> last_order_;
  std::vector<Time> campaigns_sent_;
  std::vector<Time> complaints_open_until_;
  LeadBehaviour behaviour_;
  std::vector<std::size_t> outbound_;  ///< positions of outbound messages
};

}  // namespace rapport::demo
