#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/rng.h"
#include "ml/calibration.h"
#include "ml/metrics.h"
#include "ml/split.h"

namespace rapport::ml {
namespace {

using Values = std::vector<double>;

TEST(Metrics, AreMissingWhereTheyAreNotDefined) {
  EXPECT_FALSE(roc_auc(Values{1, 1}, Values{0.2, 0.7}).has_value());
  EXPECT_FALSE(pr_auc(Values{0, 0}, Values{0.2, 0.7}).has_value());
  EXPECT_FALSE(regression_metrics(Values{3, 3}, Values{2, 4}).r2.has_value());
  EXPECT_FALSE(regression_metrics({}, {}).rmse.has_value());
  EXPECT_FALSE(classification_metrics({}, {}).accuracy.has_value());
  EXPECT_FALSE(classification_metrics(Values{0, 1}, Values{0.1, 0.2}).precision.has_value());
}

TEST(Metrics, CountTiesHalf) {
  EXPECT_DOUBLE_EQ(roc_auc(Values{0, 1, 0, 1}, Values{0.5, 0.5, 0.5, 0.5}).value(), 0.5);
  EXPECT_DOUBLE_EQ(roc_auc(Values{0, 1, 1}, Values{0.5, 0.5, 0.9}).value(), 0.75);
}

TEST(Metrics, CalibrationErrorIsTheGapOfEqualBins) {
  EXPECT_DOUBLE_EQ(ece(Values{0, 1}, Values{0.25, 0.75}, 2).value(), 0.25);
  EXPECT_DOUBLE_EQ(ece(Values{0, 1, 0, 1}, Values{0.5, 0.5, 0.5, 0.5}, 15).value(), 0.0);
  EXPECT_NEAR(ece(Values(100, 1.0), Values(100, 0.7)).value(), 0.3, 1e-12);
}

TEST(Metrics, BaselineSaysTheTrainingMean) {
  EXPECT_DOUBLE_EQ(regression_baseline(Values{1, 3}, Values{2, 4}).rmse.value(), std::sqrt(2.0));
  EXPECT_DOUBLE_EQ(classification_baseline(Values{0, 0, 0, 1}, Values{0, 1}).roc_auc.value(), 0.5);
}

struct Scored {
  Values scores;
  Values labels;
};

Scored scored(std::size_t rows, double slope, std::uint64_t seed) {
  Rng rng(seed);
  Scored made;
  for (std::size_t i = 0; i < rows; ++i) {
    made.scores.push_back(rng.normal());
    made.labels.push_back(rng.chance(1 / (1 + std::exp(-slope * made.scores.back() - 0.5))) ? 1 : 0);
  }
  return made;
}

TEST(Calibrator, PlattFindsTheLine) {
  const Scored data = scored(20'000, 2, 1);

  const Calibrator calibrator = Calibrator::fit(CalibrationKind::kPlatt, data.scores, data.labels);

  EXPECT_NEAR(calibrator.slope(), 2, 0.1);
  EXPECT_NEAR(calibrator.intercept(), 0.5, 0.1);
}

TEST(Calibrator, KeepsTheOrderWhateverTheData) {
  for (const double slope : {2.0, 0.0, -3.0}) {
    for (const CalibrationKind kind : {CalibrationKind::kPlatt, CalibrationKind::kIsotonic}) {
      const Scored data = scored(1500, slope, 2);
      const Calibrator calibrator = Calibrator::fit(kind, data.scores, data.labels);
      double last = 0;
      for (double score = -12; score <= 12; score += 0.01) {
        const double prob = calibrator.apply(score);
        EXPECT_GT(prob, last) << to_string(kind) << " slope " << slope << " at " << score;
        EXPECT_LT(prob, 1);
        last = prob;
      }
    }
  }
}

TEST(Calibrator, IsotonicLowersTheCalibrationError) {
  const Scored train = scored(4000, 3, 3);
  const Scored test = scored(4000, 3, 4);
  const auto squashed = [](const Values& scores) {
    Values probs;
    for (const double score : scores) probs.push_back(1 / (1 + std::exp(-score / 2)));
    return probs;
  };
  Values probs = squashed(test.scores);
  const double before = ece(test.labels, probs).value();

  Calibrator::fit(CalibrationKind::kIsotonic, squashed(train.scores), train.labels).apply(probs);

  EXPECT_GT(before, 0.1);
  EXPECT_LT(ece(test.labels, probs).value(), 0.04);
}

TEST(Calibrator, IsChosenByTheNumberOfRows) {
  EXPECT_EQ(choose_calibration(999), CalibrationKind::kPlatt);
  EXPECT_EQ(choose_calibration(1000), CalibrationKind::kIsotonic);
}

TEST(Calibrator, ComesBackFromJsonAndRefusesWhatIsNone) {
  const Scored data = scored(1200, 2, 5);
  for (const CalibrationKind kind :
       {CalibrationKind::kIdentity, CalibrationKind::kPlatt, CalibrationKind::kIsotonic}) {
    const Calibrator calibrator = Calibrator::fit(kind, data.scores, data.labels);
    const Json good = calibrator.to_json();
    const Calibrator back = Calibrator::from_json(good);
    for (const double score : data.scores) EXPECT_EQ(back.apply(score), calibrator.apply(score));
    for (const auto& [name, value] : good.as_object()) {
      Json bad = good;
      bad.as_object().erase(name);
      EXPECT_THROW(Calibrator::from_json(bad), Error) << name;
    }
  }
  EXPECT_THROW(Calibrator::fit(CalibrationKind::kPlatt, Values{1, 2}, Values{1, 1}), Error);
}

std::vector<Time> days(std::initializer_list<int> numbers) {
  std::vector<Time> times;
  for (const int day : numbers) times.push_back(from_epoch_ms(0) + day * kDay);
  return times;
}

TEST(HoldOut, TakesTheLatestRowsAndKeepsAMomentTogether) {
  const std::vector<Time> as_of = days({5, 1, 9, 9, 3, 2, 4, 9, 6, 7});

  const Split split = hold_out({.rows = 10, .as_of = as_of, .group = {}, .labels = {}}, 0.2, 1);

  EXPECT_TRUE(split.by_time);
  EXPECT_EQ(split.test, (std::vector<std::size_t>{2, 3, 7}));
  EXPECT_EQ(split.train.size(), 7U);
}

TEST(HoldOut, KeepsGroupsWhole) {
  const std::vector<Time> as_of = days({1, 2, 3, 4, 5, 6});
  const std::vector<std::uint32_t> group{1, 2, 3, 3, 2, 4};

  const Split split = hold_out({.rows = 6, .as_of = as_of, .group = group, .labels = {}}, 0.3, 1);

  EXPECT_EQ(split.test, (std::vector<std::size_t>{1, 4, 5}));
}

TEST(HoldOut, IsStratifiedAndSeededWhenTimeTellsNothing) {
  Values labels(1000, 0.0);
  std::fill(labels.begin(), labels.begin() + 100, 1.0);
  const std::vector<Time> as_of(1000, from_epoch_ms(5));
  const SplitRows rows{.rows = 1000, .as_of = as_of, .group = {}, .labels = labels};

  const Split split = hold_out(rows, 0.2, 7);

  EXPECT_FALSE(split.by_time);
  EXPECT_EQ(split.test.size(), 200U);
  const Values test = take<double>(labels, split.test);
  EXPECT_EQ(std::count(test.begin(), test.end(), 1.0), 20);
  EXPECT_EQ(split.test, hold_out(rows, 0.2, 7).test);
  EXPECT_NE(split.test, hold_out(rows, 0.2, 8).test);
}

TEST(KFold, PartitionsRowsWithGroupsWholeAndClassesEven) {
  Rng rng(3);
  Values labels;
  std::vector<std::uint32_t> group;
  for (int i = 0; i < 1000; ++i) {
    group.push_back(static_cast<std::uint32_t>(rng.integer(0, 199)));
    labels.push_back(rng.chance(0.2) ? 1 : 0);
  }

  const std::vector<Split> folds = k_fold({.rows = 1000, .as_of = {}, .group = group, .labels = labels}, 5, 1);

  ASSERT_EQ(folds.size(), 5U);
  std::vector<int> tested(1000, 0);
  for (const Split& fold : folds) {
    std::set<std::uint32_t> train_groups;
    for (const std::size_t row : fold.train) train_groups.insert(group[row]);
    double positives = 0;
    for (const std::size_t row : fold.test) {
      ++tested[row];
      positives += labels[row];
      EXPECT_EQ(train_groups.count(group[row]), 0U);
    }
    EXPECT_EQ(fold.train.size() + fold.test.size(), 1000U);
    EXPECT_NEAR(static_cast<double>(fold.test.size()), 200, 25);
    EXPECT_NEAR(positives, 40, 12);
  }
  EXPECT_EQ(std::count(tested.begin(), tested.end(), 1), 1000);
}

TEST(KFold, MakesFewerFoldsWhenThereAreFewerGroups) {
  const std::vector<std::uint32_t> group{1, 1, 2, 2, 3};

  EXPECT_EQ(k_fold({.rows = 5, .as_of = {}, .group = group, .labels = {}}, 5, 1).size(), 3U);
}

}  // namespace
}  // namespace rapport::ml
