// What the trainer and the measurement of the voice activity detector ask of the program's own code.
//
//   voice_activity features   for each recording on standard input, its feature vectors
//   voice_activity spans      for each recording on standard input, its spans of speech
//   voice_activity read FILE  the samples of an audio file
//
// A recording is a 32-bit count and so many floats; an answer is a 32-bit count of rows and the rows: floats, or pairs
// of 32-bit sample indices.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "audio/audio_reader.h"
#include "audio/decoder_process.h"
#include "audio/voice_activity.h"
#include "audio/voice_features.h"
#include "base/file.h"

namespace {

using namespace rapport;

void put(const void* values, std::size_t bytes) {
  std::fwrite(values, 1, bytes, stdout);
}

void put_count(std::size_t count) {
  const auto value = static_cast<std::uint32_t>(count);
  put(&value, sizeof value);
}

void answer_features(const std::vector<float>& samples) {
  audio::VoiceFeatureExtractor extractor;
  std::vector<audio::VoiceFeatureVector> vectors;
  extractor.push(samples, vectors);
  extractor.finish(vectors);
  put_count(vectors.size());
  put(vectors.data(), vectors.size() * sizeof(audio::VoiceFeatureVector));
}

void answer_spans(const std::vector<float>& samples) {
  const std::vector<audio::SpeechSpan> spans = audio::detect_speech(samples);
  put_count(spans.size());
  for (const audio::SpeechSpan& span : spans) {
    put_count(span.begin);
    put_count(span.end);
  }
}

void read_audio(const char* path) {
  const std::string bytes = read_file(path);
  const auto reader = audio::AudioReader::open(std::as_bytes(std::span(bytes)), {});
  std::vector<float> buffer(1 << 16);
  while (const std::size_t count = reader->read(buffer)) put(buffer.data(), count * sizeof(float));
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto status = audio::run_as_decoder(argc, argv)) return *status;
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "read" && argc == 3) {
    read_audio(argv[2]);
    return 0;
  }
  std::uint32_t count = 0;
  while (std::fread(&count, sizeof count, 1, stdin) == 1) {
    std::vector<float> samples(count);
    if (std::fread(samples.data(), sizeof(float), count, stdin) != count) return 1;
    verb == "features" ? answer_features(samples) : answer_spans(samples);
  }
  return 0;
}
