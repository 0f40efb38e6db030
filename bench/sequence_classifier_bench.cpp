// RoBERTa-base and DistilRoBERTa sizes with random weights, as the benchmark writes them into a temporary folder: the
// arithmetic is that of the published models. `ceiling_ratio` is the time over what the same run's GEMM ceiling would
// take for 24 L D^2 operations a token (all linear layers of all tokens); `work_ratio` counts what is computed (the
// last layer works on one token a text). Memory: run with --benchmark_filter=Memory alone, in a process of its own.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "gemm_ceiling.h"
#include "model_folder.h"
#include "nn/models/sequence_classifier.h"
#include "weight_writer.h"

namespace {

using namespace rapport;
using bench::resident_mb;
using bench::WeightWriter;
using nn::Precision;
using nn::SequenceClassifier;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kWidth = 768;
constexpr std::size_t kInner = 3072;
constexpr std::size_t kVocabulary = 50265;
constexpr std::size_t kPositions = 514;
constexpr int kThreads = 2;

void write_model(const std::filesystem::path& folder, std::size_t layers, std::size_t labels) {
  std::filesystem::create_directories(folder);
  WeightWriter weights;
  const std::string embeddings = "roberta.embeddings.";
  weights.add(embeddings + "word_embeddings.weight", {kVocabulary, kWidth});
  weights.add(embeddings + "position_embeddings.weight", {kPositions, kWidth});
  weights.add(embeddings + "token_type_embeddings.weight", {1, kWidth});
  weights.norm(embeddings + "LayerNorm", kWidth);
  for (std::size_t i = 0; i < layers; ++i) {
    const std::string layer = "roberta.encoder.layer." + std::to_string(i) + ".";
    for (const char* part :
         {"attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"}) {
      weights.linear(layer + part, kWidth, kWidth);
    }
    weights.norm(layer + "attention.output.LayerNorm", kWidth);
    weights.linear(layer + "intermediate.dense", kWidth, kInner);
    weights.linear(layer + "output.dense", kInner, kWidth);
    weights.norm(layer + "output.LayerNorm", kWidth);
  }
  weights.linear("classifier.dense", kWidth, kWidth);
  weights.linear("classifier.out_proj", kWidth, labels);
  weights.write(folder / "model.safetensors");
  std::ofstream(folder / "config.json")
      << R"({"model_type":"roberta","num_attention_heads":12,"hidden_size":768,"intermediate_size":3072,"vocab_size":50265,)"
      << R"("max_position_embeddings":514,"type_vocab_size":1,"layer_norm_eps":1e-5,"num_hidden_layers":)" << layers
      << R"(,"num_labels":)" << labels << "}";
}

/// The two model folders, made at first use and gone at the end.
class Folders {
 public:
  Folders() {
    write_model(root_.path() / "base", 12, 3);
    write_model(root_.path() / "distil", 6, 7);
  }
  std::filesystem::path operator/(const char* name) const { return root_.path() / name; }

 private:
  bench::ModelFolder root_;
};

const Folders& folders() {
  static const Folders made;
  return made;
}

struct Model {
  SequenceClassifier classifier;
  SequenceClassifier::State state;
};

/// Which of the two models a benchmark runs.
enum Which { kBase = 0, kDistil = 1, kBoth = 2 };

std::vector<std::unique_ptr<Model>> load(int which, Precision precision, std::size_t chunk_tokens = 0) {
  std::vector<std::unique_ptr<Model>> models;
  for (const char* name : {"base", "distil"}) {
    if (which != kBoth && (which == kBase) != (std::string(name) == "base")) continue;
    SequenceClassifier::Options options{.precision = precision};
    if (chunk_tokens > 0) options.chunk_tokens = chunk_tokens;
    models.push_back(std::make_unique<Model>(Model{SequenceClassifier::load(folders() / name, options), {}}));
  }
  return models;
}

using Ids = std::vector<std::vector<std::int32_t>>;

Ids random_texts(std::size_t count, std::size_t shortest, std::size_t longest, std::size_t total) {
  Rng rng(7);
  std::vector<std::size_t> sizes(count);
  std::size_t sum = 0;
  for (auto& size : sizes) {
    size =
        static_cast<std::size_t>(rng.integer(static_cast<std::int64_t>(shortest), static_cast<std::int64_t>(longest)));
    sum += size;
  }
  for (std::size_t i = 0; sum != total; i = (i + 1) % count) {
    if (sum < total && sizes[i] < longest) ++sizes[i], ++sum;
    if (sum > total && sizes[i] > shortest) --sizes[i], --sum;
  }
  Ids texts(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t t = 0; t < sizes[i]; ++t)
      texts[i].push_back(static_cast<std::int32_t>(rng.integer(3, kVocabulary - 1)));
  }
  return texts;
}

/// One of the sets of DESIGN section 9.
Ids texts_of(int set) {
  if (set == 0) return random_texts(1, 20, 20, 20);
  if (set == 1) return random_texts(500, 5, 60, 15948);
  return random_texts(500, 10, 10, 5000);
}

void run(std::vector<std::unique_ptr<Model>>& models, const Ids& texts) {
  const std::vector<nn::TokenSequence> sequences(texts.begin(), texts.end());
  for (auto& model : models) {
    nn::Matrix logits(sequences.size(), model->classifier.labels().size());
    model->classifier.logits(sequences, model->state, logits);
    benchmark::DoNotOptimize(logits.data());
  }
}

/// Operations of the linear layers, in 10^9: all of them, and those that are computed.
std::pair<double, double> operations(const std::vector<std::unique_ptr<Model>>& models, const Ids& texts) {
  double tokens = 0;
  for (const auto& text : texts) tokens += static_cast<double>(text.size());
  const auto count = static_cast<double>(texts.size());
  constexpr double kSquare = 2e-9 * kWidth * kWidth;
  double all = 0;
  double done = 0;
  for (const auto& model : models) {
    const auto layers = static_cast<double>(model->classifier.encoder().layers());
    all += kSquare * 12 * layers * tokens;
    done += kSquare * ((12 * (layers - 1) + 3) * tokens + 9 * count);
  }
  return {all, done};
}

double ceiling(Precision precision) {
  static double known[3] = {};
  double& rate = known[static_cast<int>(precision)];
  if (rate == 0) rate = bench::gemm_ceiling_gops(precision, kThreads);
  return rate;
}

const char* const kNames[] = {"base", "distil", "both"};
const char* const kSets[] = {"one text of 20 tokens", "500 texts, 15,948 tokens", "500 texts of 10 tokens"};

/// Arguments: precision, model, set of texts, tokens a chunk (0: as shipped).
void Classify(benchmark::State& state) {
  omp_set_num_threads(kThreads);
  const auto precision = static_cast<Precision>(state.range(0));
  const double rate = ceiling(precision);
  auto models = load(static_cast<int>(state.range(1)), precision, static_cast<std::size_t>(state.range(3)));
  const Ids texts = texts_of(static_cast<int>(state.range(2)));
  run(models, texts);
  double best = 1e9;
  for (auto _ : state) {
    const auto start = Clock::now();
    run(models, texts);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  const auto [all, done] = operations(models, texts);
  state.counters["best_ms"] = best * 1e3;
  state.counters["ceiling_gops"] = rate;
  state.counters["ceiling_ratio"] = best * rate / all;
  state.counters["work_ratio"] = best * rate / done;
  state.SetLabel(std::string(nn::to_string(precision)) + ", " + kNames[state.range(1)] + ", " + kSets[state.range(2)]);
}

/// Both models, loaded one after the other: the time from start to
/// ready. Then the 500 texts, and what the process holds in memory.
void Memory(benchmark::State& state) {
  omp_set_num_threads(kThreads);
  const auto precision = static_cast<Precision>(state.range(0));
  folders();
  const double before = resident_mb("VmRSS");
  double load_s = 1e9;
  for (auto _ : state) {
    const auto start = Clock::now();
    auto models = load(kBoth, precision);
    load_s = std::min(load_s, std::chrono::duration<double>(Clock::now() - start).count());
    state.counters["loaded_mb"] = resident_mb("VmRSS");
    run(models, texts_of(1));
    state.counters["rss_mb"] = resident_mb("VmRSS");
    state.counters["anonymous_mb"] = resident_mb("RssAnon");
    state.counters["declared_mb"] =
        static_cast<double>(models[0]->classifier.memory_bytes() + models[1]->classifier.memory_bytes()) / (1 << 20);
  }
  state.counters["peak_mb"] = resident_mb("VmHWM");
  state.counters["before_mb"] = before;
  state.counters["load_s"] = load_s;
  state.SetLabel(std::string(nn::to_string(precision)));
}

void arguments(benchmark::internal::Benchmark* bench) {
  for (const int set : {0, 1, 2}) {
    for (const int precision : {2, 1, 0}) {
      for (const int which : {kBase, kDistil, kBoth}) bench->Args({precision, which, set, 0});
    }
  }
}

}  // namespace

BENCHMARK(Memory)->Arg(2)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(Memory)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(Memory)->Arg(0)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(Classify)->Apply(arguments)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Classify)
    ->Name("Chunks")
    ->ArgsProduct({{2}, {kBase}, {1}, {64, 128, 256, 512, 1024}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
