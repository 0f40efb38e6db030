// What scoring and training cost in process: the rows of DESIGN section 9 on leads, churn, send hours and training.
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "scoring/predictions.h"
#include "training/synthetic_tables.h"
#include "training/train.h"

namespace {

using namespace rapport;

constexpr std::size_t kTrainingRows = 1000;

training::TrainingTable training_table(ModelKind kind) {
  return training::synthetic::table(kind, kTrainingRows, 7);
}

/// The model of a kind, trained once.
const scoring::ScoringModel& model(ModelKind kind) {
  static std::map<ModelKind, std::shared_ptr<const scoring::ScoringModel>> models;
  auto& slot = models[kind];
  if (!slot) slot = training::train(training_table(kind), {}).model;
  return *slot;
}

ml::Matrix rows(ModelKind kind, std::size_t count) {
  return training::synthetic::table(kind, count, 8).features;
}

void one_lead_explained(benchmark::State& state) {
  const auto& leads = model(ModelKind::kLeadScoring);
  const ml::Matrix some = rows(ModelKind::kLeadScoring, 256);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(scoring::score_lead(leads, some.row(i++ % some.rows)));
}
BENCHMARK(one_lead_explained)->Unit(benchmark::kMicrosecond);

void one_customer_explained(benchmark::State& state) {
  const auto& churn = model(ModelKind::kChurnPrediction);
  const ml::Matrix some = rows(ModelKind::kChurnPrediction, 256);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(scoring::predict_churn(churn, some.row(i++ % some.rows)));
}
BENCHMARK(one_customer_explained)->Unit(benchmark::kMicrosecond);

void one_message_explained(benchmark::State& state) {
  const auto& engagement = model(ModelKind::kEngagementPrediction);
  const ml::Matrix some = rows(ModelKind::kEngagementPrediction, 256);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(scoring::predict_engagement(engagement, some.row(i++ % some.rows)));
}
BENCHMARK(one_message_explained)->Unit(benchmark::kMicrosecond);

void leads_10000(benchmark::State& state) {
  const auto& leads = model(ModelKind::kLeadScoring);
  const ml::Matrix many = rows(ModelKind::kLeadScoring, 10'000);
  const scoring::BatchOptions options{.explain = state.range(0) != 0};
  for (auto _ : state) benchmark::DoNotOptimize(scoring::score_leads(leads, many, options));
}
BENCHMARK(leads_10000)->ArgName("explain")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

void customers_5000(benchmark::State& state) {
  const auto& churn = model(ModelKind::kChurnPrediction);
  const ml::Matrix many = rows(ModelKind::kChurnPrediction, 5'000);
  const scoring::BatchOptions options{.explain = state.range(0) != 0};
  for (auto _ : state) benchmark::DoNotOptimize(scoring::predict_churn_batch(churn, many, options));
}
BENCHMARK(customers_5000)->ArgName("explain")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();

void send_hours_24(benchmark::State& state) {
  const auto& engagement = model(ModelKind::kEngagementPrediction);
  const ml::Matrix some = rows(ModelKind::kEngagementPrediction, 16);
  std::vector<int> hours(24);
  std::iota(hours.begin(), hours.end(), 0);
  for (auto _ : state) benchmark::DoNotOptimize(scoring::optimal_send_time(engagement, {some.row(0), hours}));
}
BENCHMARK(send_hours_24)->Unit(benchmark::kMicrosecond);

void train_1000_rows(benchmark::State& state) {
  const auto kind = static_cast<ModelKind>(state.range(0));
  const training::TrainingTable table = training_table(kind);
  for (auto _ : state) benchmark::DoNotOptimize(training::train(table, {}));
  state.SetLabel(std::string(to_string(kind)));
}
BENCHMARK(train_1000_rows)->DenseRange(0, 2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
