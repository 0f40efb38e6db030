#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <vector>

#include "audio/audio_reader.h"
#include "audio/log_mel.h"
#include "base/file.h"
#include "base/json.h"
#include "support/shared_fixtures.h"

namespace rapport::audio {
namespace {

/// Pearson's, and the mean absolute difference.
struct Agreement {
  double correlation = 0;
  double mean_difference = 0;
};

Agreement agreement(const std::vector<float>& a, const std::vector<float>& b) {
  double sa = 0;
  double sb = 0;
  double saa = 0;
  double sbb = 0;
  double sab = 0;
  double difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i];
    const double y = b[i];
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
    difference += std::abs(x - y);
  }
  const auto n = static_cast<double>(a.size());
  const double covariance = sab - sa * sb / n;
  return {covariance / std::sqrt((saa - sa * sa / n) * (sbb - sb * sb / n)), difference / n};
}

TEST(AudioReaderGolden, Resamples44KhzStereoAsTheReferenceDoes) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/audio");
  const std::string file = read_file(folder / "clip1_en_44k1_stereo.wav");
  const std::string golden = read_file(folder / "mel_clip1_en_44k1_stereo.f32");
  std::vector<float> expected(golden.size() / sizeof(float));
  std::memcpy(expected.data(), golden.data(), golden.size());
  const std::size_t stored = expected.size() / 80;

  const auto reader = AudioReader::open(std::as_bytes(std::span(file)), {});
  std::vector<float> samples(480000);
  const std::size_t count = reader->read(samples);
  const nn::Matrix mel = log_mel(std::span<const float>(samples).first(count), 80, 3000);

  EXPECT_NEAR(static_cast<double>(count), 63504, 20);
  std::vector<float> actual;
  for (std::size_t m = 0; m < 80; ++m) actual.insert(actual.end(), mel.row(m), mel.row(m) + stored);
  const Agreement found = agreement(actual, expected);
  RecordProperty("mean_difference", std::to_string(found.mean_difference));
  RecordProperty("correlation", std::to_string(found.correlation));
  EXPECT_LT(found.mean_difference, 0.006);  // the tolerance in expected.json
  EXPECT_GT(found.correlation, 0.999);
}

TEST(AudioReaderGolden, ReadsRealRecordingsOfEveryContainer) {
  RAPPORT_SHARED_OR_SKIP(folder, "datasets/speech/audio");
  for (const char* name : {"LDC93S1.opus", "LDC93S1.flac", "LDC93S1_pcms16le_2_44100.wav"}) {  // one utterance
    const std::string file = read_file(folder / name);
    const auto reader = AudioReader::open(std::as_bytes(std::span(file)), {});
    std::vector<float> samples(100000);

    EXPECT_NEAR(static_cast<double>(reader->read(samples)), 46797, 1) << name;
  }
}

}  // namespace
}  // namespace rapport::audio
