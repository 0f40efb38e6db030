// Real recordings through the decoder, voice activity and packing. What is said in them is not compared: that needs a
// trained Whisper model, which no test has.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "support/shared_fixtures.h"
#include "voice/speech_reader.h"

namespace rapport::voice {
namespace {

constexpr std::size_t kLongest = std::size_t{29} * audio::kSampleRateHz;

TEST(SpeechReader, PacksEveryRealRecordingIntoWindowsInOrder) {
  RAPPORT_SHARED_OR_SKIP(folder, "datasets/speech/audio");
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry.path());
  ASSERT_GE(files.size(), 50U);

  double read = 0;
  double speech = 0;
  std::size_t windows = 0;
  std::size_t without = 0;
  for (const std::filesystem::path& file : files) {
    SCOPED_TRACE(file.filename());
    const std::string bytes = read_file(file);
    const auto audio = audio::AudioReader::open(std::as_bytes(std::span(bytes)), {});
    SpeechReader reader(*audio);
    std::size_t behind = 0;  // the end of the last stretch
    std::size_t here = 0;
    while (const auto window = reader.next()) {
      ++here;
      EXPECT_LE(window->samples.size(), kLongest);
      std::size_t packed = 0;
      for (const SpeechWindow::Stretch& stretch : window->stretches) {
        EXPECT_EQ(stretch.packed, packed);
        EXPECT_GE(stretch.source, behind);
        packed += stretch.length;
        behind = stretch.source + stretch.length;
      }
      EXPECT_EQ(packed, window->samples.size());
    }
    EXPECT_LE(Seconds(static_cast<double>(behind) / audio::kSampleRateHz), reader.read());
    read += reader.read().count();
    speech += reader.speech().count();
    windows += here;
    without += here == 0 ? 1 : 0;
  }
  std::printf("%zu recordings, %.0f s, %.0f s of them speech, %zu windows; %zu recordings without speech\n",
              files.size(), read, speech, windows, without);

  EXPECT_GT(speech, 0.5 * read);
  EXPECT_LE(without, 6U);  // of the 30 recordings of one spoken digit, half a second and less
}

}  // namespace
}  // namespace rapport::voice
