#include "features/feature_set.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <string>
#include <vector>

#include "features/definitions.h"

namespace rapport::features {
namespace {

// "avg_response_time_minutes" -> "Avg Response Time Minutes"
std::string to_label(std::string_view name) {
  std::string label(name);
  bool begins = true;
  for (char& c : label) {
    if (c == '_') c = ' ';
    if (begins) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    begins = c == ' ';
  }
  return label;
}

struct Set {
  std::deque<std::string> labels;  // a deque: the specs point into it
  std::vector<FeatureSpec> specs;

  explicit Set(std::span<const Definition> definitions) {
    for (const Definition& d : definitions) {
      labels.push_back(to_label(d.name));
      specs.push_back({.name = d.name,
                       .label = labels.back(),
                       .type = d.type,
                       .min = d.min,
                       .max = d.max,
                       .unit = d.unit,
                       .meaning = d.meaning,
                       .missing_when = d.missing_when,
                       .source = d.source});
    }
  }
};

}  // namespace

std::span<const FeatureSpec> feature_set(ModelKind kind) {
  static const Set lead(lead_definitions());
  static const Set churn(churn_definitions());
  static const Set engagement(engagement_definitions());
  switch (kind) {
    case ModelKind::kLeadScoring:
      return lead.specs;
    case ModelKind::kChurnPrediction:
      return churn.specs;
    case ModelKind::kEngagementPrediction:
      return engagement.specs;
  }
  return {};
}

std::optional<std::size_t> feature_index(ModelKind kind, std::string_view name) {
  const auto set = feature_set(kind);
  const auto found = std::find_if(set.begin(), set.end(), [&](const FeatureSpec& spec) { return spec.name == name; });
  if (found == set.end()) return std::nullopt;
  return static_cast<std::size_t>(found - set.begin());
}

std::string_view target_name(ModelKind kind) {
  switch (kind) {
    case ModelKind::kLeadScoring:
      return "lead_score";
    case ModelKind::kChurnPrediction:
      return "churned";
    case ModelKind::kEngagementPrediction:
      return "engaged";
  }
  return {};
}

}  // namespace rapport::features
