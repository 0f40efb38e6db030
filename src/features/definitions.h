#pragma once

#include <span>
#include <string_view>

#include "features/feature_set.h"

/// The definitions of all features, one file per model (lead_definitions.cpp and so on). feature_set() gives them their
/// labels; docs/features.md is printed from them.
namespace rapport::features {

struct Definition {
  std::string_view name;
  ValueType type;
  double min;
  double max;
  std::string_view unit;
  std::string_view meaning;
  std::string_view missing_when;
  std::string_view source;
};

std::span<const Definition> lead_definitions();
std::span<const Definition> churn_definitions();
std::span<const Definition> engagement_definitions();

// Against nonsense only: no business has a contact beyond these.
constexpr double kMaxCount = 1e9;
constexpr double kMaxMoney = 1e12;
constexpr double kMaxDays = 1e5;

constexpr std::string_view kShare = "share 0..1";
constexpr std::string_view kDecline = "-1..1";

}  // namespace rapport::features
