#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "audio/log_mel.h"
#include "audio/mel_filter_bank.h"
#include "audio/spectrum.h"
#include "base/file.h"
#include "base/json.h"
#include "support/shared_fixtures.h"

namespace rapport::audio {
namespace {

constexpr std::size_t kFrames = 3000;

std::vector<float> read_floats(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

/// The samples of a plain 16-bit mono WAV with a header of 44 bytes, as all fixtures are.
std::vector<float> read_samples(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  std::vector<float> samples((bytes.size() - 44) / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    std::int16_t value = 0;
    std::memcpy(&value, bytes.data() + 44 + 2 * i, 2);
    samples[i] = static_cast<float>(value) / 32768.0F;
  }
  return samples;
}

TEST(MelFilterBank, EqualsLibrosaAt80Bins) {
  RAPPORT_SHARED_OR_SKIP(file, "fixtures/audio/mel_filters_80x201.f32");
  const std::vector<float> expected = read_floats(file);
  ASSERT_EQ(expected.size(), 80 * kSpectrumBins);

  const std::vector<MelFilter> filters = mel_filter_bank(80);

  double largest = 0;
  for (std::size_t m = 0; m < 80; ++m) {
    std::vector<float> row(kSpectrumBins, 0.0F);
    std::copy(filters[m].weights.begin(), filters[m].weights.end(),
              row.begin() + static_cast<std::ptrdiff_t>(filters[m].first_bin));
    for (std::size_t k = 0; k < kSpectrumBins; ++k) {
      largest = std::max<double>(largest, std::abs(row[k] - expected[m * kSpectrumBins + k]));
    }
  }
  EXPECT_LT(largest, 1e-7);
}

class LogMelClips : public ::testing::TestWithParam<const char*> {};

TEST_P(LogMelClips, EqualsOpenAiWhisper) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/audio");
  const Json expected = parse_json_or_throw(read_file(folder / "expected.json"));
  const auto& clip = expected.at("clips").at(GetParam()).as_object();
  const auto& mel = clip.at("mel").as_object();
  const std::vector<float> samples = read_samples(folder / clip.at("file").as_string().c_str());

  const nn::Matrix actual = log_mel(samples, 80, kFrames);

  double largest = 0;
  for (const auto& column : mel.at("columns").as_object()) {
    const int at = std::stoi(column.key());
    const std::size_t frame = at < 0 ? kFrames - 1 : static_cast<std::size_t>(at);
    const auto& values = column.value().as_array();
    ASSERT_EQ(values.size(), 80U);
    for (std::size_t m = 0; m < 80; ++m) {
      largest = std::max(largest, std::abs(actual.row(m)[frame] - values[m].to_number<double>()));
    }
  }
  const std::size_t stored = mel.at("n_stored_frames").to_number<std::size_t>();
  if (mel.contains("file")) {
    const std::vector<float> all = read_floats(folder / mel.at("file").as_string().c_str());
    ASSERT_EQ(all.size(), 80 * stored);
    for (std::size_t i = 0; i < all.size(); ++i) {
      largest = std::max<double>(largest, std::abs(actual.row(i / stored)[i % stored] - all[i]));
    }
  }
  const double rest = mel.at("rest_value").to_number<double>();
  for (std::size_t m = 0; m < 80; ++m) {
    for (std::size_t f = stored; f < kFrames; ++f) largest = std::max(largest, std::abs(actual.row(m)[f] - rest));
  }
  RecordProperty("largest_difference", std::to_string(largest));
  EXPECT_LT(largest, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Clips, LogMelClips,
                         ::testing::Values("clip1_en", "clip2_es", "clip3_de", "real_speech", "silence", "tone_noise",
                                           "tiny_37_samples", "clipped_square"),
                         [](const auto& clip) { return std::string(clip.param); });

TEST(LogMelGolden, EqualsOpenAiWhisperAt128Bins) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/audio");
  const std::filesystem::path file = std::filesystem::path(RAPPORT_SOURCE_DIR) / "tests/data/audio/log_mel_128.json";
  const Json expected = parse_json_or_throw(read_file(file));

  double largest = 0;
  for (const auto& clip : expected.as_object()) {
    const nn::Matrix actual = log_mel(read_samples(folder / (std::string(clip.key()) + ".wav")), 128, kFrames);
    for (const auto& column : clip.value().as_object()) {
      const auto& values = column.value().as_array();
      ASSERT_EQ(values.size(), 128U);
      for (std::size_t m = 0; m < 128; ++m) {
        const float got = actual.row(m)[std::stoul(column.key())];
        largest = std::max(largest, std::abs(got - values[m].to_number<double>()));
      }
    }
  }

  EXPECT_LT(largest, 1e-4);
}

}  // namespace
}  // namespace rapport::audio
