#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "demo/outcomes.h"
#include "demo/rhythm.h"
#include "demo/sentence.h"
#include "demo/silence.h"
#include "demo/traits.h"
#include "domain/history.h"

/// The life of one contact with the business, event by event: they write when their rhythm says so, the business
/// answers, campaigns arrive, and every outbound message is answered, clicked or ignored by one draw of a known
/// probability. The same draws give the rows and the truth that a model can be held against.
namespace rapport::demo {

/// One campaign and who it is for.
struct CampaignPlan {
  Campaign row;
  Style style;  ///< `personal` and `length` vary from contact to contact
};

/// What is the same for all contacts of a business.
struct Setting {
  Time start;
  Time until;
  std::vector<CampaignPlan> campaigns;  ///< by start
  std::vector<Time> cutoffs;            ///< of churn rows, ascending
};

/// The calendar of campaigns of a business: one every three days.
Setting make_setting(Time start, Time until, std::uint64_t seed);

/// A probability that was known when the outcome was not, and the outcome. `row` is the position of what it is about.
struct Truth {
  double prob = 0;
  bool happened = false;
  std::size_t row = 0;
};

struct ContactStory {
  ContactHistory history;
  std::vector<Truth> engagement;          ///< per outbound message with 24 hours after it; row: into history.messages
  std::vector<Truth> churn;               ///< per cutoff that counts this contact; row: into Setting::cutoffs
  std::vector<double> scores_before_noise;  ///< per history.leads
};

/// Tells the story of contact `number`: the same for the same setting and seed.
ContactStory tell_story(const Setting& setting, std::uint64_t seed, std::uint64_t number);

}  // namespace rapport::demo
