#include "training/evaluation_split.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace rapport::training {
namespace {

constexpr double kValidationShare = 0.2;
/// A block of one moment may make the latest part smaller or larger than asked for; beyond these it tells too little.
constexpr double kMinShare = 0.05;
constexpr double kMaxShare = 0.5;
constexpr std::size_t kMinEachClass = 3;
constexpr double kFewContacts = 0.25;
constexpr double kMaxLeftOut = 0.5;

/// How long the truth of a row takes to come out.
Duration outcome_time(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring: return Duration(0);
    case ModelKind::kChurnPrediction: return 90 * kDay;
    case ModelKind::kEngagementPrediction: return kDay;
  }
  return Duration(0);
}

bool has_both_classes(const TrainingTable& table, std::span<const std::size_t> rows) {
  if (table.kind == ModelKind::kLeadScoring) return true;
  const auto positive = static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](std::size_t i) { return table.target[i] == 1; }));
  return positive >= kMinEachClass && rows.size() - positive >= kMinEachClass;
}

bool is_usable(const TrainingTable& table, const ml::Split& split) {
  const double share = static_cast<double>(split.test.size()) / static_cast<double>(table.target.size());
  return split.by_time && share >= kMinShare && share <= kMaxShare && has_both_classes(table, split.train) &&
         has_both_classes(table, split.test);
}

/// Takes the rows that `drop` names out of the training side, unless they are more than `limit` of it or what is left
/// has one class only. Gives how many went.
template <class Drop>
std::size_t leave_out(const TrainingTable& table, std::vector<std::size_t>& train, double limit, const Drop& drop) {
  std::vector<std::size_t> kept;
  std::remove_copy_if(train.begin(), train.end(), std::back_inserter(kept), drop);
  const std::size_t gone = train.size() - kept.size();
  if (static_cast<double>(gone) > limit * static_cast<double>(train.size()) || !has_both_classes(table, kept)) return 0;
  train = std::move(kept);
  return gone;
}

void separate_at_cut(const TrainingTable& table, EvaluationSplit& split) {
  const auto earliest = std::min_element(split.rows.test.begin(), split.rows.test.end(), [&](std::size_t a, std::size_t b) {
    return table.as_of[a] < table.as_of[b];
  });
  split.cut = table.as_of[*earliest];
  const Duration takes = outcome_time(table.kind);
  split.left_out_outcome = leave_out(table, split.rows.train, kMaxLeftOut,
                                     [&](std::size_t i) { return table.as_of[i] + takes > *split.cut; });
  if (table.group.empty()) return;
  std::unordered_set<std::uint32_t> judged;
  for (const std::size_t i : split.rows.test) judged.insert(table.group[i]);
  const auto is_judged = [&](std::size_t i) { return judged.count(table.group[i]) > 0; };
  split.left_out_contact = leave_out(table, split.rows.train, kFewContacts, is_judged);
  split.contacts_apart = std::none_of(split.rows.train.begin(), split.rows.train.end(), is_judged);
}

}  // namespace

ml::SplitRows split_rows(const TrainingTable& table, bool with_groups) {
  ml::SplitRows rows{.rows = table.target.size(), .as_of = table.as_of, .group = {}, .labels = {}};
  if (with_groups) rows.group = table.group;
  if (table.kind != ModelKind::kLeadScoring) rows.labels = table.target;
  return rows;
}

EvaluationSplit evaluation_split(const TrainingTable& table, std::uint64_t seed) {
  EvaluationSplit split;
  if (!table.as_of.empty()) {
    split.rows = ml::hold_out(split_rows(table, false), kValidationShare, seed);
    if (is_usable(table, split.rows)) {
      split.method = "the latest rows by time";
      separate_at_cut(table, split);
      return split;
    }
  }
  ml::SplitRows timeless = split_rows(table, true);
  timeless.as_of = {};
  split.rows = ml::hold_out(timeless, kValidationShare, seed);
  split.method = table.as_of.empty() ? "at random, because the rows have no time"
                                     : "at random, because the latest rows alone do not show both classes or all rows "
                                       "are of one time";
  split.contacts_apart = !table.group.empty();
  if (!has_both_classes(table, split.rows.train) || !has_both_classes(table, split.rows.test) || split.rows.test.empty()) {
    timeless.group = {};  // too few contacts to part them
    split.rows = ml::hold_out(timeless, kValidationShare, seed);
    split.contacts_apart = false;
  }
  return split;
}

std::vector<ml::Split> cross_validation_folds(const FoldRows& rows, std::uint64_t seed) {
  constexpr std::size_t kFolds = 5;
  ml::SplitRows split_rows{.rows = rows.target.size(), .as_of = {}, .group = rows.group, .labels = {}};
  const bool classes = rows.kind != ModelKind::kLeadScoring;
  if (classes) split_rows.labels = rows.target;
  const auto learnable = [&](const ml::Split& fold) {
    const auto first = rows.target[fold.train.front()];
    return !classes || std::any_of(fold.train.begin(), fold.train.end(),
                                   [&](std::size_t i) { return rows.target[i] != first; });
  };
  std::vector<ml::Split> folds = ml::k_fold(split_rows, kFolds, seed);
  if (folds.size() < 2 || !std::all_of(folds.begin(), folds.end(), learnable)) {
    split_rows.group = {};  // too few contacts to part them
    folds = ml::k_fold(split_rows, kFolds, seed);
  }
  return folds;
}

}  // namespace rapport::training
