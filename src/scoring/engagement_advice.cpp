#include "scoring/engagement_advice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "features/feature_set.h"

namespace rapport::scoring {
namespace {

using Row = std::vector<double>;

/// A change that gains less than this much probability is not worth a line.
constexpr double kWorthwhileGain = 0.005;
constexpr std::size_t kMaxLines = 4;

std::size_t position(std::string_view name) {
  const auto found = features::feature_index(ModelKind::kEngagementPrediction, name);
  if (!found) throw Error(ErrorKind::kInternal, "unknown_feature", "A recommendation names an unknown feature.");
  return *found;
}

/// Positions of the features that the hour and the advice read, looked up once.
struct Positions {
  std::size_t hour = position("hour_of_day");
  std::size_t day = position("day_of_week");
  std::size_t weekend = position("is_weekend");
  std::size_t business_hours = position("is_business_hours");
  std::size_t rate_this_hour = position("engagement_rate_this_hour");
  std::size_t rate_this_day = position("engagement_rate_this_day");
  std::size_t rate_this_weekday = position("engagement_rate_this_weekday");
  std::size_t preferred_hour = position("preferred_contact_hour");
  std::size_t preferred_day = position("preferred_day_of_week");
  std::size_t personalization = position("personalization_level");
  std::size_t call_to_action = position("has_call_to_action");
  std::size_t media = position("has_media");
  std::size_t link = position("has_link");
  std::size_t length = position("message_length");
  std::size_t quality = position("message_quality_score");
  std::size_t hours_since_message = position("hours_since_last_message");
  std::size_t days_since_campaign = position("days_since_last_campaign");
  std::size_t days_since_engagement = position("days_since_last_engagement");
  std::size_t received_7d = position("messages_received_last_7d");
  std::size_t campaigns_30d = position("campaigns_received_last_30d");
};

const Positions& at() {
  static const Positions positions;
  return positions;
}

/// 1 weekend, 0 weekday, nullopt when the row says neither.
std::optional<bool> is_weekend(std::span<const double> row) {
  constexpr double kSaturday = 5;
  if (!std::isnan(row[at().weekend])) return row[at().weekend] >= 0.5;
  if (!std::isnan(row[at().day])) return row[at().day] >= kSaturday;
  return std::nullopt;
}

/// The row with one feature set; nullopt where the feature is not known or not below `below`.
std::optional<Row> raised(std::span<const double> row, std::size_t feature, double below, double to) {
  if (!(row[feature] < below)) return std::nullopt;
  Row changed(row.begin(), row.end());
  changed[feature] = to;
  return changed;
}

std::optional<Row> shortened(std::span<const double> row) {
  constexpr double kLong = 400;
  constexpr double kShort = 200;
  if (!(row[at().length] > kLong)) return std::nullopt;
  Row changed(row.begin(), row.end());
  changed[at().length] = kShort;
  return changed;
}

/// The same message three days later, nothing having happened in between: same weekday's features unknown.
std::optional<Row> waited(std::span<const double> row) {
  constexpr double kWaitDays = 3;
  constexpr double kTooSoonDays = 2;
  constexpr double kManyCampaigns = 8;
  if (!(row[at().days_since_campaign] < kTooSoonDays || row[at().campaigns_30d] >= kManyCampaigns)) return std::nullopt;
  Row changed(row.begin(), row.end());
  // A missing value plus a wait is missing still.
  changed[at().hours_since_message] += 24 * kWaitDays;
  changed[at().days_since_campaign] += kWaitDays;
  changed[at().days_since_engagement] += kWaitDays;
  // Events that are spread evenly leave their window evenly.
  changed[at().received_7d] *= (7 - kWaitDays) / 7;
  changed[at().campaigns_30d] *= (30 - kWaitDays) / 30;
  return changed;
}

std::optional<Row> on_preferred_day(std::span<const double> row) {
  const double day = row[at().day];
  const double preferred = row[at().preferred_day];
  if (std::isnan(day) || std::isnan(preferred) || day == preferred) return std::nullopt;
  Row changed(row.begin(), row.end());
  changed[at().day] = preferred;
  changed[at().weekend] = preferred >= 5 ? 1 : 0;
  changed[at().rate_this_weekday] = std::numeric_limits<double>::quiet_NaN();
  const bool same_kind_of_day = (day >= 5) == (preferred >= 5);
  if (!same_kind_of_day) changed[at().rate_this_day] = std::numeric_limits<double>::quiet_NaN();
  if (!std::isnan(row[at().hour])) changed = at_hour(changed, static_cast<int>(row[at().hour]));
  return changed;
}

std::string day_name(double day) {
  constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                     "Friday", "Saturday", "Sunday"};
  return std::string(kDays[static_cast<std::size_t>(std::clamp(day, 0.0, 6.0))]);
}

/// "09:00"
std::string clock_time(int hour) { return (hour < 10 ? "0" : "") + std::to_string(hour) + ":00"; }

struct Change {
  std::string text;
  double gain = 0;
};

/// Adds a change when the model agrees that it helps.
class Changes {
 public:
  Changes(const ScoringModel& model, std::span<const double> row) : model_(model), now_(model.predict(row)) {}

  void consider(std::string text, const std::optional<Row>& changed) {
    if (!changed) return;
    const double gain = model_.predict(*changed) - now_;
    if (gain >= kWorthwhileGain) changes_.push_back({std::move(text), gain});
  }

  std::vector<std::string> strongest() {
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) { return a.gain > b.gain; });
    std::vector<std::string> lines;
    for (Change& change : changes_) {
      if (lines.size() < kMaxLines) lines.push_back(std::move(change.text));
    }
    return lines;
  }

 private:
  const ScoringModel& model_;
  double now_;
  std::vector<Change> changes_;
};

/// The waking hour (or the contact's preferred one) that the model likes best.
void consider_hours(const ScoringModel& model, std::span<const double> row, Changes& changes) {
  constexpr int kFirstWakingHour = 8;
  constexpr int kLastWakingHour = 21;
  const double given = row[at().hour];
  if (std::isnan(given)) return;
  int best = -1;
  double best_prob = 0;
  for (int hour = 0; hour < 24; ++hour) {
    const bool waking = hour >= kFirstWakingHour && hour <= kLastWakingHour;
    if (!waking && row[at().preferred_hour] != hour) continue;
    const double prob = model.predict(at_hour(row, hour));
    if (prob > best_prob) {
      best = hour;
      best_prob = prob;
    }
  }
  if (best < 0 || best == static_cast<int>(given)) return;
  changes.consider("⏰ Send at " + clock_time(best) + " instead of " + clock_time(static_cast<int>(given)) +
                       ", when this contact is more likely to engage",
                   at_hour(row, best));
}

}  // namespace

std::vector<double> at_hour(std::span<const double> row, int hour, std::span<const double> rates) {
  constexpr int kOpens = 9;
  constexpr int kCloses = 18;
  Row changed(row.begin(), row.end());
  const bool other_hour = row[at().hour] != hour;
  changed[at().hour] = hour;
  const bool open_hour = hour >= kOpens && hour < kCloses;
  changed[at().business_hours] = open_hour && !is_weekend(row).value_or(false) ? 1 : 0;
  if (!rates.empty()) {
    changed[at().rate_this_hour] = rates[static_cast<std::size_t>(hour)];
  } else if (other_hour) {
    changed[at().rate_this_hour] = row[at().rate_this_day];
  }
  return changed;
}

std::vector<std::string> engagement_recommendations(const ScoringModel& model, std::span<const double> row) {
  Changes changes(model, row);
  changes.consider("✨ Add personalization (name, past purchases) to increase engagement",
                   raised(row, at().personalization, 0.5, 1.0));
  changes.consider("🎯 Include clear call-to-action to improve response rate", raised(row, at().call_to_action, 0.5, 1));
  consider_hours(model, row, changes);
  if (const auto better_day = on_preferred_day(row)) {
    changes.consider("📅 Send on " + day_name(row[at().preferred_day]) + ", the day on which this contact writes most",
                     better_day);
  }
  changes.consider("⏳ Wait three days before the next message: this contact heard from you very recently or very often",
                   waited(row));
  changes.consider("✂️ Shorten the message to about 200 characters", shortened(row));
  changes.consider("🖼️ Add an image or a video", raised(row, at().media, 0.5, 1));
  changes.consider("🔗 Add a link that leads to the next step", raised(row, at().link, 0.5, 1));
  changes.consider("📝 Improve the wording: readable sentences, no shouting, few emoji", raised(row, at().quality, 0.6, 0.9));
  return changes.strongest();
}

}  // namespace rapport::scoring
