#include "ml/split.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/rng.h"

namespace rapport::ml {
namespace {

/// Rows that stay together.
struct Unit {
  std::vector<std::size_t> rows;
  Time latest{};
  std::size_t positives = 0;
};

std::vector<Unit> units_of(const SplitRows& rows) {
  std::vector<Unit> units;
  std::map<std::uint32_t, std::size_t> unit_of_group;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    std::size_t unit = units.size();
    if (!rows.group.empty()) unit = unit_of_group.try_emplace(rows.group[i], units.size()).first->second;
    if (unit == units.size()) units.emplace_back();
    units[unit].rows.push_back(i);
    if (!rows.as_of.empty()) {
      units[unit].latest = units[unit].rows.size() == 1 ? rows.as_of[i] : std::max(units[unit].latest, rows.as_of[i]);
    }
    if (!rows.labels.empty() && rows.labels[i] == 1) ++units[unit].positives;
  }
  return units;
}

/// Shuffled; then those with a positive row first and, among equals, the largest first: dealt out in this order, every
/// side gets its share of either class.
void order_for_dealing(std::vector<Unit>& units, std::uint64_t seed) {
  Rng rng(seed);
  rng.shuffle(units);
  std::stable_sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
    return std::pair(a.positives, a.rows.size()) > std::pair(b.positives, b.rows.size());
  });
}

void append(std::vector<std::size_t>& to, const Unit& unit) {
  to.insert(to.end(), unit.rows.begin(), unit.rows.end());
}

void sort_sides(Split& split) {
  std::sort(split.train.begin(), split.train.end());
  std::sort(split.test.begin(), split.test.end());
}

Split by_time(std::vector<Unit> units, std::size_t wanted) {
  std::stable_sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) { return a.latest < b.latest; });
  // From the end, moment by moment, until the test side has what it is to have; the first moment is always learned from.
  std::size_t begin = units.size();
  std::size_t held = 0;
  while (held < wanted) {
    const Time moment = units[begin - 1].latest;
    if (moment == units.front().latest) break;
    for (; units[begin - 1].latest == moment; --begin) held += units[begin - 1].rows.size();
  }
  Split split;
  split.by_time = true;
  for (std::size_t i = 0; i < units.size(); ++i) append(i < begin ? split.train : split.test, units[i]);
  sort_sides(split);
  return split;
}

/// Which part each unit goes to, so that parts end up near `shares` of the rows and of the positive rows.
std::vector<std::size_t> deal(const std::vector<Unit>& units, const std::vector<double>& shares) {
  struct Part {
    double rows = 0;
    double positives = 0;
  };
  std::vector<Part> parts(shares.size());
  std::vector<std::size_t> part_of;
  for (const Unit& unit : units) {
    // The part that is furthest behind its share, in positives first where the unit has some.
    const auto lag = [&](std::size_t part) {
      const double positives = unit.positives > 0 ? parts[part].positives / shares[part] : 0;
      return std::pair(positives, parts[part].rows / shares[part]);
    };
    std::size_t best = 0;
    for (std::size_t part = 1; part < parts.size(); ++part) {
      if (lag(part) < lag(best)) best = part;
    }
    parts[best].rows += static_cast<double>(unit.rows.size());
    parts[best].positives += static_cast<double>(unit.positives);
    part_of.push_back(best);
  }
  return part_of;
}

}  // namespace

Split hold_out(const SplitRows& rows, double fraction, std::uint64_t seed) {
  std::vector<Unit> units = units_of(rows);
  const auto wanted = std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(
                                                   fraction * static_cast<double>(rows.rows))));
  const bool same_moment = std::all_of(units.begin(), units.end(),
                                       [&](const Unit& unit) { return unit.latest == units.front().latest; });
  if (!rows.as_of.empty() && !same_moment) return by_time(std::move(units), wanted);

  order_for_dealing(units, seed);
  Split split;
  if (units.size() < 2) {
    for (const Unit& unit : units) append(split.train, unit);
    return split;
  }
  const std::vector<std::size_t> part_of = deal(units, {1 - fraction, fraction});
  for (std::size_t i = 0; i < units.size(); ++i) append(part_of[i] == 0 ? split.train : split.test, units[i]);
  if (split.test.empty()) {  // two units or three, and a small fraction: the last and smallest one is tested on
    split.train.clear();
    for (std::size_t i = 0; i + 1 < units.size(); ++i) append(split.train, units[i]);
    append(split.test, units.back());
  }
  sort_sides(split);
  return split;
}

std::vector<Split> k_fold(const SplitRows& rows, std::size_t folds, std::uint64_t seed) {
  std::vector<Unit> units = units_of(rows);
  order_for_dealing(units, seed);
  folds = std::min(folds, units.size());
  if (folds < 2) return {};
  const std::vector<std::size_t> part_of = deal(units, std::vector<double>(folds, 1.0));
  std::vector<Split> splits(folds);
  for (std::size_t i = 0; i < units.size(); ++i) {
    for (std::size_t fold = 0; fold < folds; ++fold) {
      append(fold == part_of[i] ? splits[fold].test : splits[fold].train, units[i]);
    }
  }
  for (Split& split : splits) sort_sides(split);
  return splits;
}

}  // namespace rapport::ml
