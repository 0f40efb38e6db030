#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string_view>
#include <vector>

#include "training/evaluation_split.h"
#include "training/leak_guard.h"
#include "training/recipe.h"
#include "training/train.h"

namespace rapport::training {

/// What the stages of training have to say, gathered for the model card.
struct CardParts {
  std::size_t rows_given = 0;
  Json data_report;
  boost::json::object metrics;
  boost::json::object cross_validation;
  boost::json::array reliability;
  boost::json::array leak_suspects;
  Json calibration;
};

/// What the card tells beside that.
struct CardContext {
  const TrainingTable& table;
  const TrainingOptions& options;
  const Recipe& recipe;
  const EvaluationSplit& split;
  const Json& feature_importance;
};

/// The model card: docs/models.md lists its fields, and a test holds the two together.
Json write_card(const CardParts& parts, const CardContext& context);

/// Suspects for the card: feature, measure, value; what a model without all of them reaches (`figure`: `without`), and a
/// sentence that says what that means.
boost::json::array describe_suspects(ModelKind kind, const std::vector<LeakSuspect>& suspects, std::string_view figure,
                                     const Json& without);

/// Feature name to share, descending.
Json importance_by_name(const scoring::ScoringModel& model);

}  // namespace rapport::training
