#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "ml/gradient_boosting.h"
#include "ml/hyperparameters.h"
#include "ml/logistic_regression.h"
#include "ml/metrics.h"
#include "ml/random_forest.h"
#include "ml/random_rows.h"

namespace rapport::ml {
namespace {

template <class Body>
std::string code_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code();
  }
  return "fine";
}

std::vector<double> predictions(const TreeEnsemble& model, const Matrix& x) {
  std::vector<double> out(x.rows);
  model.predict(x, out);
  return out;
}

TEST(GradientBoosting, LearnsWhatTheRowsHold) {
  const RandomRows train = random_rows(1500, 24, 1);
  const RandomRows test = random_rows(500, 24, 2);

  const TreeEnsemble model = fit_gradient_boosting(train.x, train.score, {}, {});

  EXPECT_GT(regression_metrics(test.score, predictions(model, test.x)).r2.value(), 0.6);
}

TEST(GradientBoosting, GivesTheSameModelForTheSameSeedOnAnyNumberOfThreads) {
  const RandomRows rows = random_rows(700, 24, 3);

  const Json one = fit_gradient_boosting(rows.x, rows.score, {}, {}, {.seed = 5, .threads = 1}).to_json();
  const Json again = fit_gradient_boosting(rows.x, rows.score, {}, {}, {.seed = 5, .threads = 1}).to_json();
  const Json three = fit_gradient_boosting(rows.x, rows.score, {}, {}, {.seed = 5, .threads = 3}).to_json();
  const Json other = fit_gradient_boosting(rows.x, rows.score, {}, {}, {.seed = 6, .threads = 1}).to_json();

  EXPECT_EQ(to_string(one), to_string(again));
  EXPECT_EQ(to_string(one), to_string(three));
  EXPECT_NE(to_string(one), to_string(other));
}

TEST(GradientBoosting, StopsEarlyWhenNothingIsLeftToLearn) {
  const RandomRows rows = random_rows(400, 6, 4);
  const GradientBoostingParams params{.n_estimators = 500, .learning_rate = 0.5, .early_stopping_rounds = 5};

  EXPECT_LT(fit_gradient_boosting(rows.x, rows.score, {}, params).trees(), 100U);
}

TEST(GradientBoosting, RefusesRowsThatCannotBeLearnedFrom) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  RandomRows rows = random_rows(50, 3, 5);
  const auto fit = [&](std::vector<double> y, std::vector<double> weights) {
    return code_of([&] { fit_gradient_boosting(rows.x, y, weights, {}); });
  };

  EXPECT_EQ(fit(rows.score, {}), "fine");
  EXPECT_EQ(fit(std::vector<double>(49), {}), "invalid_training_data");
  EXPECT_EQ(fit(std::vector<double>(50, nan), {}), "invalid_training_data");
  EXPECT_EQ(fit(rows.score, std::vector<double>(50, 0.0)), "invalid_training_data");
  EXPECT_EQ(fit(rows.score, std::vector<double>(50, -1.0)), "invalid_training_data");
  EXPECT_EQ(code_of([&] { fit_gradient_boosting({}, {}, {}, {}); }), "invalid_training_data");
  rows.x.row(3)[1] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(fit(rows.score, {}), "invalid_training_data");
}

TEST(RandomForest, LeavesAreSharesOfTheClass) {
  const RandomRows rows = random_rows(400, 8, 6, 0.0);
  const RandomForestParams one_tree{.n_estimators = 1, .max_depth = 1, .min_samples_leaf = 1,
                                    .max_features = {.rule = MaxFeatures::Rule::kFraction, .fraction = 1},
                                    .max_samples = 1, .class_weight = ClassWeight::kNone};

  const TreeEnsemble model = fit_random_forest(rows.x, rows.label, {}, one_tree);

  const std::vector<double> predicted = predictions(model, rows.x);
  for (const double side : {predicted[0], *std::max_element(predicted.begin(), predicted.end())}) {
    double positive = 0;
    double count = 0;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      if (predicted[i] != side) continue;
      positive += rows.label[i];
      ++count;
    }
    EXPECT_NEAR(side, positive / count, 1e-6);
  }
}

TEST(RandomForest, RanksAndStaysBetweenZeroAndOne) {
  const RandomRows train = random_rows(1500, 32, 7);
  const RandomRows test = random_rows(600, 32, 8);

  const std::vector<double> probs = predictions(fit_random_forest(train.x, train.label, {}, {}), test.x);

  EXPECT_GT(roc_auc(test.label, probs).value(), 0.75);
  for (const double prob : probs) {
    EXPECT_GE(prob, 0);
    EXPECT_LE(prob, 1 + 1e-6);
  }
}

TEST(RandomForest, RefusesOneClassOnly) {
  const RandomRows rows = random_rows(50, 3, 9);

  EXPECT_EQ(code_of([&] { fit_random_forest(rows.x, std::vector<double>(50, 1.0), {}, {}); }), "single_class");
  EXPECT_EQ(code_of([&] { fit_random_forest(rows.x, std::vector<double>(50, 0.5), {}, {}); }),
            "invalid_training_data");
}

TEST(LogisticRegressionFit, ExplainsAdditivelyAndComesBackFromJson) {
  const RandomRows rows = random_rows(500, 6, 10);
  const LogisticRegression model = fit_logistic_regression(rows.x, rows.label, {}, {});
  const LogisticRegression back = LogisticRegression::from_json(model.to_json());

  Explanation explanation;
  for (std::size_t i = 0; i < rows.x.rows; ++i) {
    model.explain(rows.x.row(i), explanation);
    double sum = explanation.base;
    for (const double part : explanation.contributions) sum += part;
    EXPECT_NEAR(sum, model.predict_logit(rows.x.row(i)), 1e-12);
    EXPECT_EQ(back.predict_logit(rows.x.row(i)), model.predict_logit(rows.x.row(i)));
  }
}

TEST(LogisticRegressionFit, StaysFiniteOnSeparableClassesAndTinySamples) {
  Matrix x(4, 1);
  x.values = {-1, -0.5, 0.5, 1};
  const LogisticRegressionParams loose{.C = 1e6};

  const LogisticRegression model = fit_logistic_regression(x, std::vector<double>{0, 0, 1, 1}, {}, loose);

  EXPECT_TRUE(model.converged());
  EXPECT_TRUE(std::isfinite(model.coefficients()[0]));
  EXPECT_GT(model.coefficients()[0], 5);
}

TEST(LogisticRegressionFit, SaysWhenItHasNotConverged) {
  const RandomRows rows = random_rows(200, 6, 11);

  EXPECT_FALSE(fit_logistic_regression(rows.x, rows.label, {}, {.max_iter = 1}).converged());
}

TEST(LogisticRegressionFit, RefusesMalformedModels) {
  const RandomRows rows = random_rows(100, 3, 12);
  const Json good = fit_logistic_regression(rows.x, rows.label, {}, {}).to_json();
  for (const auto& [name, value] : good.as_object()) {
    Json bad = good;
    bad.as_object()[name] = "x";
    EXPECT_EQ(code_of([&] { LogisticRegression::from_json(bad); }), "malformed_model") << name;
    bad.as_object().erase(name);
    EXPECT_EQ(code_of([&] { LogisticRegression::from_json(bad); }), "malformed_model") << name;
  }
}

TEST(Hyperparameters, DefaultsOfTheTableAreThoseOfTheStructs) {
  EXPECT_EQ(to_string(to_json(parse_gradient_boosting(nullptr))), to_string(to_json(GradientBoostingParams{})));
  EXPECT_EQ(to_string(to_json(parse_random_forest(nullptr))), to_string(to_json(RandomForestParams{})));
  EXPECT_EQ(to_string(to_json(parse_logistic_regression(nullptr))), to_string(to_json(LogisticRegressionParams{})));
}

TEST(Hyperparameters, ComeBackFromTheirJson) {
  const Json forest = parse_json_or_throw(R"({"n_estimators": 7, "max_features": 0.5, "class_weight": "none"})");
  const RandomForestParams params = parse_random_forest(forest);

  EXPECT_EQ(params.n_estimators, 7);
  EXPECT_EQ(params.max_features.count(32), 16);
  EXPECT_EQ(to_string(to_json(parse_random_forest(to_json(params)))), to_string(to_json(params)));
}

TEST(Hyperparameters, NamesEveryMistake) {
  try {
    parse_gradient_boosting(
        parse_json_or_throw(R"({"n_estimators": 0, "max_depth": 2.5, "learning_rate": "fast", "trees": 3})"));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_EQ(error.code(), "invalid_hyperparameters");
    ASSERT_EQ(error.fields().size(), 4U);
    EXPECT_EQ(error.fields()[0].pointer, "/hyperparameters/n_estimators");
    EXPECT_EQ(error.fields()[0].message, "must be a whole number from 1 to 5000");
    EXPECT_NE(error.fields()[3].message.find("n_estimators"), std::string::npos);
  }
}

}  // namespace
}  // namespace rapport::ml
