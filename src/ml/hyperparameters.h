#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/json.h"

namespace rapport::ml {

/// The three ways in which Rapport learns.
enum class Learner { kGradientBoosting, kRandomForest, kLogisticRegression };

/// One hyperparameter of a learner: its usual scikit-learn / XGBoost name, what it may be and what it is when it is not
/// given. The table behind `hyperparameter_specs` is the only place that knows; parsing, help and OpenAPI read it.
struct HyperparameterSpec {
  enum class Type {
    kInteger,
    kReal,
    kChoice,        ///< one of `choices`
    kChoiceOrReal,  ///< one of `choices`, or a number
  };

  std::string_view name;
  Type type = Type::kReal;
  double default_number = 0;                   ///< not for kChoice, nor where `default_choice` is set
  double min = 0;                              ///< permitted range of a number, both ends included
  double max = 0;
  std::span<const std::string_view> choices;   ///< empty for plain numbers
  std::string_view default_choice;             ///< empty: the default is `default_number`
  std::string_view description;
};

/// In the order in which they are worth reading.
std::span<const HyperparameterSpec> hyperparameter_specs(Learner learner);

enum class ClassWeight { kNone, kBalanced };

/// Defaults are those of the table (a test holds them together).
struct GradientBoostingParams {
  int n_estimators = 100;
  int max_depth = 6;
  double learning_rate = 0.1;
  double min_child_weight = 1;
  double subsample = 0.8;
  double colsample_bytree = 0.8;
  double gamma = 0;
  double reg_alpha = 0;
  double reg_lambda = 1;
  int max_bin = 256;
  int early_stopping_rounds = 0;  ///< 0: all of `n_estimators`
};

/// How many features a node of a random forest may choose from.
struct MaxFeatures {
  enum class Rule { kSqrt, kLog2, kFraction };
  Rule rule = Rule::kSqrt;
  double fraction = 1;  ///< of all features, for kFraction

  /// At least 1, at most `features`.
  int count(std::size_t features) const;
};

struct RandomForestParams {
  int n_estimators = 100;
  int max_depth = 10;
  int min_samples_leaf = 2;
  MaxFeatures max_features;
  double max_samples = 0.632;
  ClassWeight class_weight = ClassWeight::kBalanced;
};

struct LogisticRegressionParams {
  double C = 1;  // NOLINT(readability-identifier-naming): scikit-learn's name
  int max_iter = 100;
  double tol = 1e-8;
  ClassWeight class_weight = ClassWeight::kBalanced;
};

/// Reads a JSON object of hyperparameters; null means all defaults. Throws kInvalid "invalid_hyperparameters" with one
/// FieldError per mistake: "/hyperparameters/NAME", and the permitted range or the known names.
GradientBoostingParams parse_gradient_boosting(const Json& hyperparameters);
RandomForestParams parse_random_forest(const Json& hyperparameters);
LogisticRegressionParams parse_logistic_regression(const Json& hyperparameters);

/// All of them by name, as a model card shows them; `parse_...` reads them back.
Json to_json(const GradientBoostingParams& params);
Json to_json(const RandomForestParams& params);
Json to_json(const LogisticRegressionParams& params);

}  // namespace rapport::ml
