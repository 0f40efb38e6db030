#include "demo/story.h"

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "demo/life.h"

namespace rapport::demo {
namespace {

constexpr Duration kBetweenCampaigns = 3 * kDay;
constexpr std::uint64_t kCalendarStream = 0;  ///< contact n has stream n + 1

constexpr std::string_view kThemes[] = {"New arrivals", "Weekend offer", "Back in stock", "Market day", "Season sale",
                                        "Sets for two", "Thank you week"};

}  // namespace

Setting make_setting(Time start, Time until, std::uint64_t seed) {
  Setting setting{.start = start, .until = until, .campaigns = {}, .cutoffs = {}};
  Rng rng = Rng(seed).split(kCalendarStream);
  for (Time at = start + kDay; at < until; at += kBetweenCampaigns) {
    const std::string number = std::to_string(setting.campaigns.size() + 1);
    const std::string_view theme = kThemes[static_cast<std::size_t>(rng.integer(0, std::size(kThemes) - 1))];
    CampaignPlan plan;
    plan.row = {.id = CampaignId("camp-" + number),
                .name = std::string(theme) + " " + format_date(at),
                .started_at = at + std::chrono::hours(rng.integer(6, 12))};
    plan.style = {.personal = false,
                  .invite = rng.chance(0.55),
                  .link = rng.chance(0.6),
                  .media = rng.chance(0.35),
                  .shout = rng.chance(0.15),
                  .length = Length::kShort};
    if (plan.row.started_at <= until) setting.campaigns.push_back(std::move(plan));
  }
  return setting;
}

ContactStory tell_story(const Setting& setting, std::uint64_t seed, std::uint64_t number) {
  Life life(setting, Rng(seed).split(number + 1), number);
  life.live();
  return life.take_story();
}

}  // namespace rapport::demo
