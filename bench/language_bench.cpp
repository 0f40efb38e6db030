// Language identification: chat messages and single words a second, on one thread and on two.
#include <benchmark/benchmark.h>

#include <string_view>

#include "language/identify.h"

namespace {

using rapport::language::identify;

constexpr std::string_view kMessages[] = {
    "Hi, when will my order arrive? I've been waiting since Monday",
    "Hola, ¿cuándo llega mi pedido? Lo necesito para mañana",
    "Olá, vocês ainda têm esse vestido no tamanho M?",
    "bhai mera order kab aayega, bahut time ho gaya hai",
    "Здравствуйте, когда придёт мой заказ?",
    "नमस्ते, मेरा ऑर्डर कब आएगा?",
    "مرحبا، متى سيصل طلبي؟",
    "Halo kak, barangnya masih ada? Bisa kirim hari ini?",
};

constexpr std::string_view kWords[] = {"gracias", "thanks", "obrigado", "Bestellung",
                                       "спасибо", "merci",  "nahi",     "paket"};

template <std::size_t N>
void run(benchmark::State& state, const std::string_view (&texts)[N]) {
  (void)identify(texts[0]);  // the model is read at first use
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(identify(texts[i]));
    i = (i + 1) % N;
  }
  state.SetItemsProcessed(state.iterations());
}

void identify_message(benchmark::State& state) {
  run(state, kMessages);
}
void identify_word(benchmark::State& state) {
  run(state, kWords);
}

BENCHMARK(identify_message)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK(identify_word)->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
