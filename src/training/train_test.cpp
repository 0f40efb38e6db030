#include "training/train.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "base/error.h"
#include "ml/logistic_regression.h"
#include "ml/metrics.h"
#include "training/synthetic_tables.h"

namespace rapport::training {
namespace {

namespace json = boost::json;

std::string code_of(const TrainingTable& table, const TrainingOptions& options = {}) {
  try {
    train(table, options);
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "trained";
}

double figure(const Json& object, std::string_view name) { return object.at(name).to_number<double>(); }

std::vector<double> predictions(const scoring::ScoringModel& model, const TrainingTable& table) {
  std::vector<double> out(table.target.size());
  model.predict(table.features, out);
  return out;
}

/// A result per kind, trained once for the tests that only look.
const TrainingResult& trained(ModelKind kind) {
  static const std::array<TrainingResult, 3> results = {
      train(synthetic::table(ModelKind::kLeadScoring, 600, 7), {}),
      train(synthetic::table(ModelKind::kChurnPrediction, 600, 7), {}),
      train(synthetic::table(ModelKind::kEngagementPrediction, 1500, 7), {})};
  return results[static_cast<std::size_t>(kind)];
}

TEST(Train, GivesTheContractsFiguresBesideATrivialBaseline) {
  const Json& leads = trained(ModelKind::kLeadScoring).metrics;
  for (const char* name : {"train_rmse", "train_mae", "train_r2", "val_rmse", "val_mae", "val_r2", "cv_r2"}) {
    EXPECT_TRUE(leads.at(name).is_double()) << name;
  }
  EXPECT_GT(figure(leads, "val_r2"), 0.6);
  EXPECT_LT(figure(leads, "val_rmse"), figure(leads, "baseline_rmse"));
  for (const ModelKind kind : {ModelKind::kChurnPrediction, ModelKind::kEngagementPrediction}) {
    const Json& classes = trained(kind).metrics;
    for (const char* name : {"accuracy", "precision", "recall", "f1", "roc_auc", "pr_auc", "brier", "log_loss", "ece",
                             "train_roc_auc", "cv_roc_auc"}) {
      EXPECT_TRUE(classes.at(name).is_double()) << name;
    }
    EXPECT_GT(figure(classes, "roc_auc"), 0.7);
    EXPECT_LT(figure(classes, "brier"), figure(classes, "baseline_brier"));
  }
}

TEST(Train, IsDeterministicWhateverTheThreads) {
  for (const ModelKind kind : kModelKinds) {
    const TrainingTable table = synthetic::table(kind, 200, 3);
    const TrainingResult one = train(table, {.threads = 1});
    const TrainingResult two = train(table, {.threads = 2});
    EXPECT_EQ(scoring::to_artifact(*one.model, one.card), scoring::to_artifact(*two.model, two.card));
  }
}

TEST(Train, MakesModelsThatComeBackBitForBit) {
  for (const ModelKind kind : kModelKinds) {
    const TrainingResult& result = trained(kind);
    const TrainingTable table = synthetic::table(kind, 300, 99, 0.3);

    const auto loaded = scoring::from_artifact(scoring::to_artifact(*result.model, result.card));

    EXPECT_EQ(predictions(*loaded.model, table), predictions(*result.model, table));
    EXPECT_EQ(to_string(loaded.card), to_string(result.card));
    EXPECT_TRUE(std::equal(loaded.model->importance().begin(), loaded.model->importance().end(),
                           result.model->importance().begin()));
  }
}

TEST(Train, ExplainsEveryPredictionCompletely) {
  for (const ModelKind kind : kModelKinds) {
    const auto& model = *trained(kind).model;
    const TrainingTable table = synthetic::table(kind, 200, 12, 0.3);
    ml::Explanation explanation;
    for (std::size_t i = 0; i < table.target.size(); ++i) {
      const auto row = table.features.row(i);
      model.explain(row, explanation);
      double sum = explanation.base;
      for (const double part : explanation.contributions) {
        ASSERT_FALSE(std::isnan(part));
        sum += part;
      }
      const double predicted = model.predict(row);
      if (kind == ModelKind::kLeadScoring) {
        EXPECT_NEAR(std::clamp(sum, 0.0, 100.0), predicted, 1e-3);
      } else if (kind == ModelKind::kChurnPrediction) {
        EXPECT_NEAR(sum, predicted, 1e-9);
      } else {
        EXPECT_NEAR(sum, std::log(predicted / (1 - predicted)), 1e-9);
      }
    }
  }
}

TEST(Train, SharesImportanceAmongTheFeatures) {
  for (const ModelKind kind : kModelKinds) {
    double sum = 0;
    for (const double share : trained(kind).model->importance()) sum += share;
    EXPECT_NEAR(sum, 1, 1e-6);
    double last = 1;
    for (const auto& member : trained(kind).feature_importance.as_object()) {
      EXPECT_LE(member.value().as_double(), last);
      last = member.value().as_double();
    }
  }
}

TEST(Train, CalibratesProbabilities) {
  for (const ModelKind kind : {ModelKind::kChurnPrediction, ModelKind::kEngagementPrediction}) {
    TrainingOptions options;
    if (kind == ModelKind::kChurnPrediction) options.hyperparameters = json::object{{"n_estimators", 30}, {"max_depth", 6}};
    const TrainingResult result = train(synthetic::table(kind, 5000, 21), options);
    const TrainingTable fresh = synthetic::table(kind, 5000, 22);
    EXPECT_LT(ml::ece(fresh.target, predictions(*result.model, fresh)).value(), 0.05);
    EXPECT_EQ(result.card.at("calibration").as_string(), "isotonic");
  }
}

TEST(Train, BeatsPlainLogisticRegressionWhereFeaturesInteract) {
  const TrainingTable table = synthetic::table(ModelKind::kEngagementPrediction, 3000, 31);
  const TrainingTable fresh = synthetic::table(ModelKind::kEngagementPrediction, 3000, 32);
  const auto plain = ml::fit_logistic_regression(table.features, table.target, {}, {});
  std::vector<double> logits(fresh.target.size());
  plain.predict_logit(fresh.features, logits);

  const auto model = train(table, {}).model;

  const double engineered_auc = ml::roc_auc(fresh.target, predictions(*model, fresh)).value();
  EXPECT_GT(engineered_auc, ml::roc_auc(fresh.target, logits).value() + 0.03);
}

TEST(Train, RefusesTooFewRowsAndSaysHowMany) {
  EXPECT_EQ(code_of(synthetic::table(ModelKind::kLeadScoring, 99, 1)),
            "insufficient_training_data: Training needs at least 100 rows, and there are 99.");
  EXPECT_EQ(code_of(synthetic::table(ModelKind::kLeadScoring, 100, 1)), "trained");
}

TEST(Train, CountsOnlyRowsThatKnowAFeature) {
  TrainingTable table = synthetic::table(ModelKind::kLeadScoring, 120, 1);
  for (std::size_t i = 0; i < 30; ++i) {
    for (double& value : table.features.row(i)) value = std::numeric_limits<double>::quiet_NaN();
  }
  EXPECT_NE(code_of(table).find("there are 90. (30 rows without any feature left out.)"), std::string::npos);
  table.features.values.assign(table.features.values.size(), std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(code_of(table).substr(0, 11), "no_features");
}

TEST(Train, RefusesOneClassAndTooFewOfTheRarer) {
  TrainingTable table = synthetic::table(ModelKind::kChurnPrediction, 150, 1);
  std::fill(table.target.begin(), table.target.end(), 0);
  EXPECT_EQ(code_of(table).substr(0, 12), "single_class");
  table.target[3] = 1;
  EXPECT_NE(code_of(table).find("is 1 in only 1 row of 150; at least 10"), std::string::npos);
}

TEST(Train, RefusesNullAndWrongTargetsAndNamesTheRows) {
  TrainingTable table = synthetic::table(ModelKind::kEngagementPrediction, 150, 1);
  table.target[2] = table.target[16] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(code_of(table).find("engaged is empty in 2 rows of 150: 3, 17."), std::string::npos);
  table.target[2] = table.target[16] = 0.5;
  EXPECT_EQ(code_of(table).substr(0, 14), "invalid_target");
  TrainingTable leads = synthetic::table(ModelKind::kLeadScoring, 150, 1);
  leads.target[0] = 100.5;
  EXPECT_EQ(code_of(leads).substr(0, 14), "invalid_target");
}

TEST(Train, TakesTheContractsHyperparametersAndRefusesOthersByName) {
  const TrainingTable table = synthetic::table(ModelKind::kLeadScoring, 150, 1);
  const json::object given = {{"n_estimators", 20}, {"max_depth", 3}, {"learning_rate", 0.1}};
  const Json used = train(table, {.hyperparameters = given}).card.at("hyperparameters");
  EXPECT_EQ(figure(used, "n_estimators"), 20);
  EXPECT_EQ(figure(used, "max_depth"), 3);
  EXPECT_EQ(code_of(table, {.hyperparameters = json::object{{"trees", 5}}}).substr(0, 23), "invalid_hyperparameters");
}

TEST(LeakGuard, NamesALeakAndTrainsOn) {
  TrainingTable table = synthetic::table(ModelKind::kChurnPrediction, 600, 5);
  for (std::size_t i = 0; i < 600; ++i) {
    synthetic::RowWriter(table.kind, table.features.row(i))["refund_count"] = table.target[i] > 0.5 ? 3 : 0;
  }
  const TrainingResult result = train(table, {});
  const json::array& suspects = result.card.at("leak_suspects").as_array();
  ASSERT_EQ(suspects.size(), 1U);
  EXPECT_EQ(suspects[0].at("feature").as_string(), "refund_count");
  EXPECT_LT(suspects[0].at("model_without_suspects").at("roc_auc").as_double(), 0.95);
}

TEST(LeakGuard, FindsTellingAbsenceAndBentLeaks) {
  TrainingTable table = synthetic::table(ModelKind::kEngagementPrediction, 1000, 5, 0);
  for (std::size_t i = 0; i < 1000; ++i) {
    synthetic::RowWriter row(table.kind, table.features.row(i));
    if (table.target[i] > 0.5) row["timezone_offset"] = std::numeric_limits<double>::quiet_NaN();
    row["message_length"] = table.target[i] > 0.5 ? 100 : (i % 3 == 0 ? 20 : 500);
  }
  const TrainingResult result = train(table, {});
  EXPECT_EQ(result.card.at("leak_suspects").as_array().size(), 2U);
}

TEST(LeakGuard, SparesStrongHonestFeatures) {
  for (const ModelKind kind : kModelKinds) EXPECT_TRUE(trained(kind).card.at("leak_suspects").as_array().empty());
}

TEST(Card, SetsTheLatestRowsAsideAndShowsTheBestPossible) {
  const TrainingTable table = synthetic::table(ModelKind::kChurnPrediction, 300, 7);
  TrainingOptions options;
  options.best_possible = {{"roc_auc", 0.9}};
  const Json card = train(table, options).card;
  EXPECT_NEAR(figure(card.at("split"), "validation_rows"), 60, 1);
  EXPECT_EQ(card.at("split").at("validation_from").as_string(), format_rfc3339(table.as_of[240]));
  EXPECT_DOUBLE_EQ(figure(card.at("best_possible").at("roc_auc"), "share") * 0.9, figure(card.at("metrics"), "roc_auc"));
}

TEST(Card, HasNoFieldThatTheDocumentDoesNotExplain) {
  std::ifstream file(RAPPORT_SOURCE_DIR "/docs/models.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  const Json& card = trained(ModelKind::kChurnPrediction).card;
  for (const json::object* fields : {&card.as_object(), &card.at("split").as_object()}) {
    for (const auto& field : *fields) {
      EXPECT_NE(document.find("`" + std::string(field.key()) + "`"), std::string::npos) << field.key();
    }
  }
}

TEST(Evaluate, MeasuresAModelOnATable) {
  const TrainingTable fresh = synthetic::table(ModelKind::kLeadScoring, 200, 55);
  const Json figures = evaluate(*trained(ModelKind::kLeadScoring).model, fresh);
  EXPECT_EQ(figure(figures, "rows"), 200);
  EXPECT_GT(figure(figures, "r2"), 0.5);
}

TEST(Artifact, RefusesWhateverToArtifactDidNotWrite) {
  for (const ModelKind kind : kModelKinds) {
    const TrainingResult& result = trained(kind);
    const std::string text = scoring::to_artifact(*result.model, json::object{});
    Rng rng(77);
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
      std::string mutated = text;
      const auto place = static_cast<std::size_t>(rng.integer(0, static_cast<std::int64_t>(text.size()) - 1));
      if (round % 3 == 0) mutated.resize(place);
      else if (round % 3 == 1) mutated[place] = static_cast<char>(rng.integer(32, 126));
      else mutated.erase(place, static_cast<std::size_t>(rng.integer(1, 40)));
      try {
        const auto loaded = scoring::from_artifact(mutated);
        // A changed digit may still be a model: then it must be one that answers.
        const TrainingTable table = synthetic::table(kind, 3, 1);
        for (const double value : predictions(*loaded.model, table)) EXPECT_FALSE(std::isnan(value));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), "malformed_model");
        ++refused;
      }
    }
    EXPECT_GT(refused, 100);
  }
}

}  // namespace
}  // namespace rapport::training
