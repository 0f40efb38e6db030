#include "ml/tree_ensemble.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/rng.h"
#include "ml/random_rows.h"
#include "ml/row_slots.h"
#include "ml/tree_nodes.h"
#include "ml/xgboost_reference.h"

namespace rapport::ml {
namespace {

struct Shape {
  int depth;
  int rounds;
  int parallel_trees;
  std::size_t cols;
  double missing_prob;
};

std::string json_of(const RandomRows& rows, const Shape& shape) {
  return trained_json(rows,
                      {{"max_depth", std::to_string(shape.depth)},
                       {"num_parallel_tree", std::to_string(shape.parallel_trees)},
                       {"subsample", "0.7"},
                       {"colsample_bynode", "0.6"},
                       {"gamma", "0.5"},
                       {"seed", "7"}},
                      shape.rounds);
}

class AllShapes : public testing::TestWithParam<Shape> {};
INSTANTIATE_TEST_SUITE_P(TreeEnsemble, AllShapes,
                         testing::Values(Shape{1, 30, 1, 5, 0.1}, Shape{2, 13, 1, 3, 0.0}, Shape{3, 20, 1, 8, 0.3},
                                         Shape{4, 9, 1, 24, 0.1}, Shape{5, 8, 1, 24, 0.1}, Shape{6, 50, 1, 24, 0.1},
                                         Shape{7, 7, 2, 32, 0.2}, Shape{8, 1, 20, 32, 0.0}, Shape{9, 11, 1, 4, 0.1},
                                         Shape{10, 1, 25, 32, 0.1}, Shape{11, 5, 1, 30, 0.5},
                                         Shape{12, 1, 30, 32, 0.1}));

TEST_P(AllShapes, PredictsLikeXgboostBitForBit) {
  const RandomRows train = random_rows(600, GetParam().cols, 1, GetParam().missing_prob);
  const RandomRows test = random_rows(333, GetParam().cols, 2, 0.2);
  const std::string json = json_of(train, GetParam());
  const TreeEnsemble ensemble = TreeEnsemble::from_xgboost_json(json, GetParam().cols);

  const std::vector<float> expected = XgboostReference(json).predict(test.x);
  std::vector<double> batch(test.x.rows);
  ensemble.predict(test.x, batch);

  for (std::size_t i = 0; i < test.x.rows; ++i) {
    EXPECT_EQ(ensemble.predict(test.x.row(i)), static_cast<double>(expected[i])) << "row " << i;
    EXPECT_EQ(batch[i], static_cast<double>(expected[i])) << "row " << i;
  }
}

TEST_P(AllShapes, ExplainsLikeXgboostAndAddsUp) {
  const RandomRows train = random_rows(600, GetParam().cols, 3, GetParam().missing_prob);
  const RandomRows test = random_rows(40, GetParam().cols, 4, 0.2);
  const std::string json = json_of(train, GetParam());
  const TreeEnsemble ensemble = TreeEnsemble::from_xgboost_json(json, GetParam().cols);

  const std::vector<float> expected = XgboostReference(json).contributions(test.x);

  Explanation explanation;
  for (std::size_t i = 0; i < test.x.rows; ++i) {
    ensemble.explain(test.x.row(i), explanation);
    double sum = explanation.base;
    for (std::size_t j = 0; j < test.x.cols; ++j) {
      sum += explanation.contributions[j];
      EXPECT_NEAR(explanation.contributions[j], expected[i * (test.x.cols + 1) + j], 2e-4) << "row " << i;
    }
    EXPECT_NEAR(explanation.base, expected[i * (test.x.cols + 1) + test.x.cols], 2e-4);
    const double prediction = ensemble.predict(test.x.row(i));
    EXPECT_NEAR(sum, prediction, 1e-5 * std::max(1.0, std::abs(prediction))) << "row " << i;
  }
}

TEST(TreeEnsemble, PredictsTheSameOnAnyNumberOfThreads) {
  const RandomRows rows = random_rows(5000, 24, 5);
  const TreeEnsemble ensemble = TreeEnsemble::from_xgboost_json(json_of(rows, {6, 60, 1, 24, 0.1}), 24);
  std::vector<double> one(rows.x.rows);
  std::vector<double> four(rows.x.rows);

  ensemble.predict(rows.x, one, 1);
  ensemble.predict(rows.x, four, 4);

  EXPECT_EQ(one, four);
}

TEST(TreeEnsemble, TakesValuesBeyondTheFloatsForVeryLargeOnes) {
  RandomRows rows = random_rows(300, 3, 6, 0.0);
  for (std::size_t i = 0; i < rows.x.rows; i += 3) rows.x.row(i)[0] = 1e300;
  const TreeEnsemble ensemble = TreeEnsemble::from_xgboost_json(json_of(rows, {4, 20, 1, 3, 0.0}), 3);

  const double huge = ensemble.predict(std::vector<double>{1e300, 0.0, 0.0});
  const double infinite = ensemble.predict(std::vector<double>{std::numeric_limits<double>::infinity(), 0.0, 0.0});

  EXPECT_TRUE(std::isfinite(huge));
  EXPECT_EQ(huge, infinite);
}

TEST(TreeEnsemble, RefusesARowOfTheWrongWidth) {
  const RandomRows rows = random_rows(200, 3, 6);
  const TreeEnsemble ensemble = TreeEnsemble::from_xgboost_json(json_of(rows, {2, 3, 1, 3, 0.0}), 3);

  EXPECT_THROW(ensemble.predict(std::vector<double>{1.0, 2.0}), Error);
}

TEST(TreeEnsemble, SharesOutTheGain) {
  const RandomRows rows = random_rows(600, 24, 8);
  const TreeEnsemble ensemble = TreeEnsemble::from_xgboost_json(json_of(rows, {4, 30, 1, 24, 0.1}), 24);

  double sum = 0;
  for (const double share : ensemble.importance()) sum += share;

  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_GT(ensemble.importance()[1], ensemble.importance()[20]);
}

TEST(TreeEnsemble, ComesBackFromItsOwnTextExactly) {
  const RandomRows rows = random_rows(500, 24, 9);
  const TreeEnsemble ensemble = TreeEnsemble::from_xgboost_json(json_of(rows, {7, 20, 1, 24, 0.1}), 24);

  const std::string text = to_string(ensemble.to_json());
  const TreeEnsemble back = TreeEnsemble::from_json(parse_json_or_throw(text));
  const TreeEnsemble direct = TreeEnsemble::from_json(ensemble.to_json());

  EXPECT_EQ(to_string(direct.to_json()), text);
  Explanation before;
  Explanation after;
  for (std::size_t i = 0; i < rows.x.rows; ++i) {
    EXPECT_EQ(back.predict(rows.x.row(i)), ensemble.predict(rows.x.row(i)));
    ensemble.explain(rows.x.row(i), before);
    back.explain(rows.x.row(i), after);
    EXPECT_EQ(before.contributions, after.contributions);
    EXPECT_EQ(before.base, after.base);
  }
}

std::string code_of(const std::string& text, bool xgboost) {
  try {
    const TreeEnsemble ensemble = xgboost ? TreeEnsemble::from_xgboost_json(text, 4)
                                          : TreeEnsemble::from_json(parse_json_or_throw(text));
    const std::vector<double> row(ensemble.features(), 0.5);
    Explanation explanation;
    ensemble.explain(row, explanation);
    return std::isfinite(ensemble.predict(row)) ? "fine" : "fine, if infinite";
  } catch (const Error& error) {
    return error.code();
  }
}

/// One random change: a byte, a span cut out, a span doubled, a number replaced.
std::string mutated(std::string text, Rng& rng) {
  const auto last = static_cast<std::int64_t>(text.size()) - 1;
  const auto at = static_cast<std::size_t>(rng.integer(0, last));
  const auto length = static_cast<std::size_t>(rng.integer(1, 40));
  static const std::vector<std::string> kNumbers{"-1", "0", "7", "2147483647", "4294967295", "1e39", "0.5", "-0.0",
                                                 "99999999999999999999", "null", "\"x\"", "[]", "true", "1e-320"};
  switch (rng.integer(0, 3)) {
    case 0: text[at] = static_cast<char>(rng.integer(32, 126)); break;
    case 1: text.erase(at, length); break;
    case 2: text.insert(at, text.substr(at, length)); break;
    default: {
      const std::size_t digit = text.find_first_of("0123456789", at);
      if (digit == std::string::npos) break;
      const std::size_t end = text.find_first_not_of("0123456789.eE+-", digit);
      text.replace(digit, end - digit, kNumbers[static_cast<std::size_t>(
                                           rng.integer(0, static_cast<std::int64_t>(kNumbers.size()) - 1))]);
    }
  }
  return text;
}

TEST(TreeEnsemble, SurvivesAnyChangeToAModel) {
  const RandomRows rows = random_rows(200, 4, 10);
  const std::string foreign = json_of(rows, {3, 3, 1, 4, 0.1});
  const std::string own = to_string(TreeEnsemble::from_xgboost_json(foreign, 4).to_json());
  Rng rng(11);
  int refused = 0;

  for (int i = 0; i < 3000; ++i) {
    const bool xgboost = i % 2 == 0;
    std::string text = mutated(xgboost ? foreign : own, rng);
    if (rng.chance(0.3)) text = mutated(text, rng);
    const std::string code = code_of(text, xgboost);
    if (code.rfind("fine", 0) != 0) {
      ++refused;
      EXPECT_TRUE(code == "malformed_model" || code == "malformed_json") << code;
    }
  }

  EXPECT_GT(refused, 1000);
}

boost::json::object small_model() {
  return parse_json_or_throw(R"({"format": "rapport.trees.1", "features": 2, "base": 0.5, "importance": [1, 0],
    "trees": [{"feature": [0, -1, -1], "missing_left": [1, 0, 0], "value": [1.5, 10, 20], "cover": [4, 1, 3]}]})")
      .as_object();
}

std::string code_with(const char* tree_member, const char* value) {
  boost::json::object model = small_model();
  model["trees"].as_array()[0].as_object()[tree_member] = parse_json_or_throw(value);
  return code_of(to_string(Json(model)), false);
}

TEST(TreeEnsemble, RefusesTreesThatAreNone) {
  EXPECT_EQ(code_of(to_string(Json(small_model())), false), "fine");

  EXPECT_EQ(code_with("feature", "[0, -1]"), "malformed_model");
  EXPECT_EQ(code_with("feature", "[2, -1, -1]"), "malformed_model");
  EXPECT_EQ(code_with("feature", "[-1, -1, -1]"), "malformed_model");
  EXPECT_EQ(code_with("feature", "[0, 0, -1]"), "malformed_model");
  EXPECT_EQ(code_with("feature", "[0, -2, -1]"), "malformed_model");
  EXPECT_EQ(code_with("value", "[1e39, 10, 20]"), "malformed_model");
  EXPECT_EQ(code_with("cover", "[4, -1, 3]"), "malformed_model");
  EXPECT_EQ(code_with("missing_left", "[2, 0, 0]"), "malformed_model");
}

TEST(TreeEnsemble, RefusesCyclesInXgboostTrees) {
  const auto with = [](const std::string& left, const std::string& right) {
    return R"({"learner": {"objective": {"name": "reg:squarederror"}, "learner_model_param": {"base_score": "[5E-1]"},
      "gradient_booster": {"name": "gbtree", "model": {"trees": [{"left_children": [)" + left +
           R"(], "right_children": [)" + right + R"(], "split_indices": [0, 1, 0], "default_left": [0, 0, 0],
      "split_conditions": [1, 2, 3], "sum_hessian": [3, 2, 1], "loss_changes": [1, 0, 0]}]}}}})";
  };

  EXPECT_EQ(code_of(with("1, -1, -1", "2, -1, -1"), true), "fine");
  EXPECT_EQ(code_of(with("1, 0, -1", "2, 2, -1"), true), "malformed_model");
  EXPECT_EQ(code_of(with("0, -1, -1", "2, -1, -1"), true), "malformed_model");
  EXPECT_EQ(code_of(with("1, -1, -1", "1, -1, -1"), true), "malformed_model");
  EXPECT_EQ(code_of(with("1, -1, -1", "3, -1, -1"), true), "malformed_model");
  EXPECT_EQ(code_of(with("1, -1, -1", "-1, -1, -1"), true), "malformed_model");
}

TEST(TreeEnsemble, RefusesATreeDeeperThanItsLimit) {
  boost::json::array feature;
  boost::json::array zeros;
  for (int level = 0; level < 65; ++level) {
    if (level > 0) feature.emplace_back(-1);
    feature.emplace_back(0);
  }
  feature.emplace_back(-1);
  feature.emplace_back(-1);
  for (std::size_t i = 0; i < feature.size(); ++i) zeros.emplace_back(0);
  boost::json::object model = small_model();
  model["trees"] = {boost::json::object{
      {"feature", feature}, {"missing_left", zeros}, {"value", zeros}, {"cover", zeros}}};

  EXPECT_EQ(code_of(to_string(Json(model)), false), "malformed_model");
}

// Brute force: Shapley's formula over all subsets of features, on the path-dependent value of a subset.

double expected_value(const Tree& tree, std::size_t at, const std::vector<double>& row, unsigned known) {
  const TreeNode& node = tree[at];
  if (node.is_leaf()) return node.value;
  if ((known >> node.feature & 1U) != 0) {
    const double value = row[node.feature];
    const bool left = std::isnan(value) ? node.missing_left : static_cast<float>(value) < node.value;
    return expected_value(tree, node.left + (left ? 0 : 1), row, known);
  }
  const double left = tree[node.left].cover;
  const double right = tree[node.left + 1].cover;
  return (left * expected_value(tree, node.left, row, known) +
          right * expected_value(tree, node.left + 1, row, known)) /
         (left + right);
}

double expected_value(const TreeModel& model, const std::vector<double>& row, unsigned known) {
  double sum = model.base;
  for (const Tree& tree : model.trees) sum += expected_value(tree, 0, row, known);
  return sum;
}

double brute_force_shapley(const TreeModel& model, const std::vector<double>& row, std::size_t feature) {
  const auto n = static_cast<unsigned>(model.features);
  double phi = 0;
  for (unsigned known = 0; known < 1U << n; ++known) {
    if ((known >> feature & 1U) != 0) continue;
    const auto size = static_cast<double>(__builtin_popcount(known));
    const double weight = std::tgamma(size + 1) * std::tgamma(n - size) / std::tgamma(n + 1.0);
    phi += weight * (expected_value(model, row, known | 1U << feature) - expected_value(model, row, known));
  }
  return phi;
}

/// Grows a random tree; few features and many levels, so that features stand on a path again and again.
Tree random_tree(std::size_t features, std::size_t depth, Rng& rng) {
  Tree tree(1);
  tree[0].cover = 1000;
  std::vector<std::size_t> level{0};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (level[i] == depth || rng.chance(0.15)) {
      tree[i].value = static_cast<float>(rng.normal(0, 5));
      continue;
    }
    const auto left = static_cast<float>(rng.uniform(0.05, 0.95)) * tree[i].cover;
    const float right = tree[i].cover - left;
    tree[i].feature = static_cast<std::uint32_t>(rng.integer(0, static_cast<std::int64_t>(features) - 1));
    tree[i].value = static_cast<float>(rng.normal());
    tree[i].missing_left = rng.chance(0.5);
    tree[i].left = static_cast<std::uint32_t>(tree.size());
    tree.push_back({.cover = left});
    tree.push_back({.cover = right});
    level.push_back(level[i] + 1);
    level.push_back(level[i] + 1);
  }
  return tree;
}

TEST(TreeEnsemble, ExplainsLikeShapleysFormula) {
  Rng rng(12);
  for (int round = 0; round < 60; ++round) {
    const auto features = static_cast<std::size_t>(rng.integer(1, 11));
    TreeModel model{.features = features, .base = 0.25F, .trees = {}, .importance = std::vector<double>(features)};
    for (int tree = 0; tree < 3; ++tree) {
      model.trees.push_back(random_tree(features, static_cast<std::size_t>(rng.integer(0, 12)), rng));
    }
    const TreeEnsemble ensemble = TreeEnsemble::from_json(write_tree_model(model));
    std::vector<double> row(features);
    for (double& value : row) value = rng.chance(0.2) ? std::numeric_limits<double>::quiet_NaN() : rng.normal();

    Explanation explanation;
    ensemble.explain(row, explanation);

    EXPECT_NEAR(explanation.base, expected_value(model, row, 0), 1e-9);
    for (std::size_t j = 0; j < features; ++j) {
      EXPECT_NEAR(explanation.contributions[j], brute_force_shapley(model, row, j), 1e-9) << "round " << round;
    }
  }
}

TEST(TreeEnsemble, ExplainsTreesWithBranchesThatNoRowReached) {
  boost::json::object model = small_model();
  model["trees"].as_array()[0].as_object()["cover"] = parse_json_or_throw("[4, 0, 4]");
  const TreeEnsemble ensemble = TreeEnsemble::from_json(Json(model));

  Explanation explanation;
  ensemble.explain(std::vector<double>{1.0, 0.0}, explanation);

  EXPECT_DOUBLE_EQ(explanation.base, 20.5);
  EXPECT_NEAR(explanation.contributions[0], -10.0, 1e-12);
  EXPECT_EQ(explanation.contributions[1], 0.0);
}

}  // namespace
}  // namespace rapport::ml
