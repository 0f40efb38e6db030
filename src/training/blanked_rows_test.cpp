#include "training/blanked_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/rng.h"
#include "training/train.h"

namespace rapport::training {
namespace {

/// Leads whose score follows from the response rate alone; no value is ever missing.
TrainingTable complete_leads(std::size_t rows) {
  Rng rng(3);
  TrainingTable table;
  table.features.cols = features::feature_set(ModelKind::kLeadScoring).size();
  const std::size_t rate = features::feature_index(ModelKind::kLeadScoring, "response_rate").value();
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<double> row(table.features.cols);
    for (double& value : row) value = rng.uniform();
    table.features.push_row(row);
    table.target.push_back(20 + 60 * row[rate]);
  }
  return table;
}

TEST(BlankedRows, KeepEveryRowAndAddItsBlankedCopyBehind) {
  const TrainingTable table = complete_leads(200);

  const BlankedRows blanked({table.features, table.target}, 1);

  ASSERT_EQ(blanked.x.rows, 400U);
  std::size_t missing = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    for (std::size_t j = 0; j < blanked.x.cols; ++j) {
      EXPECT_EQ(blanked.x.at(i, j), table.features.at(i, j));
      const double copy = blanked.x.at(200 + i, j);
      missing += std::isnan(copy) ? 1 : 0;
      EXPECT_TRUE(std::isnan(copy) || copy == table.features.at(i, j));
    }
    EXPECT_LT(blanked.weights[200 + i], blanked.weights[i]);
  }
  EXPECT_NEAR(static_cast<double>(missing) / (200.0 * static_cast<double>(blanked.x.cols)), 0.5, 0.1);
}

TEST(BlankedRows, LetAModelOfCompleteRowsJudgeAnEmptyRowAsAnAverageOne) {
  const TrainingTable table = complete_leads(800);
  const double mean = std::accumulate(table.target.begin(), table.target.end(), 0.0) / 800;
  std::vector<double> row(table.features.cols, std::numeric_limits<double>::quiet_NaN());

  const TrainingResult result = train(table, {});

  const std::size_t rate = features::feature_index(ModelKind::kLeadScoring, "response_rate").value();
  EXPECT_NEAR(result.model->predict(row), mean, 6);
  row[rate] = 0.05;
  EXPECT_LT(result.model->predict(row), 35);
  row[rate] = 0.95;
  EXPECT_GT(result.model->predict(row), 65);
}

}  // namespace
}  // namespace rapport::training
