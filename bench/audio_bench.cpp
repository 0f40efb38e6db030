// The log-mel spectrogram of a window, voice activity as a multiple of real time, and what it costs to open and read a
// file.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "audio/audio_reader.h"
#include "audio/decoder_process.h"
#include "audio/log_mel.h"
#include "audio/test_wav.h"
#include "audio/voice_activity.h"
#include "base/rng.h"

namespace {

using namespace rapport;
using namespace rapport::audio;

std::vector<float> half_a_minute() {
  Rng rng(1);
  std::vector<float> samples = test::tone(std::size_t{30} * kSampleRateHz);
  for (float& sample : samples) sample += static_cast<float>(rng.normal(0, 0.02));
  return samples;
}

void BM_LogMelOf30s(benchmark::State& state) {
  const std::vector<float> samples = half_a_minute();
  for (auto _ : state) {
    benchmark::DoNotOptimize(log_mel(samples, static_cast<std::size_t>(state.range(0)), 3000));
  }
}
BENCHMARK(BM_LogMelOf30s)->Arg(80)->Arg(128)->Unit(benchmark::kMillisecond);

void BM_VoiceActivity(benchmark::State& state) {
  const std::vector<float> samples = half_a_minute();
  for (auto _ : state) benchmark::DoNotOptimize(detect_speech(samples));
  state.counters["x_realtime"] =
      benchmark::Counter(30.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_VoiceActivity)->Unit(benchmark::kMillisecond);

/// The argument: seconds of 16 kHz WAV.
void BM_OpenAndRead(benchmark::State& state) {
  const std::string file =
      test::wav({}, test::as_pcm16(test::tone(static_cast<std::size_t>(state.range(0)) * kSampleRateHz)));
  std::vector<float> buffer(kSampleRateHz);
  for (auto _ : state) {
    const auto reader = AudioReader::open(std::as_bytes(std::span(file)), {});
    while (reader->read(buffer) > 0) {
    }
  }
}
BENCHMARK(BM_OpenAndRead)->Arg(1)->Arg(30)->Arg(600)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  if (const auto status = run_as_decoder(argc, argv)) return *status;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
