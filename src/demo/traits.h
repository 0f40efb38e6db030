#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/rng.h"
#include "demo/sentence.h"

namespace rapport::demo {

/// What is hidden behind a contact: habits and leanings that nobody records, but that everything recorded follows from.
struct Traits {
  Tongue tongue = Tongue::kEnglish;
  double timezone_offset_hours = 0;
  double interest = 0;           ///< 0..1: asks for prices and meetings, buys
  double loyalty = 0;            ///< 0..1: how slowly they drift away
  double price_sensitivity = 0;  ///< 0..1: waits for discounts
  double temper = 0;             ///< 0..1: complains, and loudly
  double responsiveness_logit = 0;
  double preferred_hour = 12;    ///< local
  double hour_width = 4;         ///< hours to either side in which they are at their phone
  int habit_weekday = 0;         ///< Monday 0: the day on which they do twice as much
  double talks_per_day = 0;      ///< conversations that they start themselves while active
  double orders_per_day = 0;     ///< orders without a conversation while active
  double visits_per_day = 0;     ///< looks at the shop while active
  double reply_minutes = 0;      ///< median of a prompt answer
  Hand hand;
  double voice_prob = 0;  ///< that a message is a voice note
  std::string first_name;
  std::string last_name;
  std::string phone;  ///< from the numbers reserved for fiction (+1 NXX 555 01XX); empty when they have run out
  Time arrived_at;
};

/// The traits of contact `number`, who arrives between `start` and `until`.
Traits draw_traits(Rng rng, std::uint64_t number, Time start, Time until);

}  // namespace rapport::demo
