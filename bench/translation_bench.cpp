// A Marian-base-size model with random weights: 6 + 6 layers, 512 wide, 2,048 inside, 58,101 tokens. Random weights
// never end a sentence, so that answers are as long as their texts: 20 tokens are about 15 words. `ceiling_ratio` is
// the time over the larger of two floors of the same run: the decoder's and the projection's operations at the
// machine's GEMM ceiling, and their weights, read once a step, at the machine's memory bandwidth; `memory_bound` says
// which of the two.
#include <benchmark/benchmark.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gemm_ceiling.h"
#include "inference/translation_batch.h"
#include "model_folder.h"
#include "nn/models/translation_model.h"
#include "weight_writer.h"

namespace {

using namespace rapport;
using nn::Precision;

constexpr std::size_t kWidth = 512;
constexpr std::size_t kInner = 2048;
constexpr std::size_t kLayers = 6;
constexpr std::size_t kVocabulary = 58101;
constexpr int kThreads = 2;
constexpr std::int32_t kEos = 0;
constexpr std::int32_t kPad = kVocabulary - 1;

void write_layer(bench::WeightWriter& weights, const std::string& layer, bool decoder) {
  for (const char* block : {"self_attn", "encoder_attn"}) {
    if (!decoder && std::string(block) == "encoder_attn") continue;
    for (const char* part : {".q_proj", ".k_proj", ".v_proj", ".out_proj"}) {
      weights.linear(layer + block + part, kWidth, kWidth);
    }
    weights.norm(layer + block + "_layer_norm", kWidth);
  }
  weights.linear(layer + "fc1", kWidth, kInner);
  weights.linear(layer + "fc2", kInner, kWidth);
  weights.norm(layer + "final_layer_norm", kWidth);
}

/// The model's folder, made at first use and gone at the end.
struct Folder : bench::ModelFolder {
  Folder() {
    bench::WeightWriter weights;
    weights.add("model.shared.weight", {kVocabulary, kWidth});
    weights.add("final_logits_bias", {1, kVocabulary});
    for (std::size_t i = 0; i < kLayers; ++i) {
      write_layer(weights, "model.encoder.layers." + std::to_string(i) + ".", false);
      write_layer(weights, "model.decoder.layers." + std::to_string(i) + ".", true);
    }
    weights.write(path() / "model.safetensors");
    std::ofstream(path() / "config.json")
        << R"({"model_type":"marian","d_model":512,"encoder_layers":6,"decoder_layers":6,"encoder_attention_heads":8,)"
        << R"("decoder_attention_heads":8,"encoder_ffn_dim":2048,"decoder_ffn_dim":2048,"activation_function":"swish",)"
        << R"("vocab_size":58101,"max_position_embeddings":512,"scale_embedding":true})";
  }
};

const nn::TranslationModel& model_in(Precision precision) {
  static const Folder folder;
  static std::vector<std::pair<Precision, std::unique_ptr<nn::TranslationModel>>> models;
  for (const auto& [known, model] : models) {
    if (known == precision) return *model;
  }
  models.clear();
  models.emplace_back(precision, std::make_unique<nn::TranslationModel>(folder.path(), precision));
  return *models.back().second;
}

std::vector<std::vector<std::int32_t>> texts_of(std::size_t count) {
  Rng rng(7);
  std::vector<std::vector<std::int32_t>> texts(count);
  for (auto& text : texts) {
    const auto size = count == 1 ? 20 : rng.integer(8, 32);
    for (std::int64_t t = 0; t + 1 < size; ++t)
      text.push_back(static_cast<std::int32_t>(rng.integer(2, kVocabulary - 2)));
    text.push_back(kEos);
  }
  return texts;
}

/// Translates the texts, each to as many tokens; the rows of all steps together, and the steps.
struct Work {
  double rows = 0;
  double steps = 0;
};
Work translate(const nn::TranslationModel& model, const std::vector<std::vector<std::int32_t>>& texts,
               std::size_t beams) {
  constexpr std::size_t kMostRows = 256;
  inference::TranslationBatch batch(model);
  Work work;
  std::size_t next = 0;
  while (next < texts.size() || batch.sentences() > 0) {
    std::vector<inference::TranslationBatch::Sentence> joining;
    while (next < texts.size() && batch.rows() + (joining.size() + 1) * beams <= kMostRows) {
      nn::SearchRules rules;
      rules.beams = beams;
      rules.start = kPad;
      rules.eos = kEos;
      rules.forced_eos = kEos;
      rules.max_length = texts[next].size() + 1;
      rules.bad_words = {{kPad}, {1}};
      joining.push_back({next, texts[next], std::move(rules)});
      ++next;
    }
    batch.add(joining);
    work.rows += static_cast<double>(batch.rows());
    work.steps += 1;
    benchmark::DoNotOptimize(batch.step());
  }
  return work;
}

/// 10^9 bytes a second that all threads together read from memory.
double memory_gbs() {
  constexpr std::size_t kCount = 32 << 20;
  static const nn::Matrix values = bench::random_matrix(1024, kCount / 1024);
  float sum = 0;
  const double seconds = bench::best_seconds(6, [&] {
#pragma omp parallel for simd reduction(+ : sum) schedule(static)
    for (std::size_t i = 0; i < kCount; ++i) sum += values.data()[i];
  });
  benchmark::DoNotOptimize(sum);
  return static_cast<double>(kCount) * sizeof(float) / seconds * 1e-9;
}

double bytes_of(Precision precision) {
  return precision == Precision::kF32 ? 4 : precision == Precision::kBf16 ? 2 : 1;
}

/// {precision, sentences, beams}
void BM_Translate(benchmark::State& state) {
  omp_set_num_threads(kThreads);
  const auto precision = static_cast<Precision>(state.range(0));
  const auto texts = texts_of(static_cast<std::size_t>(state.range(1)));
  const auto beams = static_cast<std::size_t>(state.range(2));
  const nn::TranslationModel& model = model_in(precision);
  Work work = translate(model, {texts.begin(), texts.begin() + 1}, beams);  // warm
  double best = 1e9;
  for (auto _ : state) best = std::min(best, bench::best_seconds(1, [&] { work = translate(model, texts, beams); }));

  constexpr double kDecoder = kLayers * (6.0 * kWidth * kWidth + 2.0 * kWidth * kInner) + 1.0 * kWidth * kVocabulary;
  constexpr double kEncoder = kLayers * (4.0 * kWidth * kWidth + 2.0 * kWidth * kInner + 2.0 * kWidth * kWidth);
  double read = 0;
  for (const auto& text : texts) read += static_cast<double>(text.size());
  const double gemm = 2e-9 * (kDecoder * work.rows + kEncoder * read) / bench::gemm_ceiling_gops(precision, kThreads);
  const double memory = 1e-9 * kDecoder * bytes_of(precision) * work.steps / memory_gbs();
  state.counters["best_ms"] = best * 1e3;
  state.counters["ceiling_ratio"] = best / std::max(gemm, memory);
  state.counters["gemm_floor_ms"] = gemm * 1e3;
  state.counters["memory_floor_ms"] = memory * 1e3;
  state.counters["memory_bound"] = memory > gemm ? 1 : 0;
  state.counters["model_MiB"] = static_cast<double>(model.memory_bytes()) / (1 << 20);
}
BENCHMARK(BM_Translate)
    ->ArgNames({"precision", "sentences", "beams"})
    ->ArgsProduct({{0, 1, 2}, {1}, {1, 4}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(BM_Translate)
    ->ArgNames({"precision", "sentences", "beams"})
    ->ArgsProduct({{1, 2}, {100}, {4}})
    ->Args({2, 100, 1})
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
