#pragma once

#include <span>
#include <string>
#include <vector>

#include "scoring/predictions.h"

namespace rapport::scoring {

/// What to do for one customer, most urgent first: a line for the level, then the measures whose reason is there in this
/// customer's values. A measure is left out where the model says that its reason lowers this customer's risk, and below
/// the level from which it is worth its cost; open tickets and opt-outs always count.
///
/// `contributions` as ScoringModel::explain gives them; empty: the values decide alone.
std::vector<std::string> churn_recommendations(RiskLevel level, std::span<const double> row,
                                               std::span<const double> contributions);

}  // namespace rapport::scoring
