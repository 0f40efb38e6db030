#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "ml/split.h"
#include "training/train.h"

namespace rapport::training {

/// Which rows a model is judged on, and which it may learn from before that.
struct EvaluationSplit {
  ml::Split rows;
  std::string method;                ///< in words, for the card
  std::optional<Time> cut;           ///< the earliest moment of the validation rows, when they are the latest
  bool contacts_apart = false;       ///< no contact has rows on both sides
  std::size_t left_out_outcome = 0;  ///< earlier rows whose outcome was not over at the cut
  std::size_t left_out_contact = 0;  ///< earlier rows of contacts that the model is judged on
};

/// The latest 20 % by time, where times are known and differ, and both sides get both classes; else 20 % at random,
/// stratified, contacts whole. With a cut in time, earlier rows whose outcome reaches over it (90 days for churn, a day for
/// engagement) are left out, so that nothing learned was unknown at the cut; and so are earlier rows of contacts that are
/// judged on, as long as they are few. Where most contacts have rows on both sides (monthly churn rows, say), the cut in
/// time alone is the separation, as it is in service.
EvaluationSplit evaluation_split(const TrainingTable& table, std::uint64_t seed);

/// What the splits of `ml` ask of a table; `with_groups` false forgets its contacts.
ml::SplitRows split_rows(const TrainingTable& table, bool with_groups);

/// What cross-validation asks of its rows; `group` may be empty.
struct FoldRows {
  ModelKind kind = ModelKind::kLeadScoring;
  std::span<const double> target;
  std::span<const std::uint32_t> group;
};

/// Five folds, stratified by class, contacts whole (unless there are too few of them to learn both classes in every fold).
std::vector<ml::Split> cross_validation_folds(const FoldRows& rows, std::uint64_t seed);

}  // namespace rapport::training
