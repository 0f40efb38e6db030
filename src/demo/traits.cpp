#include "demo/traits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

namespace rapport::demo {
namespace {

constexpr std::array<double, kTongueCount> kTongueShares = {0.34, 0.20, 0.16, 0.12, 0.18};

double draw_timezone(Rng& rng, Tongue tongue) {
  constexpr std::array<double, 4> kEnglishZones = {-8, -5, 0, 1};
  constexpr std::array<double, 4> kSpanishZones = {-6, -5, -3, 1};
  const auto one_of = [&rng](std::span<const double> zones) {
    return zones[static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(zones.size()) - 1))];
  };
  switch (tongue) {
    case Tongue::kEnglish: return one_of(kEnglishZones);
    case Tongue::kSpanish: return one_of(kSpanishZones);
    case Tongue::kPortuguese: return -3;
    case Tongue::kHindi: return 5.5;
    case Tongue::kHinglish: return 5.5;
  }
  return 0;
}

/// +1 NXX 555 0100..0199: reserved for fiction in every area code of the North American plan.
std::string fictional_phone(std::uint64_t number) {
  constexpr std::uint64_t kLinesPerArea = 100;
  constexpr std::uint64_t kFirstArea = 201;
  constexpr std::uint64_t kLastArea = 989;
  const std::uint64_t area = kFirstArea + number / kLinesPerArea;
  if (area > kLastArea) return "";
  std::string line = std::to_string(number % kLinesPerArea);
  if (line.size() < 2) line.insert(0, "0");
  return "+1" + std::to_string(area) + "55501" + line;
}

std::string draw_name(Rng& rng, std::span<const std::string_view> names) {
  return std::string(names[static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(names.size()) - 1))]);
}

void draw_rhythm(Rng& rng, Traits& traits) {
  traits.preferred_hour = rng.chance(0.4) ? rng.uniform(7, 11) : rng.uniform(14, 22);
  traits.hour_width = rng.uniform(2.5, 4.5);
  traits.habit_weekday = static_cast<int>(rng.integer(0, 6));
  traits.talks_per_day = std::clamp(rng.gamma(5, 0.0075), 0.018, 0.12);
  traits.orders_per_day = rng.gamma(1.2, 0.006);
  traits.visits_per_day = rng.gamma(4, 0.03);
  traits.reply_minutes = 6 * std::exp(rng.normal(0, 0.7));
}

/// Half of the contacts are there from early on, the others arrive evenly until shortly before the end.
Time draw_arrival(Rng& rng, Time start, Time until) {
  constexpr double kEarlyShare = 0.5;
  constexpr double kEarlyPart = 0.22;
  constexpr double kLatestPart = 0.95;
  const double part = rng.chance(kEarlyShare) ? rng.uniform(0, kEarlyPart) : rng.uniform(kEarlyPart, kLatestPart);
  const auto span_ms = static_cast<double>((until - start).count());
  return start + Duration(1 + static_cast<std::int64_t>(part * span_ms));
}

}  // namespace

Traits draw_traits(Rng rng, std::uint64_t number, Time start, Time until) {
  Traits traits;
  traits.tongue = static_cast<Tongue>(rng.pick(kTongueShares));
  traits.timezone_offset_hours = draw_timezone(rng, traits.tongue);
  traits.interest = rng.beta(1.6, 1.8);
  traits.loyalty = rng.beta(2, 1.6);
  traits.price_sensitivity = rng.beta(2, 2);
  traits.temper = rng.beta(1.5, 3);
  traits.responsiveness_logit = rng.normal(0, 0.4);
  draw_rhythm(rng, traits);
  traits.hand = {.typo_prob = rng.uniform(0, 0.15),
                 .emoji_prob = rng.uniform(0, 0.5),
                 .lower_case = rng.chance(0.3),
                 .drops_marks = rng.chance(0.35)};
  traits.voice_prob = rng.chance(0.3) ? rng.uniform(0.02, 0.2) : 0;
  const Phrasebook& book = phrasebook(traits.tongue);
  traits.first_name = draw_name(rng, book.first_names);
  traits.last_name = draw_name(rng, book.last_names);
  traits.phone = fictional_phone(number);
  traits.arrived_at = draw_arrival(rng, start, until);
  return traits;
}

}  // namespace rapport::demo
