#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "domain/names.h"

namespace rapport::features {

enum class ValueType { kReal, kInteger, kBoolean };

/// What one feature means. docs/features.md is this table in prose, and a test holds the two together.
struct FeatureSpec {
  std::string_view name;   ///< "avg_response_time_minutes": the contract's
  std::string_view label;  ///< "Avg Response Time Minutes": the contract's form for people
  ValueType type = ValueType::kReal;
  double min = 0;  ///< smallest and largest value that a request may give
  double max = 0;
  std::string_view unit;          ///< "minutes", "share 0..1", "count", "days", ...
  std::string_view meaning;       ///< one sentence
  std::string_view missing_when;  ///< when it cannot be computed; "never" otherwise
  std::string_view source;        ///< the tables it is computed from
};

/// The features of a model in their fixed order: 24 for lead scoring, 32 for churn, 27 for engagement.
std::span<const FeatureSpec> feature_set(ModelKind kind);

/// Position of a feature in its set.
std::optional<std::size_t> feature_index(ModelKind kind, std::string_view name);

/// Name of the column that holds the truth in a training table: "lead_score", "churned", "engaged".
std::string_view target_name(ModelKind kind);

}  // namespace rapport::features
