#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "base/progress.h"
#include "domain/rows.h"

/// A generated business that is worth learning from: people with habits write, buy, complain and leave, and what they
/// do follows from equations that are known (docs/demo.md), so that a model can be held against the best possible.
namespace rapport::demo {

struct BusinessOptions {
  std::size_t contacts = 2000;  ///< 0..kMaxContacts
  int days = 360;               ///< length of the recorded past, kMinDays..kMaxDays
  std::uint64_t seed = 1;
  Time until;  ///< the last moment of the data; required
};

constexpr std::size_t kMaxContacts = 10'000'000;
constexpr int kMinDays = 210;  ///< 90 days of history, 90 of outcome, and a month in which contacts arrive
constexpr int kMaxDays = 3650;

/// What a model that knew every trait and every equation would reach on these very outcomes: only chance is beyond it.
/// NaN where there are no rows, or (AUC) one class only.
struct BestPossible {
  double lead_r2 = 0;         ///< of the score before its noise, on the scores as given
  double churn_auc = 0;       ///< of P(silent for 90 days), given the state of mind at the cutoff
  double engagement_auc = 0;  ///< of P(answered or clicked within 24 hours), given everything at the sending
  std::size_t lead_rows = 0;
  std::size_t churn_rows = 0;
  std::size_t churned = 0;
  std::size_t engagement_rows = 0;
  std::size_t engaged = 0;
};

/// The cutoffs of churn rows for data that covers `days` days up to `until`: 90, 180 and 270 days before `until`, as far
/// as 90 days of history lie before them; ascending.
std::vector<Time> churn_cutoffs(Time until, int days);

/// Gives every row of the business to `sink`: the campaigns first, then contact by contact in an order in which foreign
/// keys hold (contact, conversations, messages, campaign events, leads, orders, tickets, product events, preference
/// events; each by time). Times lie in (until - days, until]. `progress` counts contacts.
///
/// The rows of contact n depend on (seed, days, until, n) alone: more contacts leave the others as they are. Messages
/// carry no analysis.
///
/// Throws    kInvalid when an option is out of range; what `sink` throws.
/// Threads   calls with distinct sinks may run at once.
/// Cost      linear; holds the rows of one contact at a time.
BestPossible generate_business(const BusinessOptions& options, const std::function<void(const Row&)>& sink,
                               const Progress& progress = {});

}  // namespace rapport::demo
