// From the bytes of a recording to its words, through everything: the confined decoder, voice activity, packing, the
// spectrogram, Whisper. The model is our own and small (tests/data/micro-whisper/card.md); the voices are others than
// those that it learned from.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/rng.h"
#include "voice/queued_transcriber.h"
#include "voice/recording_for_tests.h"

namespace rapport::voice {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(RAPPORT_SOURCE_DIR) / "tests/data/micro-whisper";

/// The micro model, loaded once in each precision.
const Transcriber& micro(nn::Precision precision = nn::Precision::kF32) {
  static Metrics metrics;
  static std::map<nn::Precision, std::unique_ptr<Transcriber>> loaded;
  auto& transcriber = loaded[precision];
  if (!transcriber) transcriber = load_transcriber("micro", kFolder, precision, {}, metrics);
  return *transcriber;
}

Transcript transcribe(const std::string& clip, const TranscribeOptions& options = {},
                      nn::Precision precision = nn::Precision::kF32) {
  const std::string bytes = read_file(kFolder / "clips" / clip);
  const auto audio = audio::AudioReader::open(std::as_bytes(std::span(bytes)), {});
  return micro(precision).transcribe(*audio, options);
}

struct Said {
  std::string clip;
  std::string text;
  std::string language;
};

const std::vector<Said>& all_clips() {
  static const std::vector<Said> clips = {
      {"where_is_my_order.wav", "Where is my order?", "en"},
      {"money_back.ogg", "I want my money back.", "en"},
      {"blue_jacket.ogg", "How much does the blue jacket cost?", "en"},
      {"donde_esta_mi_pedido.ogg", "¿Dónde está mi pedido?", "es"},
      {"el_paquete.wav", "El paquete llegó roto.", "es"},
      {"muito_obrigado.ogg", "Muito obrigado pela sua ajuda.", "pt"},
  };
  return clips;
}

class MicroModel : public testing::TestWithParam<nn::Precision> {};

TEST_P(MicroModel, WritesTheWordsOfARecordingAndItsLanguage) {
  for (const Said& said : all_clips()) {
    const Transcript transcript = transcribe(said.clip, {}, GetParam());

    EXPECT_EQ(transcript.text, said.text);
    EXPECT_EQ(transcript.language, said.language) << said.clip;
    EXPECT_GT(transcript.confidence.value_or(0), 0.7) << said.clip;
  }
}

INSTANTIATE_TEST_SUITE_P(InEveryPrecision, MicroModel,
                         testing::Values(nn::Precision::kF32, nn::Precision::kBf16, nn::Precision::kInt8),
                         [](const auto& instance) { return std::string(nn::to_string(instance.param)); });

TEST(MicroModelTask, TranslatesToEnglish) {
  TranscribeOptions options;
  options.task = Task::kTranslateToEnglish;

  EXPECT_EQ(transcribe("donde_esta_mi_pedido.ogg", options).text, "Where is my order?");
  EXPECT_EQ(transcribe("el_paquete.wav", options).text, "The package arrived broken.");
}

TEST(MicroModelTask, DetectsTheLanguageAmongTheAllowed) {
  TranscribeOptions options;
  options.allowed_languages = {"pt", "en"};
  const std::string bytes = read_file(kFolder / "clips/muito_obrigado.ogg");
  const auto audio = audio::AudioReader::open(std::as_bytes(std::span(bytes)), {});

  const DetectedLanguage detected = micro().detect_language(*audio, options);

  EXPECT_EQ(detected.language, "pt");
  EXPECT_EQ(detected.all.size(), 2U);
  EXPECT_GT(detected.prob, 0.5);
}

TEST(MicroModelTask, WritesNothingOfNoise) {
  Rng rng(3);
  RecordingForTests noise(audio::kSampleRateHz * 8,
                          [&](std::size_t) { return static_cast<float>(rng.normal(0, 0.05)); });

  const Transcript transcript = micro().transcribe(noise, {});

  EXPECT_EQ(transcript.text, "");
  EXPECT_FALSE(transcript.speech);
}

}  // namespace
}  // namespace rapport::voice
