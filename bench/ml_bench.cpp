// The learners and their serving, against XGBoost's own calls on the same model in the same run. The counter
// `xgboost_ratio` is XGBoost's time over ours: above 1, ours is faster.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/thread_pool.h"
#include "ml/gradient_boosting.h"
#include "ml/logistic_regression.h"
#include "ml/random_forest.h"
#include "ml/random_rows.h"
#include "ml/tree_ensemble.h"
#include "ml/xgboost_reference.h"

namespace {

using namespace rapport::ml;
using Seconds = std::chrono::duration<double>;

/// A lead model as the contract trains it: 1,000 rows, 24 features, 100 trees of depth 6.
const std::string& lead_json() {
  static const std::string json =
      trained_json(random_rows(1000, 24, 1),
                   {{"max_depth", "6"}, {"eta", "0.1"}, {"subsample", "0.8"}, {"colsample_bytree", "0.8"}}, 100);
  return json;
}
const TreeEnsemble& lead_model() {
  static const TreeEnsemble model = TreeEnsemble::from_xgboost_json(lead_json(), 24);
  return model;
}

/// A churn forest: 5,000 rows, 32 features, 100 trees of depth 12.
const std::string& churn_json() {
  static const std::string json = [] {
    RandomRows rows = random_rows(5000, 32, 2);
    rows.score = rows.label;
    return trained_json(rows,
                        {{"max_depth", "12"},
                         {"eta", "1"},
                         {"lambda", "0"},
                         {"base_score", "0"},
                         {"subsample", "0.632"},
                         {"colsample_bynode", "0.17"},
                         {"num_parallel_tree", "100"},
                         {"min_child_weight", "2"}},
                        1);
  }();
  return json;
}
const TreeEnsemble& churn_model() {
  static const TreeEnsemble model = TreeEnsemble::from_xgboost_json(churn_json(), 32);
  return model;
}

/// The best of some runs, in seconds: what the ratio compares with.
template <class Body>
double best_seconds(Body body) {
  double best = 1e9;
  for (int run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(best, Seconds(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void compare(benchmark::State& state, double xgboost_seconds, double our_seconds) {
  state.counters["xgboost_s"] = xgboost_seconds;
  state.counters["xgboost_ratio"] = xgboost_seconds / our_seconds;
}

std::vector<float> floats_of(const Matrix& x) {
  return {x.values.begin(), x.values.end()};
}

void PredictOneLead(benchmark::State& state) {
  const RandomRows rows = random_rows(512, 24, 3);
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(lead_model().predict(rows.x.row(i++ % 512)));

  XgboostReference reference(lead_json());
  const std::vector<float> values = floats_of(rows.x);
  const double theirs = best_seconds([&] {
    for (std::size_t row = 0; row < 512; ++row) {
      const std::vector<float> one(values.begin() + static_cast<std::ptrdiff_t>(24 * row),
                                   values.begin() + static_cast<std::ptrdiff_t>(24 * (row + 1)));
      benchmark::DoNotOptimize(reference.predict_in_place(one, 1, 24));
    }
  });
  const double ours = best_seconds([&] {
    for (std::size_t row = 0; row < 512; ++row) benchmark::DoNotOptimize(lead_model().predict(rows.x.row(row)));
  });
  compare(state, theirs / 512, ours / 512);
}
BENCHMARK(PredictOneLead)->Unit(benchmark::kMicrosecond);

void predict_many(benchmark::State& state, const TreeEnsemble& model, const std::string& json, std::size_t rows) {
  const RandomRows data = random_rows(rows, model.features(), 4);
  const auto threads = static_cast<std::size_t>(state.range(0));
  std::vector<double> out(rows);
  for (auto _ : state) {
    model.predict(data.x, out, threads);
    benchmark::ClobberMemory();
  }
  XgboostReference reference(json, static_cast<int>(threads));
  const std::vector<float> values = floats_of(data.x);
  const double theirs =
      best_seconds([&] { benchmark::DoNotOptimize(reference.predict_in_place(values, rows, model.features())); });
  const double with_copy = best_seconds([&] { benchmark::DoNotOptimize(reference.predict(data.x)); });
  const double ours = best_seconds([&] { model.predict(data.x, out, threads); });
  compare(state, theirs, ours);
  state.counters["xgboost_dmatrix_ratio"] = with_copy / ours;
}
void PredictLeads10000(benchmark::State& state) {
  predict_many(state, lead_model(), lead_json(), 10'000);
}
BENCHMARK(PredictLeads10000)->Unit(benchmark::kMillisecond)->Arg(1)->Arg(2)->UseRealTime();
void PredictCustomers5000(benchmark::State& state) {
  predict_many(state, churn_model(), churn_json(), 5'000);
}
BENCHMARK(PredictCustomers5000)->Unit(benchmark::kMillisecond)->Arg(1)->Arg(2)->UseRealTime();

void explain_one(benchmark::State& state, const TreeEnsemble& model, const std::string& json) {
  const RandomRows rows = random_rows(64, model.features(), 5);
  Explanation explanation;
  std::size_t i = 0;
  for (auto _ : state) {
    model.explain(rows.x.row(i++ % 64), explanation);
    benchmark::DoNotOptimize(explanation.contributions.data());
  }
  XgboostReference reference(json);
  const double theirs = best_seconds([&] { benchmark::DoNotOptimize(reference.contributions(rows.x)); });
  const double ours = best_seconds([&] {
    for (std::size_t row = 0; row < 64; ++row) model.explain(rows.x.row(row), explanation);
  });
  compare(state, theirs / 64, ours / 64);
}
void ExplainOneLead(benchmark::State& state) {
  explain_one(state, lead_model(), lead_json());
}
BENCHMARK(ExplainOneLead)->Unit(benchmark::kMicrosecond);
void ExplainOneCustomer(benchmark::State& state) {
  explain_one(state, churn_model(), churn_json());
}
BENCHMARK(ExplainOneCustomer)->Unit(benchmark::kMicrosecond);

void FitLeadModel(benchmark::State& state) {
  const RandomRows rows = random_rows(static_cast<std::size_t>(state.range(0)), 24, 6);
  const FitOptions options{.seed = 1, .threads = static_cast<std::size_t>(state.range(1))};
  for (auto _ : state) benchmark::DoNotOptimize(fit_gradient_boosting(rows.x, rows.score, {}, {}, options).trees());
}
BENCHMARK(FitLeadModel)
    ->Unit(benchmark::kMillisecond)
    ->Args({1000, 1})
    ->Args({1000, 2})
    ->Args({50'000, 1})
    ->Args({50'000, 2})
    ->UseRealTime();

void FitChurnModel(benchmark::State& state) {
  const RandomRows rows = random_rows(static_cast<std::size_t>(state.range(0)), 32, 7);
  const FitOptions options{.seed = 1, .threads = static_cast<std::size_t>(state.range(1))};
  for (auto _ : state) benchmark::DoNotOptimize(fit_random_forest(rows.x, rows.label, {}, {}, options).trees());
}
BENCHMARK(FitChurnModel)
    ->Unit(benchmark::kMillisecond)
    ->Args({1000, 1})
    ->Args({1000, 2})
    ->Args({50'000, 1})
    ->Args({50'000, 2})
    ->UseRealTime();

void FitEngagementModel(benchmark::State& state) {
  const RandomRows rows = random_rows(static_cast<std::size_t>(state.range(0)), 40, 8);
  for (auto _ : state) {
    benchmark::DoNotOptimize(fit_logistic_regression(rows.x, rows.label, {}, {}).intercept());
  }
}
BENCHMARK(FitEngagementModel)->Unit(benchmark::kMillisecond)->Arg(1000)->Arg(50'000);

void LoadChurnModel(benchmark::State& state) {
  const std::string text = rapport::to_string(churn_model().to_json());
  for (auto _ : state) {
    benchmark::DoNotOptimize(TreeEnsemble::from_json(rapport::parse_json_or_throw(text)).trees());
  }
  state.counters["bytes"] = static_cast<double>(text.size());
}
BENCHMARK(LoadChurnModel)->Unit(benchmark::kMillisecond);

}  // namespace
