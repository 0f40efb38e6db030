#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "domain/history.h"
#include "features/feature_set.h"

namespace rapport::features {

/// One feature vector: feature_set(kind).size() values, NaN where missing.
using FeatureVector = std::vector<double>;

/// A message that is about to be sent, for the engagement features. Without text and media it is not known yet: then
/// the features of its content are missing.
struct PlannedMessage {
  Time at;
  PrivateText text = {};
  std::string media_type = {};
  bool is_campaign = false;
};

/// The features of one contact as of a moment, from what was known before it: an event at or after `as_of`, and a fact
/// of an earlier row that became known at or after it (a reading, a resolution), changes nothing.
///
/// Threads   pure.
/// Cost      linear in the history's length.
FeatureVector lead_features(const ContactHistory& history, Time as_of);
FeatureVector churn_features(const ContactHistory& history, Time as_of);
FeatureVector engagement_features(const ContactHistory& history, const PlannedMessage& message);

/// The same, and what `engagement_rate_this_hour` would be in each local hour of the day.
using RatesByHour = std::array<double, 24>;
struct EngagementByHour {
  FeatureVector features;
  RatesByHour rates;
};
EngagementByHour engagement_by_hour(const ContactHistory& history, const PlannedMessage& message);

/// A row to learn from: features as of a moment, and the truth that came after it.
struct LabelledRow {
  ModelKind kind;
  Time as_of;
  std::span<const double> features;  ///< valid during the call
  double target;                     ///< score 0..100, or 1 / 0
};

/// Gives every training row of one contact, in order of `as_of`.
///
///   lead        one per scored lead, as of the scoring
///   churn       one per cutoff with at least 90 days of history before it and 90 days (`data_until`) after it, of
///               contacts that were active in the 90 days before it; target: no inbound message and no order within 90
///               days
///   engagement  one per outbound message with 24 hours (`data_until`) after it; target: answered or clicked within 24
///               hours
///
/// `cutoffs` are the churn cutoffs, the same for all contacts.
///
/// Threads   pure.
/// Cost      one pass: linear in the history's length plus the number of rows (amortised; sorting apart).
void training_rows(ModelKind kind, const ContactHistory& history, std::span<const Time> cutoffs, Time data_until,
                   const std::function<void(const LabelledRow&)>& sink);

}  // namespace rapport::features
