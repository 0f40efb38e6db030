#pragma once

#include <array>
#include <cstddef>

#include "demo/traits.h"

/// The equations that decide what happens. docs/demo.md gives them in prose; the best possible figures follow from them.
namespace rapport::demo {

/// How a contact stands to the business. Changes once a day.
enum class Mind { kActive, kFading, kGone };
constexpr std::size_t kMindCount = 3;

constexpr std::size_t index_of(Mind mind) { return static_cast<std::size_t>(mind); }

/// What is left of an active contact's own conversations, orders and visits.
constexpr std::array<double, kMindCount> kActivityLeft = {1, 0.15, 0.03};

/// Probability of going from one mind to each other within a day. An open complaint drives away.
std::array<double, kMindCount> next_mind(const Traits& traits, Mind mind, std::size_t open_complaints);

/// Who leaves opts out with this probability; who comes back opts in again with that one.
constexpr double kOptOutOnLeaving = 0.85;
constexpr double kOptInOnReturn = 0.9;

/// Probability that a contact who ignores a campaign message opts out of campaigns because of it.
double opt_out_prob(Mind mind);

enum class Length { kShort, kMedium, kLong };

/// What an outbound message looks like, as far as it matters for its success.
struct Style {
  bool personal = false;  ///< name or placeholder
  bool invite = false;    ///< call to action
  bool link = false;
  bool media = false;
  bool shout = false;  ///< bad style
  Length length = Length::kShort;
};

/// The moment of sending, as far as it matters.
struct Moment {
  double nearness = 0;  ///< Rhythm::nearness
  bool habit_day = false;
  double hours_since_engagement = 0;  ///< since the contact last wrote or clicked (at first: since they arrived)
  std::size_t campaigns_last_30d = 0;
};

/// P(the contact answers or clicks within 24 hours because of this message).
double answer_prob(const Traits& traits, Mind mind, const Style& style, const Moment& moment);

/// Of the campaign messages with a link that succeed, this share does by a click, the others by an answer; and a click
/// ends in an order with this probability.
constexpr double kClickShare = 0.55;
constexpr double kOrderAfterClick = 0.12;

/// What a contact did until they were scored.
struct LeadBehaviour {
  std::size_t questions = 0;
  std::size_t price_inquiries = 0;
  std::size_t meeting_requests = 0;
  std::size_t inbound = 0;
  std::size_t outbound = 0;  ///< whose 24 hours are over
  std::size_t answered = 0;  ///< of those
  std::size_t campaign_clicks = 0;
};

/// The score before its noise, 0..100.
double lead_score(const LeadBehaviour& behaviour);
constexpr double kLeadNoise = 11;  ///< standard deviation, points

}  // namespace rapport::demo
