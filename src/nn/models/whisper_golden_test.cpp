// The fixtures' Whisper models against the reference implementation (openai/whisper, f32), with the reference's own
// spectrograms.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "nn/models/whisper.h"
#include "support/reference_mels.h"
#include "support/shared_fixtures.h"

namespace rapport::nn {
namespace {

/// Of encoder outputs of about 1 in size, in f32.
constexpr double kEncoderTolerance = 1e-4;
const char* const kFolders[] = {"whisper-tiny-random", "whisper-tiny-random-fullvocab"};

/// The largest difference from the reference's frames of one clip's encoder output.
double worst_frame_error(const Json& clip, ConstMatrixView hidden) {
  double worst = 0;
  for (const auto& [frame, values] : clip.at("encoder").at("frames").as_object()) {
    const float* row = hidden.row(std::stoul(std::string(frame)));
    for (const Json& value : values.as_array()) {
      worst = std::max(worst, std::abs(static_cast<double>(*row++) - value.to_number<double>()));
    }
  }
  return worst;
}

double encoder_error(const std::string& name, Precision precision) {
  const std::filesystem::path folder = test::shared_folder() / "fixtures" / name;
  const Json expected = parse_json_or_throw(read_file(folder / "expected.json"));
  const Whisper whisper = Whisper::load(WhisperFiles::find(folder), precision);
  WhisperEncoder::Workspace work;
  double worst = 0;
  for (const auto& [clip, facts] : expected.at("clips").as_object()) {
    const Matrix mel = test::reference_mel(folder / "../audio", std::string(clip));
    const ConstMatrixView view = mel;

    const MatrixView hidden = whisper.encoder().encode({&view, 1}, work);

    EXPECT_EQ(hidden.rows, 1500U);
    worst = std::max(worst, worst_frame_error(facts, hidden));
  }
  std::printf("%s %s: largest encoder error %.2g\n", name.c_str(), std::string(to_string(precision)).c_str(), worst);
  return worst;
}

TEST(WhisperGolden, GivesTheReferencesEncoderOutputsInF32) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    EXPECT_LE(encoder_error(name, Precision::kF32), kEncoderTolerance) << name;
  }
}

TEST(WhisperGolden, StaysAsNearInBf16AndInt8AsTheReferenceItself) {
  for (const char* name : kFolders) {
    RAPPORT_SHARED_OR_SKIP(folder, std::string("fixtures/") + name);
    const Json expected = parse_json_or_throw(read_file(folder / "expected.json"));
    const Json& measured = expected.at("precision_measured");
    const auto allowed = [&](const char* key) {
      return 3 * measured
                     .at(key)  // 7-bit weights where the CPU has no VNNI
                     .at("max_abs_encoder_diff")
                     .to_number<double>();
    };
    EXPECT_LE(encoder_error(name, Precision::kBf16), allowed("bf16_linear(f32 acc)")) << name;
    EXPECT_LE(encoder_error(name, Precision::kInt8), allowed("int8_w8a8_dynamic")) << name;
  }
}

TEST(WhisperGolden, EncodesWindowsTogetherAsAlone) {
  RAPPORT_SHARED_OR_SKIP(folder, "fixtures/whisper-tiny-random");
  const Whisper whisper = Whisper::load(WhisperFiles::find(folder), Precision::kF32);
  const Matrix first = test::reference_mel(folder / "../audio", "clip1_en");
  const Matrix second = test::reference_mel(folder / "../audio", "clip2_es");
  const ConstMatrixView mels[] = {first, ConstMatrixView(second).cols_between(0, 801)};
  WhisperEncoder::Workspace alone;
  WhisperEncoder::Workspace together;

  const MatrixView both = whisper.encoder().encode(mels, together);

  ASSERT_EQ(both.rows, 1500U + 401U);
  for (std::size_t window = 0; window < 2; ++window) {
    const MatrixView one = whisper.encoder().encode({mels + window, 1}, alone);
    for (std::size_t t = 0; t < one.rows; ++t) {
      for (std::size_t d = 0; d < one.cols; ++d) {
        ASSERT_NEAR(one.row(t)[d], both.row(together.begins[window] + t)[d], 1e-5) << window << " " << t;
      }
    }
  }
}

}  // namespace
}  // namespace rapport::nn
