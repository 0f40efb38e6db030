// What sharing batches is worth: many callers with one text each, against one caller with all of them. The model is a
// stand-in that takes a fixed time for a batch and a time for each token, as an encoder does (RoBERTa-base in int8 on
// two cores: about 5 ms and 0.2 ms), by sleeping: so that the callers' own work, the batcher and the threads that wake
// up are what is measured. "of_ceiling" is the share of the rate that one endless batch would have.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "inference/dynamic_batcher.h"

namespace rapport::inference {
namespace {

constexpr std::chrono::microseconds kPerBatch{5000};
constexpr std::chrono::microseconds kPerToken{200};
constexpr std::size_t kTokens = 32;
constexpr std::size_t kTexts = 512;

class SleepingModel : public BatchModel {
 public:
  std::size_t outputs() const override { return 3; }
  void run(std::span<const std::span<const nn::TokenId>> sequences, nn::MatrixView out) override {
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      tokens += sequences[i].size();
      for (std::size_t j = 0; j < outputs(); ++j) out.row(i)[j] = static_cast<float>(j);
    }
    std::this_thread::sleep_for(kPerBatch + tokens * kPerToken);
  }
};

void report(benchmark::State& state) {
  const double texts = static_cast<double>(state.iterations()) * kTexts;
  state.SetItemsProcessed(static_cast<std::int64_t>(texts));
  const double ceiling_s = std::chrono::duration<double>(kPerToken).count() * kTokens * texts;
  state.counters["of_ceiling"] = benchmark::Counter(ceiling_s, benchmark::Counter::kIsRate);
}

void BM_OneCallOfAllTexts(benchmark::State& state) {
  Metrics metrics;
  DynamicBatcher batcher({}, metrics);
  const auto lane = batcher.add("m", std::make_unique<SleepingModel>());
  for (auto _ : state) lane.submit(std::vector<Sequence>(kTexts, Sequence(kTokens, 1))).get();
  report(state);
}
BENCHMARK(BM_OneCallOfAllTexts)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_CallersOfOneTextEach(benchmark::State& state) {
  Metrics metrics;
  DynamicBatcher batcher({}, metrics);
  const auto lane = batcher.add("m", std::make_unique<SleepingModel>());
  for (auto _ : state) {
    std::atomic<std::size_t> asked{0};
    std::vector<std::thread> callers;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      callers.emplace_back([&] {
        while (asked++ < kTexts) lane.submit({Sequence(kTokens, 1)}).get();
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  report(state);
}
BENCHMARK(BM_CallersOfOneTextEach)->Arg(1)->Arg(8)->Arg(64)->Arg(256)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rapport::inference
