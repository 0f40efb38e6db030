// The models that ship inside the program: texts per second on one and two threads, and what they cost in memory.

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "builtin/builtin_models.h"

namespace {

using rapport::ml::NgramClassifier;

/// 500 messages of 5 to 60 words as customers write them.
const std::vector<std::string>& messages() {
  static const std::vector<std::string> texts = [] {
    constexpr std::array<const char*, 10> kParts = {
        "Thank you so much, the delivery was quick 😊",
        "my order is late again and nobody answers, very disappointed!!",
        "¿cuándo llega mi pedido? ya pagué ayer",
        "bhai ye product bilkul accha nahi hai, paisa wapas karo",
        "Can you tell me the price of the blue one, please?",
        "não gostei do atendimento, mas o produto é bom",
        "मुझे यह बहुत पसंद आया 👍",
        "ok see you tomorrow at 10:30, https://example.com/a",
        "it's not bad but I expected more from @yourshop",
        "الخدمة ممتازة شكرا",
    };
    std::vector<std::string> made;
    for (std::size_t i = 0; i < 500; ++i) {
      std::string text;
      for (std::size_t part = 0; part <= i % 5; ++part)
        text += std::string(kParts[(i * 7 + part * 3) % kParts.size()]) + " ";
      made.push_back(std::move(text));
    }
    return made;
  }();
  return texts;
}

void run(benchmark::State& state, std::initializer_list<const NgramClassifier*> models) {
  std::array<float, 8> probs{};
  std::size_t bytes = 0;
  for (auto _ : state) {
    for (const std::string& text : messages()) {
      for (const NgramClassifier* model : models) {
        model->probabilities(text, {probs.data(), model->labels().size()});
        benchmark::DoNotOptimize(probs);
      }
      bytes += text.size();
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * messages().size()));
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  std::size_t model_bytes = 0;
  for (const NgramClassifier* model : models) model_bytes += model->size_bytes();
  state.counters["model_MB"] =
      benchmark::Counter(static_cast<double>(model_bytes) / 1e6, benchmark::Counter::kAvgThreads);
}

void BM_Sentiment(benchmark::State& state) {
  run(state, {&rapport::builtin::sentiment_model()});
}
BENCHMARK(BM_Sentiment)->Threads(1)->Threads(2)->UseRealTime();

void BM_SentimentAndEmotion(benchmark::State& state) {
  run(state, {&rapport::builtin::sentiment_model(), &rapport::builtin::emotion_model()});
}
BENCHMARK(BM_SentimentAndEmotion)->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
