#include "ml/hyperparameters.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json_reader.h"

namespace rapport::ml {
namespace {

using Type = HyperparameterSpec::Type;
using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 2> kClassWeights{"balanced", "none"};
constexpr std::array<std::string_view, 2> kMaxFeatureRules{"sqrt", "log2"};
constexpr std::array<std::string_view, 1> kPenalties{"l2"};

HyperparameterSpec integer(std::string_view name, int fallback, int min, int max, std::string_view description) {
  return {.name = name, .type = Type::kInteger, .default_number = static_cast<double>(fallback),
          .min = static_cast<double>(min), .max = static_cast<double>(max), .choices = {}, .default_choice = {},
          .description = description};
}

struct Range {
  double min;
  double max;
};

HyperparameterSpec real(std::string_view name, double fallback, Range range, std::string_view description) {
  return {.name = name, .type = Type::kReal, .default_number = fallback, .min = range.min, .max = range.max,
          .choices = {}, .default_choice = {}, .description = description};
}

HyperparameterSpec choice(std::string_view name, std::string_view fallback, Names choices,
                          std::string_view description) {
  return {.name = name, .type = Type::kChoice, .default_number = 0, .min = 0, .max = 0, .choices = choices,
          .default_choice = fallback, .description = description};
}

HyperparameterSpec class_weight_spec() {
  return choice("class_weight", "balanced", kClassWeights,
                "\"balanced\" gives both classes the same total weight; probabilities are calibrated afterwards.");
}

std::vector<HyperparameterSpec> gradient_boosting_specs() {
  return {
      integer("n_estimators", 100, 1, 5000, "Number of trees."),
      integer("max_depth", 6, 1, 16, "Splits on the longest way through a tree."),
      real("learning_rate", 0.1, {0.001, 1}, "How much of each tree's correction is taken."),
      real("min_child_weight", 1, {0, 1e6}, "Least total weight of the rows in a leaf."),
      real("subsample", 0.8, {0.05, 1}, "Share of the rows that each tree sees."),
      real("colsample_bytree", 0.8, {0.05, 1}, "Share of the features that each tree sees."),
      real("gamma", 0, {0, 1e6}, "Least gain for which a leaf is split."),
      real("reg_alpha", 0, {0, 1e6}, "L1 penalty on the leaves' values."),
      real("reg_lambda", 1, {0, 1e6}, "L2 penalty on the leaves' values."),
      integer("max_bin", 256, 2, 4096, "Most steps into which each feature is divided when splits are sought; small tables take fewer."),
      integer("early_stopping_rounds", 0, 0, 1000,
              "Stop when a held-out tenth of the rows has not improved for so many trees; 0: never."),
  };
}

std::vector<HyperparameterSpec> random_forest_specs() {
  return {
      integer("n_estimators", 100, 1, 5000, "Number of trees."),
      integer("max_depth", 10, 1, 30, "Splits on the longest way through a tree."),
      integer("min_samples_leaf", 2, 1, 1'000'000, "Least number (total weight) of the rows in a leaf."),
      {.name = "max_features", .type = Type::kChoiceOrReal, .default_number = 0, .min = 0.01, .max = 1,
       .choices = kMaxFeatureRules, .default_choice = "sqrt",
       .description = "Features that a split may choose from: a rule, or a share of all."},
      real("max_samples", 0.632, {0.05, 1}, "Share of the rows that each tree sees, drawn without replacement."),
      class_weight_spec(),
  };
}

std::vector<HyperparameterSpec> logistic_regression_specs() {
  return {
      real("C", 1, {1e-6, 1e6}, "Inverse strength of the L2 penalty: smaller is stronger."),
      integer("max_iter", 100, 1, 10'000, "Most Newton steps."),
      real("tol", 1e-8, {1e-12, 0.1}, "Largest gradient at which the fit counts as converged."),
      class_weight_spec(),
      choice("penalty", "l2", kPenalties, "The penalty; there is one."),
  };
}

std::string number_text(double value) { return to_string(Json(value)); }

std::string permitted(const HyperparameterSpec& spec) {
  std::string text;
  for (const std::string_view name : spec.choices) text += (text.empty() ? "\"" : " or \"") + std::string(name) + "\"";
  if (spec.type == Type::kChoice) return text;
  const bool whole = spec.type == Type::kInteger;
  const auto bound = [whole](double value) {
    return whole ? std::to_string(static_cast<std::int64_t>(value)) : number_text(value);
  };
  return text + (text.empty() ? "" : " or ") + (whole ? "a whole number" : "a number") + " from " + bound(spec.min) +
         " to " + bound(spec.max);
}

/// The value of one hyperparameter: a number, or a choice when `choice` is not empty.
struct Value {
  double number = 0;
  std::string_view choice;
};

Value default_value(const HyperparameterSpec& spec) { return {spec.default_number, spec.default_choice}; }

bool read_value(const HyperparameterSpec& spec, const Json& json, Value& out) {
  if (json.is_string()) {
    const std::string_view text(json.get_string().data(), json.get_string().size());
    const auto known = std::find(spec.choices.begin(), spec.choices.end(), text);
    if (known == spec.choices.end()) return false;
    out = {0, *known};
    return true;
  }
  if (spec.type == Type::kChoice || !json.is_number()) return false;
  const double number = json.to_number<double>();
  if (!(number >= spec.min && number <= spec.max)) return false;
  if (spec.type == Type::kInteger && number != std::floor(number)) return false;
  out = {number, {}};
  return true;
}

std::string known_names(std::span<const HyperparameterSpec> specs) {
  std::string names;
  for (const HyperparameterSpec& spec : specs) names += (names.empty() ? "" : ", ") + std::string(spec.name);
  return names;
}

/// The values of all hyperparameters of `learner`, in the order of the table.
class Values {
 public:
  Values(Learner learner, const Json& json) : specs_(hyperparameter_specs(learner)) {
    for (const HyperparameterSpec& spec : specs_) values_.push_back(default_value(spec));
    std::vector<FieldError> errors;
    if (json.is_object()) {
      for (const auto& [key, value] : json.get_object()) read(std::string_view(key.data(), key.size()), value, errors);
    } else if (!json.is_null()) {
      errors.push_back({"/hyperparameters", "must be an object"});
    }
    if (errors.empty()) return;
    throw Error(ErrorKind::kInvalid, "invalid_hyperparameters", "The hyperparameters are not valid.")
        .with_fields(std::move(errors));
  }

  double number(std::string_view name) const { return find(name).number; }
  int whole(std::string_view name) const { return static_cast<int>(find(name).number); }
  std::string_view choice(std::string_view name) const { return find(name).choice; }

 private:
  void read(std::string_view name, const Json& value, std::vector<FieldError>& errors) {
    const std::string pointer = json_pointer("/hyperparameters", name);
    const auto spec = std::find_if(specs_.begin(), specs_.end(), [&](const auto& s) { return s.name == name; });
    if (spec == specs_.end()) {
      errors.push_back({pointer, "is not known; known are: " + known_names(specs_)});
    } else if (!read_value(*spec, value, values_[static_cast<std::size_t>(spec - specs_.begin())])) {
      errors.push_back({pointer, "must be " + permitted(*spec)});
    }
  }

  const Value& find(std::string_view name) const {
    const auto spec = std::find_if(specs_.begin(), specs_.end(), [&](const auto& s) { return s.name == name; });
    if (spec == specs_.end()) {
      throw Error(ErrorKind::kInternal, "unknown_hyperparameter", "A hyperparameter is missing from the table.");
    }
    return values_[static_cast<std::size_t>(spec - specs_.begin())];
  }

  std::span<const HyperparameterSpec> specs_;
  std::vector<Value> values_;
};

ClassWeight class_weight_of(const Values& values) {
  return values.choice("class_weight") == "balanced" ? ClassWeight::kBalanced : ClassWeight::kNone;
}

const char* name_of(ClassWeight kind) { return kind == ClassWeight::kBalanced ? "balanced" : "none"; }

Json to_json(const MaxFeatures& rule) {
  switch (rule.rule) {
    case MaxFeatures::Rule::kSqrt: return "sqrt";
    case MaxFeatures::Rule::kLog2: return "log2";
    case MaxFeatures::Rule::kFraction: break;
  }
  return rule.fraction;
}

}  // namespace

std::span<const HyperparameterSpec> hyperparameter_specs(Learner learner) {
  static const std::vector<HyperparameterSpec> boosting = gradient_boosting_specs();
  static const std::vector<HyperparameterSpec> forest = random_forest_specs();
  static const std::vector<HyperparameterSpec> logistic = logistic_regression_specs();
  switch (learner) {
    case Learner::kGradientBoosting: return boosting;
    case Learner::kRandomForest: return forest;
    case Learner::kLogisticRegression: return logistic;
  }
  return {};
}

int MaxFeatures::count(std::size_t features) const {
  const auto all = static_cast<double>(features);
  const double wanted = rule == Rule::kSqrt   ? std::sqrt(all)
                        : rule == Rule::kLog2 ? std::log2(all)
                                              : fraction * all;
  return static_cast<int>(std::clamp(std::floor(wanted), 1.0, std::max(all, 1.0)));
}

GradientBoostingParams parse_gradient_boosting(const Json& hyperparameters) {
  const Values values(Learner::kGradientBoosting, hyperparameters);
  return {.n_estimators = values.whole("n_estimators"),
          .max_depth = values.whole("max_depth"),
          .learning_rate = values.number("learning_rate"),
          .min_child_weight = values.number("min_child_weight"),
          .subsample = values.number("subsample"),
          .colsample_bytree = values.number("colsample_bytree"),
          .gamma = values.number("gamma"),
          .reg_alpha = values.number("reg_alpha"),
          .reg_lambda = values.number("reg_lambda"),
          .max_bin = values.whole("max_bin"),
          .early_stopping_rounds = values.whole("early_stopping_rounds")};
}

RandomForestParams parse_random_forest(const Json& hyperparameters) {
  const Values values(Learner::kRandomForest, hyperparameters);
  MaxFeatures max_features{.rule = MaxFeatures::Rule::kFraction, .fraction = values.number("max_features")};
  const std::string_view rule = values.choice("max_features");
  if (rule == "sqrt") max_features = {.rule = MaxFeatures::Rule::kSqrt};
  if (rule == "log2") max_features = {.rule = MaxFeatures::Rule::kLog2};
  return {.n_estimators = values.whole("n_estimators"),
          .max_depth = values.whole("max_depth"),
          .min_samples_leaf = values.whole("min_samples_leaf"),
          .max_features = max_features,
          .max_samples = values.number("max_samples"),
          .class_weight = class_weight_of(values)};
}

LogisticRegressionParams parse_logistic_regression(const Json& hyperparameters) {
  const Values values(Learner::kLogisticRegression, hyperparameters);
  return {.C = values.number("C"),
          .max_iter = values.whole("max_iter"),
          .tol = values.number("tol"),
          .class_weight = class_weight_of(values)};
}

Json to_json(const GradientBoostingParams& params) {
  return boost::json::object{{"n_estimators", params.n_estimators},
                             {"max_depth", params.max_depth},
                             {"learning_rate", params.learning_rate},
                             {"min_child_weight", params.min_child_weight},
                             {"subsample", params.subsample},
                             {"colsample_bytree", params.colsample_bytree},
                             {"gamma", params.gamma},
                             {"reg_alpha", params.reg_alpha},
                             {"reg_lambda", params.reg_lambda},
                             {"max_bin", params.max_bin},
                             {"early_stopping_rounds", params.early_stopping_rounds}};
}

Json to_json(const RandomForestParams& params) {
  return boost::json::object{{"n_estimators", params.n_estimators},
                             {"max_depth", params.max_depth},
                             {"min_samples_leaf", params.min_samples_leaf},
                             {"max_features", to_json(params.max_features)},
                             {"max_samples", params.max_samples},
                             {"class_weight", name_of(params.class_weight)}};
}

Json to_json(const LogisticRegressionParams& params) {
  return boost::json::object{{"C", params.C},
                             {"max_iter", params.max_iter},
                             {"tol", params.tol},
                             {"class_weight", name_of(params.class_weight)},
                             {"penalty", "l2"}};
}

}  // namespace rapport::ml
