#include "training/table_check.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "features/feature_set.h"
#include "ml/split.h"
#include "training/recipe.h"

namespace rapport::training {
namespace {

constexpr std::size_t kRowsNamed = 10;

/// "3, 17 and 20" or "3, 17, 20, ...": row numbers from 1, the first few.
std::string row_numbers(const std::vector<std::size_t>& rows) {
  std::string text;
  for (std::size_t i = 0; i < std::min(rows.size(), kRowsNamed); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(rows[i] + 1);
  }
  return rows.size() > kRowsNamed ? text + ", ..." : text;
}

/// "1 row", "25 rows".
std::string count_of(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void check_sizes(const TrainingTable& table) {
  const std::size_t rows = table.target.size();
  const bool fits = table.features.rows == rows && table.features.values.size() == rows * table.features.cols &&
                    table.features.cols == features::feature_set(table.kind).size() &&
                    (table.as_of.empty() || table.as_of.size() == rows) &&
                    (table.group.empty() || table.group.size() == rows);
  if (fits) return;
  throw Error(ErrorKind::kInvalid, "invalid_training_data", "The table's parts are not of one size.");
}

void check_target(const TrainingTable& table) {
  const std::string name(features::target_name(table.kind));
  const bool score = table.kind == ModelKind::kLeadScoring;
  std::vector<std::size_t> nulls;
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < table.target.size(); ++i) {
    const double value = table.target[i];
    const bool valid = score ? value >= 0 && value <= 100 : value == 0 || value == 1;
    if (std::isnan(value)) nulls.push_back(i);
    else if (!valid) wrong.push_back(i);
  }
  if (!nulls.empty()) {
    throw Error(ErrorKind::kConflict, "null_target",
                "The target " + name + " is empty in " + count_of(nulls.size(), "row") + " of " +
                    std::to_string(table.target.size()) + ": " + row_numbers(nulls) + ". Fill it in or remove them.");
  }
  if (!wrong.empty()) {
    throw Error(ErrorKind::kInvalid, "invalid_target",
                "The target " + name + (score ? " is no score from 0 to 100 in " : " is neither 0 nor 1 in ") +
                    count_of(wrong.size(), "row") + ": " + row_numbers(wrong) + ".");
  }
}

void check_finite(const TrainingTable& table) {
  const auto set = features::feature_set(table.kind);
  for (std::size_t i = 0; i < table.features.values.size(); ++i) {
    if (!std::isinf(table.features.values[i])) continue;
    throw Error(ErrorKind::kInvalid, "invalid_training_data",
                "The feature " + std::string(set[i % set.size()].name) + " is infinite in row " +
                    std::to_string(i / set.size() + 1) + ".");
  }
}

[[noreturn]] void refuse_few(std::size_t usable, std::size_t rows) {
  std::string message = "Training needs at least " + count_of(kMinRows, "row") + ", and there ";
  message += usable == 1 ? "is 1." : "are " + std::to_string(usable) + ".";
  if (usable < rows) message += " (" + count_of(rows - usable, "row") + " without any feature left out.)";
  throw Error(ErrorKind::kConflict, "insufficient_training_data", message);
}

void check_classes(const TrainingTable& table) {
  if (table.kind == ModelKind::kLeadScoring) return;
  const std::string name(features::target_name(table.kind));
  const auto positive = static_cast<std::size_t>(std::count(table.target.begin(), table.target.end(), 1.0));
  const std::size_t negative = table.target.size() - positive;
  if (positive == 0 || negative == 0) {
    throw Error(ErrorKind::kConflict, "single_class",
                "The target " + name + " is " + (positive == 0 ? "0" : "1") + " in all " +
                    std::to_string(table.target.size()) + " rows: there is nothing to tell apart.");
  }
  const std::size_t rarer = std::min(positive, negative);
  if (rarer >= kMinRarerClass) return;
  throw Error(ErrorKind::kConflict, "insufficient_training_data",
              "The target " + name + " is " + (positive < negative ? "1" : "0") + " in only " + count_of(rarer, "row") +
                  " of " + std::to_string(table.target.size()) + "; at least " + std::to_string(kMinRarerClass) +
                  " are needed.");
}

TrainingTable select(const TrainingTable& table, const std::vector<std::size_t>& rows) {
  TrainingTable out;
  out.kind = table.kind;
  RowSelection chosen({table.features, table.target}, rows);
  out.features = std::move(chosen.x);
  out.target = std::move(chosen.y);
  if (!table.as_of.empty()) out.as_of = ml::take<Time>(table.as_of, rows);
  if (!table.group.empty()) out.group = ml::take<std::uint32_t>(table.group, rows);
  return out;
}

}  // namespace

void check_values(const TrainingTable& table) {
  check_sizes(table);
  check_target(table);
  check_finite(table);
}

TrainingTable usable_rows(const TrainingTable& table) {
  check_values(table);
  std::vector<std::size_t> usable;
  for (std::size_t i = 0; i < table.target.size(); ++i) {
    const auto row = table.features.row(i);
    if (std::any_of(row.begin(), row.end(), [](double value) { return !std::isnan(value); })) usable.push_back(i);
  }
  if (usable.empty() && table.target.size() >= kMinRows) {
    throw Error(ErrorKind::kConflict, "no_features",
                "No feature is known in any of the " + std::to_string(table.target.size()) + " rows.");
  }
  if (usable.size() < kMinRows) refuse_few(usable.size(), table.target.size());
  TrainingTable out = select(table, usable);
  check_classes(out);
  return out;
}

}  // namespace rapport::training
