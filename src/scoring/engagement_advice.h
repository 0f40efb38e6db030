#pragma once

#include <span>
#include <string>
#include <vector>

#include "scoring/scoring_model.h"

namespace rapport::scoring {

/// `row` as it would be when the message went out at `hour` (0..23) of the same day: the features that follow from the
/// hour follow it. `is_business_hours` is weekdays 9:00 to 17:59 (by the hour alone when the day is not known).
/// `engagement_rate_this_hour` speaks of the given hour only: at any other it is what that feature is for an hour
/// without history, the contact's rate over all hours (`engagement_rate_this_day`), and missing when that is. `rates`,
/// where they are known, hold it for each of the 24 hours.
std::vector<double> at_hour(std::span<const double> row, int hour, std::span<const double> rates = {});

/// What would make this message work better, the strongest first: each change that the message has not got yet and that
/// raises the model's probability when it is applied to the row (at least half a point).
///
/// Requires  a model of engagement.
std::vector<std::string> engagement_recommendations(const ScoringModel& model, std::span<const double> row);

}  // namespace rapport::scoring
