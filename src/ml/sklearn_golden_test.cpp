#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "ml/calibration.h"
#include "ml/logistic_regression.h"
#include "ml/metrics.h"

// Reference values: scikit-learn's, by tools/make_ml_goldens.py.

namespace rapport::ml {
namespace {

Json golden(const std::string& name) {
  return parse_json_or_throw(read_file(std::string(RAPPORT_SOURCE_DIR) + "/tests/data/ml/" + name + ".json"));
}

std::vector<double> numbers(const Json& array) {
  std::vector<double> values;
  for (const Json& value : array.as_array()) {
    values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.to_number<double>());
  }
  return values;
}

double number(const Json& object, const char* name) { return object.at(name).to_number<double>(); }

TEST(LogisticRegressionGolden, CoefficientsEqualScikitLearns) {
  const Json examples = golden("logistic");
  for (const Json& example : examples.as_array()) {
    SCOPED_TRACE(rapport::to_string(example.at("name")));
    Matrix x;
    for (const Json& row : example.at("x").as_array()) {
      x.cols = row.as_array().size();
      x.push_row(numbers(row));
    }
    const LogisticRegressionParams params{
        .C = number(example, "C"),
        .tol = 1e-12,
        .class_weight = example.at("class_weight") == "balanced" ? ClassWeight::kBalanced : ClassWeight::kNone};

    const LogisticRegression model =
        fit_logistic_regression(x, numbers(example.at("y")), numbers(example.at("weights")), params);

    const std::vector<double> expected = numbers(example.at("coefficients"));
    ASSERT_EQ(model.features(), expected.size());
    for (std::size_t j = 0; j < expected.size(); ++j) EXPECT_NEAR(model.coefficients()[j], expected[j], 1e-6);
    EXPECT_NEAR(model.intercept(), number(example, "intercept"), 1e-6);
    EXPECT_TRUE(model.converged());
  }
}

TEST(MetricsGolden, EqualScikitLearns) {
  const Json all = golden("metrics");
  for (const Json& example : all.at("classification").as_array()) {
    SCOPED_TRACE(rapport::to_string(example.at("name")));
    const ClassificationMetrics metrics =
        classification_metrics(numbers(example.at("labels")), numbers(example.at("probs")));

    EXPECT_NEAR(metrics.roc_auc.value(), number(example, "roc_auc"), 1e-12);
    EXPECT_NEAR(metrics.pr_auc.value(), number(example, "pr_auc"), 1e-12);
    EXPECT_NEAR(metrics.log_loss.value(), number(example, "log_loss"), 1e-12);
    EXPECT_NEAR(metrics.brier.value(), number(example, "brier"), 1e-12);
    EXPECT_NEAR(metrics.accuracy.value(), number(example, "accuracy"), 1e-12);
    EXPECT_NEAR(metrics.precision.value(), number(example, "precision"), 1e-12);
    EXPECT_NEAR(metrics.recall.value(), number(example, "recall"), 1e-12);
    EXPECT_NEAR(metrics.f1.value(), number(example, "f1"), 1e-12);
  }
  const Json& regression = all.at("regression");
  const RegressionMetrics metrics =
      regression_metrics(numbers(regression.at("target")), numbers(regression.at("predicted")));
  EXPECT_NEAR(metrics.rmse.value(), number(regression, "rmse"), 1e-12);
  EXPECT_NEAR(metrics.mae.value(), number(regression, "mae"), 1e-12);
  EXPECT_NEAR(metrics.r2.value(), number(regression, "r2"), 1e-12);
}

TEST(CalibratorGolden, IsotonicStaysCloseToScikitLearnsStaircase) {
  const Json example = golden("isotonic");
  const std::vector<double> scores = numbers(example.at("scores"));
  const std::vector<double> fitted = numbers(example.at("fitted"));

  const Calibrator calibrator =
      Calibrator::fit(CalibrationKind::kIsotonic, scores, numbers(example.at("labels")));

  double mean_gap = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    mean_gap += (calibrator.apply(scores[i]) - fitted[i]) / static_cast<double>(scores.size());
  }
  EXPECT_NEAR(mean_gap, 0.0, 0.02);  // lines through the centres of the steps, not the steps
}

}  // namespace
}  // namespace rapport::ml
