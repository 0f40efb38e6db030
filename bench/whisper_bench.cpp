// Whisper of base size with random weights, as the benchmark writes them into a temporary folder: the arithmetic is
// that of the published model. A window is 30 s of noise.
//
// Encode: `ceiling_ratio` is the time over what the same run's GEMM ceilings would take: the convolution and linear
// layers at the precision's, attention's two products (f32 in every precision) at that of f32.
// Decode: 60 tokens greedy behind a window that was heard; steps a second, and the ratio to reading all decoder weights
// at the ceiling of one row.
// Memory: run with --benchmark_filter=Memory/2 alone, in a process of its own.
#include <benchmark/benchmark.h>
#include <omp.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gemm_ceiling.h"
#include "model_folder.h"
#include "nn/models/whisper.h"
#include "weight_writer.h"

namespace {

using namespace rapport;
using bench::resident_mb;
using nn::Precision;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kWidth = 512;
constexpr std::size_t kInner = 2048;
constexpr std::size_t kLayers = 6;
constexpr std::size_t kVocabulary = 51865;
constexpr std::size_t kMels = 80;
constexpr std::size_t kFrames = 3000;
constexpr std::size_t kPositions = 1500;
constexpr std::size_t kTokens = 60;
constexpr int kThreads = 2;

void add_attention(bench::WeightWriter& weights, const std::string& block) {
  for (const char* part : {".q_proj", ".v_proj", ".out_proj"}) weights.linear(block + part, kWidth, kWidth);
  weights.add(block + ".k_proj.weight", {kWidth, kWidth});
  weights.norm(block + "_layer_norm", kWidth);
}

void write_model(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  bench::WeightWriter weights;
  weights.add("model.encoder.conv1.weight", {kWidth, kMels, 3});
  weights.add("model.encoder.conv1.bias", {kWidth});
  weights.add("model.encoder.conv2.weight", {kWidth, kWidth, 3});
  weights.add("model.encoder.conv2.bias", {kWidth});
  weights.add("model.encoder.embed_positions.weight", {kPositions, kWidth});
  weights.add("model.decoder.embed_positions.weight", {448, kWidth});
  weights.add("model.decoder.embed_tokens.weight", {kVocabulary, kWidth});
  for (const char* part : {"encoder", "decoder"}) {
    const std::string stack = std::string("model.") + part;
    weights.norm(stack + ".layer_norm", kWidth);
    for (std::size_t i = 0; i < kLayers; ++i) {
      const std::string layer = stack + ".layers." + std::to_string(i) + ".";
      add_attention(weights, layer + "self_attn");
      if (stack == "model.decoder") add_attention(weights, layer + "encoder_attn");
      weights.linear(layer + "fc1", kWidth, kInner);
      weights.linear(layer + "fc2", kInner, kWidth);
      weights.norm(layer + "final_layer_norm", kWidth);
    }
  }
  weights.write(folder / "model.safetensors");
  std::ofstream(folder / "config.json")
      << R"({"model_type":"whisper","num_mel_bins":80,"max_source_positions":1500,"max_target_positions":448,)"
      << R"("vocab_size":51865,"d_model":512,"encoder_layers":6,"encoder_attention_heads":8,"encoder_ffn_dim":2048,)"
      << R"("decoder_layers":6,"decoder_attention_heads":8,"decoder_ffn_dim":2048})";
}

/// The model's folder, made at first use and gone at the end.
struct Folder : bench::ModelFolder {
  Folder() { write_model(path()); }
};

const std::filesystem::path& folder() {
  static const Folder made;
  return made.path();
}

double ceiling(Precision precision) {
  static double known[3] = {};
  double& rate = known[static_cast<int>(precision)];
  if (rate == 0) rate = bench::gemm_ceiling_gops(precision, kThreads);
  return rate;
}

/// What the encoder would take at the ceilings, in seconds.
double encoder_ceiling_s(Precision precision) {
  constexpr double kGiga = 1e-9;
  const double linear = 2 * kGiga * kPositions * kLayers * (4.0 * kWidth * kWidth + 2.0 * kWidth * kInner);
  const double second = 2 * kGiga * kPositions * 3 * kWidth * kWidth;
  const double first = 2 * kGiga * kFrames * 3 * kMels * kWidth;
  const double attention = 4 * kGiga * kPositions * kPositions * kWidth * kLayers;
  return (linear + second) / ceiling(precision) + (first + attention) / ceiling(Precision::kF32);
}

struct Running {
  nn::Whisper whisper;
  nn::Whisper::State state;
  nn::Matrix mel = bench::random_matrix(kMels, kFrames);
  std::vector<nn::Whisper::Source> sources;
  nn::Matrix logits{1, kVocabulary};

  explicit Running(Precision precision)
      : whisper(nn::Whisper::load(nn::WhisperFiles::find(folder()), precision)), state(whisper) {}

  void listen() {
    const nn::ConstMatrixView view = mel;
    sources = whisper.listen({&view, 1}, state);
  }
  /// Opening of four tokens, then one after another.
  void write() {
    nn::Whisper::Hypothesis text(state.cache);
    std::vector<std::int32_t> next = {50258, 50259, 50359, 50363};
    for (std::size_t i = 0; i < kTokens; ++i) {
      const nn::Whisper::Input input{&text, &sources[0], next};
      const nn::MatrixView hidden = whisper.read({&input, 1}, state);
      whisper.logits(hidden.rows_between(hidden.rows - 1, hidden.rows), logits, state);
      next.assign(
          1, static_cast<std::int32_t>(std::max_element(logits.row(0), logits.row(0) + kVocabulary) - logits.row(0)));
    }
  }
};

template <class Body>
double best_of(benchmark::State& state, Body body) {
  double best = 1e9;
  for (auto _ : state) {
    const auto start = Clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

void Encode(benchmark::State& state) {
  omp_set_num_threads(kThreads);
  const auto precision = static_cast<Precision>(state.range(0));
  Running running(precision);
  const nn::ConstMatrixView view = running.mel;
  running.whisper.encoder().encode({&view, 1}, running.state.encoder);
  const double best = best_of(state, [&] { running.whisper.encoder().encode({&view, 1}, running.state.encoder); });
  state.counters["best_ms"] = best * 1e3;
  state.counters["ceiling_gops"] = ceiling(precision);
  state.counters["f32_ceiling_gops"] = ceiling(Precision::kF32);
  state.counters["ceiling_ratio"] = best / encoder_ceiling_s(precision);
  state.SetLabel(std::string(nn::to_string(precision)));
}

void Decode(benchmark::State& state) {
  omp_set_num_threads(kThreads);
  const auto precision = static_cast<Precision>(state.range(0));
  Running running(precision);
  running.listen();
  running.write();
  const double best = best_of(state, [&] { running.write(); });
  state.counters["best_ms"] = best * 1e3;
  state.counters["steps_per_s"] = kTokens / best;
  state.SetLabel(std::string(nn::to_string(precision)));
}

/// A window from its spectrogram to 60 tokens.
void Window(benchmark::State& state) {
  omp_set_num_threads(kThreads);
  const auto precision = static_cast<Precision>(state.range(0));
  Running running(precision);
  running.listen();
  running.write();
  state.counters["best_ms"] = 1e3 * best_of(state, [&] {
                                running.listen();
                                running.write();
                              });
  state.SetLabel(std::string(nn::to_string(precision)));
}

void Memory(benchmark::State& state) {
  omp_set_num_threads(kThreads);
  folder();
  state.counters["before_mb"] = resident_mb("VmRSS");
  for (auto _ : state) {
    const auto start = Clock::now();
    Running running(static_cast<Precision>(state.range(0)));
    state.counters["load_s"] = std::chrono::duration<double>(Clock::now() - start).count();
    running.listen();
    running.write();
    state.counters["rss_mb"] = resident_mb("VmRSS");
    state.counters["declared_mb"] = static_cast<double>(running.whisper.memory_bytes()) / (1 << 20);
  }
  state.counters["peak_mb"] = resident_mb("VmHWM");
  state.SetLabel(std::string(nn::to_string(static_cast<Precision>(state.range(0)))));
}

}  // namespace

BENCHMARK(Memory)->Arg(2)->Arg(1)->Arg(0)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(Encode)->Arg(2)->Arg(1)->Arg(0)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Decode)->Arg(2)->Arg(1)->Arg(0)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(Window)->Arg(2)->Arg(1)->Arg(0)->UseRealTime()->Unit(benchmark::kMillisecond);
