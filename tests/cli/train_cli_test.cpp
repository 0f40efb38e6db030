#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/json.h"
#include "base/rng.h"
#include "support/program.h"
#include "support/temporary_folder.h"

namespace rapport::testing {
namespace {

/// A table in which the target follows from two features, with noise.
std::string lead_table(int rows) {
  Rng rng(5);
  std::string csv = "response_rate,question_count,colour,lead_score\n";
  for (int i = 0; i < rows; ++i) {
    const double rate = rng.uniform();
    const auto questions = rng.integer(0, 9);
    const double score = std::clamp(60 * rate + 4 * static_cast<double>(questions) + rng.normal(0, 3), 0.0, 100.0);
    csv += std::to_string(rate) + "," + (i % 10 == 0 ? "" : std::to_string(questions)) + ",red," + std::to_string(score) + "\n";
  }
  return csv;
}

std::string churn_table(int rows, bool one_class = false) {
  Rng rng(6);
  std::string csv = "days_since_last_purchase,complaint_count,churned\n";
  for (int i = 0; i < rows; ++i) {
    const double days = rng.uniform(0, 200);
    const bool churned = !one_class && rng.chance(1 / (1 + std::exp(-(days - 100) / 20)));
    csv += std::to_string(days) + "," + std::to_string(rng.integer(0, 3)) + "," + (churned ? "1" : "0") + "\n";
  }
  return csv;
}

class TrainCli : public ::testing::Test {
 protected:
  ProgramResult run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--data", folder_ / "data"});
    return run_program(arguments);
  }
  ProgramResult train(const std::string& model, const std::string& csv, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"train", model, "--csv", folder_.write("train.csv", csv), "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  TemporaryFolder folder_;
};

TEST_F(TrainCli, LearnsFromATableAndPredictsAndEvaluates) {
  const ProgramResult trained = train("lead_scoring", lead_table(600));

  ASSERT_EQ(trained.exit_status, 0) << trained.output << trained.errors;
  EXPECT_NE(trained.errors.find("colour"), std::string::npos) << "unknown columns are reported: " << trained.errors;
  const Json outcome = parse_json_or_throw(trained.output).at("models").at("lead_scoring");
  EXPECT_TRUE(outcome.at("success").as_bool());
  EXPECT_GT(outcome.at("metrics").at("val_r2").to_number<double>(), 0.8);

  const std::string table = folder_.write("new.csv", "response_rate,question_count\n0.9,8\n0.1,\n");
  const ProgramResult predicted = run({"predict", "lead_scoring", "--csv", table, "--explain"});
  ASSERT_EQ(predicted.exit_status, 0) << predicted.errors;
  EXPECT_EQ(predicted.output.rfind("row,lead_score,quality_tier,base,contribution_", 0), 0U) << predicted.output;
  EXPECT_EQ(std::count(predicted.output.begin(), predicted.output.end(), '\n'), 3);

  const ProgramResult evaluated = run({"evaluate", "lead_scoring", "--csv", folder_.write("test.csv", lead_table(300)), "--json"});
  ASSERT_EQ(evaluated.exit_status, 0) << evaluated.errors;
  EXPECT_EQ(parse_json_or_throw(evaluated.output).at("rows").to_number<int>(), 300);
}

TEST_F(TrainCli, RefusesTooFewRowsAndSaysHowManyAreNeeded) {
  const ProgramResult result = train("lead_scoring", lead_table(99));

  EXPECT_EQ(result.exit_status, 1);
  const Json error = parse_json_or_throw(result.output).at("models").at("lead_scoring").at("error");
  EXPECT_EQ(error.at("code"), "insufficient_training_data");
  const std::string message(error.at("message").as_string());
  EXPECT_NE(message.find("99"), std::string::npos) << message;
  EXPECT_NE(message.find("100"), std::string::npos) << message;
}

TEST_F(TrainCli, RefusesOneClassAndMissingTargets) {
  const ProgramResult one_class = train("churn_prediction", churn_table(200, true));
  EXPECT_EQ(one_class.exit_status, 1);
  EXPECT_NE(one_class.output.find("single_class"), std::string::npos) << one_class.output;

  const ProgramResult nulls = train("churn_prediction", churn_table(200) + "5,1,\n");
  EXPECT_EQ(nulls.exit_status, 1);
  EXPECT_NE(nulls.output.find("null_target"), std::string::npos) << nulls.output;

  const ProgramResult no_column = train("churn_prediction", "complaint_count\n1\n");
  EXPECT_EQ(no_column.exit_status, 1);
  EXPECT_NE(no_column.output.find("churned"), std::string::npos) << no_column.output;
}

TEST_F(TrainCli, RefusesUnknownHyperparametersAndValuesOutOfRange) {
  const ProgramResult unknown = train("lead_scoring", lead_table(200), {"--set", "n_tress=10"});
  EXPECT_EQ(unknown.exit_status, 2);
  EXPECT_NE(unknown.output.find("n_tress"), std::string::npos) << unknown.output;

  EXPECT_EQ(train("lead_scoring", lead_table(200), {"--set", "max_depth=-1"}).exit_status, 2);
  EXPECT_EQ(train("lead_scoring", lead_table(200), {"--set", "max_depth"}).exit_status, 2);
  EXPECT_EQ(run({"train", "weather"}).exit_status, 2);
}

TEST_F(TrainCli, NamesTheCellThatIsNoNumber) {
  const ProgramResult result = train("lead_scoring", "response_rate,lead_score\n0.5,50\nhigh,60\n");

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_NE(result.output.find("train.csv:3:response_rate"), std::string::npos) << result.output;
}

TEST_F(TrainCli, AnswersWithTheCommandThatMendsAnUntrainedModel) {
  const ProgramResult result = run({"predict", "churn_prediction"});

  EXPECT_EQ(result.exit_status, 1);
  EXPECT_NE(result.errors.find("rapport train churn_prediction"), std::string::npos) << result.errors;
}

TEST_F(TrainCli, VersionsGrowAndRollBack) {
  train("lead_scoring", lead_table(200));
  train("lead_scoring", lead_table(300));

  const ProgramResult listed = run({"models", "list", "--json"});
  const auto versions = parse_json_or_throw(listed.output).at("models").as_array();
  ASSERT_EQ(versions.size(), 2U) << listed.output;
  EXPECT_EQ(versions.at(0).at("aliases").at(0), "champion");

  const ProgramResult back = run({"models", "rollback", "lead_scoring", "--json"});
  ASSERT_EQ(back.exit_status, 0) << back.errors;
  EXPECT_EQ(parse_json_or_throw(back.output).at("version"), versions.at(1).at("version"));
  EXPECT_EQ(run({"models", "rollback", "churn_prediction"}).exit_status, 1);
  EXPECT_EQ(run({"models", "promote", "lead_scoring@1999-01-01.1"}).exit_status, 1);
}

TEST_F(TrainCli, SameSeedGivesTheSameModel) {
  const auto sha = [&] {
    const ProgramResult result = train("churn_prediction", churn_table(400), {"--seed", "9"});
    EXPECT_EQ(result.exit_status, 0) << result.output;
    return std::string(parse_json_or_throw(result.output).at("models").at("churn_prediction").at("metadata").at("sha256").as_string());
  };

  EXPECT_EQ(sha(), sha());
}

}  // namespace
}  // namespace rapport::testing
