#include "training/data_report.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <vector>

#include "features/feature_set.h"

namespace rapport::training {
namespace {

namespace json = boost::json;

/// The known values of a column, ascending.
std::vector<double> known_values(ml::MatrixView x, std::size_t column) {
  std::vector<double> values;
  values.reserve(x.rows);
  for (std::size_t i = 0; i < x.rows; ++i) {
    if (!std::isnan(x.at(i, column))) values.push_back(x.at(i, column));
  }
  std::sort(values.begin(), values.end());
  return values;
}

double quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double rest = place - static_cast<double>(below);
  return rest > 0 ? sorted[below] + rest * (sorted[below + 1] - sorted[below]) : sorted[below];
}

/// How many of the ascending values lie below `low` or above `high`.
std::size_t outside(std::span<const double> sorted, double low, double high) {
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), low);
  const auto last = std::upper_bound(sorted.begin(), sorted.end(), high);
  return static_cast<std::size_t>((first - sorted.begin()) + (sorted.end() - last));
}

/// Range, mean, deviation and quartiles of ascending values, at least one.
json::object distribution(std::span<const double> sorted) {
  double sum = 0;
  for (const double value : sorted) sum += value;
  const double mean = sum / static_cast<double>(sorted.size());
  double squares = 0;
  for (const double value : sorted) squares += (value - mean) * (value - mean);
  return {{"min", sorted.front()},
          {"quartile_1", quantile(sorted, 0.25)},
          {"median", quantile(sorted, 0.5)},
          {"quartile_3", quantile(sorted, 0.75)},
          {"max", sorted.back()},
          {"mean", mean},
          {"deviation", std::sqrt(squares / static_cast<double>(sorted.size()))}};
}

json::object describe_column(const features::FeatureSpec& spec, ml::MatrixView x, std::size_t column) {
  constexpr double kFar = 3;
  const std::vector<double> values = known_values(x, column);
  json::object out = {{"missing", x.rows - values.size()},
                      {"missing_share", static_cast<double>(x.rows - values.size()) / static_cast<double>(x.rows)}};
  if (values.empty()) return out;
  for (auto& [name, figure] : distribution(values)) out[name] = figure;
  const double low = quantile(values, 0.25);
  const double high = quantile(values, 0.75);
  const double reach = kFar * (high - low);
  // Where half of the values are one and the same there is no scale to measure distance by.
  out["outliers"] = reach > 0 ? outside(values, low - reach, high + reach) : 0;
  out["out_of_range"] = outside(values, spec.min, spec.max);
  return out;
}

json::object describe_target(const TrainingTable& table) {
  if (table.kind == ModelKind::kLeadScoring) {
    std::vector<double> sorted = table.target;
    std::sort(sorted.begin(), sorted.end());
    return distribution(sorted);
  }
  const auto positive = static_cast<std::size_t>(std::count(table.target.begin(), table.target.end(), 1.0));
  return {{"positive", positive},
          {"negative", table.target.size() - positive},
          {"positive_share", static_cast<double>(positive) / static_cast<double>(table.target.size())}};
}

}  // namespace

Json data_report(const TrainingTable& table) {
  const auto set = features::feature_set(table.kind);
  const ml::MatrixView x = table.features;
  json::object columns;
  json::array all_missing;
  json::array constant;
  for (std::size_t j = 0; j < set.size(); ++j) {
    json::object column = describe_column(set[j], x, j);
    if (!column.contains("min")) {
      all_missing.emplace_back(set[j].name);
    } else if (column["min"] == column["max"]) {
      constant.emplace_back(set[j].name);
    }
    columns[set[j].name] = std::move(column);
  }
  json::object report = {{"rows", x.rows},
                         {"target", describe_target(table)},
                         {"all_missing", std::move(all_missing)},
                         {"constant", std::move(constant)},
                         {"features", std::move(columns)}};
  if (!table.group.empty()) {
    std::vector<std::uint32_t> groups = table.group;
    std::sort(groups.begin(), groups.end());
    report["contacts"] = std::unique(groups.begin(), groups.end()) - groups.begin();
  }
  return report;
}

}  // namespace rapport::training
