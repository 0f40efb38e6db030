#include "audio/audio_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "audio/test_wav.h"
#include "base/error.h"
#include "base/file.h"

namespace rapport::audio {
namespace {

using test::wav;
using test::WavFormat;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string sample_file(const std::string& name) {
  return read_file(std::filesystem::path(RAPPORT_SOURCE_DIR) / "tests/data/audio" / name);
}

std::vector<float> read_all(AudioReader& reader, std::size_t piece = 4096) {
  std::vector<float> all;
  std::vector<float> buffer(piece);
  while (const std::size_t count = reader.read(buffer)) all.insert(all.end(), buffer.begin(), buffer.begin() + count);
  return all;
}

std::vector<float> decode_all(const std::string& file, const AudioLimits& limits = {}) {
  return read_all(*AudioReader::open(bytes_of(file), limits));
}

/// The code of the error that opening and reading the file ends in; "none" when it does not.
std::string failure_of(const std::string& file, const AudioLimits& limits = {}) {
  try {
    decode_all(file, limits);
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

double rms(const std::vector<float>& samples) {
  const double sum = std::inner_product(samples.begin(), samples.end(), samples.begin(), 0.0);
  return samples.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

/// How well half a second of `a` agrees with `b` at the best shift of up to 69 ms (an encoder's delay): 1 is perfectly.
double correlation(const std::vector<float>& a, const std::vector<float>& b) {
  double best = 0;
  for (std::ptrdiff_t shift = -1100; shift <= 1100; ++shift) {
    double ab = 0;
    double aa = 1e-12;
    double bb = 1e-12;
    for (std::size_t i = 8000; i < 16000; ++i) {
      const std::ptrdiff_t j = static_cast<std::ptrdiff_t>(i) + shift;
      if (j < 0 || j >= static_cast<std::ptrdiff_t>(b.size())) continue;
      const double y = b[static_cast<std::size_t>(j)];
      ab += a[i] * y;
      aa += a[i] * a[i];
      bb += y * y;
    }
    best = std::max(best, ab / std::sqrt(aa * bb));
  }
  return best;
}

TEST(AudioReader, GivesTheSamplesOfA16KhzWavUnchanged) {
  const std::vector<float> samples = test::tone(20000);

  const std::vector<float> read = decode_all(wav({}, test::as_pcm16(samples)));

  ASSERT_EQ(read.size(), samples.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    ASSERT_EQ(read[i], static_cast<float>(std::lround(samples[i] * 32767)) / 32768.0F);
  }
}

struct Sample {
  const char* file;
  const char* container;
  const char* codec;
  int rate_hz;
  std::size_t samples;
};

class AudioReaderFormats : public ::testing::TestWithParam<Sample> {};

TEST_P(AudioReaderFormats, ReadsWhatTheBytesAre) {
  const std::string file = sample_file(GetParam().file);

  const auto reader = AudioReader::open(bytes_of(file), {});
  const std::vector<float> samples = read_all(*reader);

  EXPECT_EQ(reader->format().container, GetParam().container);
  EXPECT_EQ(reader->format().codec, GetParam().codec);
  EXPECT_EQ(reader->format().sample_rate_hz, GetParam().rate_hz);
  EXPECT_EQ(reader->format().channels, 1);
  EXPECT_EQ(samples.size(), GetParam().samples);
  EXPECT_NEAR(rms(samples), 0.0425, 0.006);
}

INSTANTIATE_TEST_SUITE_P(
    Samples, AudioReaderFormats,
    ::testing::Values(
        Sample{"voice_note.opus", "ogg", "opus", 48000, 33702}, Sample{"speech.ogg", "ogg", "vorbis", 16000, 33702},
        Sample{"speech.m4a", "mov", "aac", 16000, 33792},  // whole frames of 1,024
        Sample{"speech.aac", "aac", "aac", 16000, 34816},  // with the encoder's delay: ADTS cannot say it
        Sample{"speech.mp3", "mp3", "mp3", 16000, 33702}, Sample{"speech.webm", "matroska", "opus", 48000, 33702},
        Sample{"speech.amr", "amr", "amr_nb", 8000, 31040}, Sample{"speech_8k.flac", "flac", "flac", 8000, 8000}),
    [](const auto& sample) { return std::string(sample.param.codec) + "_in_" + sample.param.container; });

TEST(AudioReader, DecodesTheSameSpeechFromEveryFormat) {
  const std::vector<float> reference = decode_all(sample_file("speech.ogg"));

  for (const char* file : {"voice_note.opus", "speech.webm", "speech.m4a", "speech.mp3", "speech.aac"}) {
    EXPECT_GT(correlation(reference, decode_all(sample_file(file))), 0.85) << file;
  }
}

/// The checksum of an Ogg page whose own checksum field is 0.
std::uint32_t ogg_checksum(std::string_view page) {
  std::uint32_t sum = 0;
  for (const char c : page) {
    sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24;
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 0x80000000U) != 0 ? sum << 1 ^ 0x04C11DB7U : sum << 1;
  }
  return sum;
}

TEST(AudioReader, HonoursTheGainAndThePreSkipInAnOpusHeader) {
  constexpr std::size_t kPageBytes = 27 + 1 + 19;
  constexpr std::size_t kChecksum = 22;
  constexpr std::size_t kPreSkip = 28 + 10;
  constexpr std::size_t kGain = 28 + 16;
  std::string file = sample_file("voice_note.opus");
  ASSERT_EQ(file.find("OpusHead"), 28U);
  const std::vector<float> plain = decode_all(file);
  const std::uint16_t more_skip = 312 + 4800;  // the encoder's 312, and a tenth of a second
  const std::int16_t gain = -6 * 256;          // dB, Q7.8
  std::memcpy(file.data() + kPreSkip, &more_skip, 2);
  std::memcpy(file.data() + kGain, &gain, 2);
  std::memset(file.data() + kChecksum, 0, 4);
  const std::uint32_t checksum = ogg_checksum(std::string_view(file).substr(0, kPageBytes));
  std::memcpy(file.data() + kChecksum, &checksum, 4);

  const std::vector<float> changed = decode_all(file);

  ASSERT_EQ(plain.size(), 33702U);
  EXPECT_EQ(changed.size(), plain.size() - 1600);
  EXPECT_NEAR(rms(changed) / rms({plain.begin() + 1600, plain.end()}), 0.501, 0.005);
}

TEST(AudioReader, ReadsEveryPcmVariant) {
  const std::vector<float> samples = test::tone(1600);
  std::string u8;
  std::string s24;
  std::string s32;
  std::string f32;
  std::string f64;
  for (const float sample : samples) {
    u8 += static_cast<char>(std::lround(sample * 127) + 128);
    const auto wide = static_cast<std::int32_t>(std::lround(sample * 2147483000.0));
    s24.append(reinterpret_cast<const char*>(&wide) + 1, 3);
    test::append(s32, wide);
    test::append(f32, sample);
    test::append(f64, static_cast<double>(sample));
  }

  EXPECT_NEAR(rms(decode_all(wav({.bits = 8}, u8))), rms(samples), 0.003);
  EXPECT_NEAR(rms(decode_all(wav({.bits = 24}, s24))), rms(samples), 1e-5);
  EXPECT_NEAR(rms(decode_all(wav({.bits = 32}, s32))), rms(samples), 1e-5);
  EXPECT_NEAR(rms(decode_all(wav({.tag = 3, .bits = 32}, f32))), rms(samples), 1e-6);
  EXPECT_NEAR(rms(decode_all(wav({.tag = 3, .bits = 64}, f64))), rms(samples), 1e-6);
}

TEST(AudioReader, ReadsTelephoneCodes) {
  // A-law 0xAA and mu-law 0x80 are the loudest positive steps, +32256 and +32124 of 32768.
  const std::vector<float> a_law = decode_all(wav({.tag = 6, .bits = 8}, std::string(1600, '\xAA')));
  const std::vector<float> mu_law = decode_all(wav({.tag = 7, .bits = 8}, std::string(1600, '\x80')));

  ASSERT_EQ(a_law.size(), 1600U);
  ASSERT_EQ(mu_law.size(), 1600U);
  EXPECT_FLOAT_EQ(a_law[800], 32256 / 32768.0F);
  EXPECT_FLOAT_EQ(mu_law[800], 32124 / 32768.0F);
}

TEST(AudioReader, ResamplesAndKeepsTheDuration) {
  for (const std::uint32_t rate : {8000U, 11025U, 22050U, 44100U, 48000U, 96000U}) {
    const std::vector<float> read = decode_all(wav({.rate_hz = rate}, test::as_pcm16(test::tone(rate, rate))));

    EXPECT_NEAR(static_cast<double>(read.size()), 16000, 2) << rate;
    EXPECT_NEAR(rms(read), 0.3535, 0.003) << rate;
  }
}

TEST(AudioReader, MixesChannelsDownToTheirMean) {
  std::string data;
  for (const float sample : test::tone(16000)) {
    test::append(data, static_cast<std::int16_t>(std::lround(sample * 32767)));
    test::append<std::int16_t>(data, 0);
  }

  const std::vector<float> read = decode_all(wav({.channels = 2}, data));

  ASSERT_EQ(read.size(), 16000U);
  EXPECT_NEAR(rms(read), 0.3535 / 2, 1e-3);
}

TEST(AudioReader, ClipsWhatIsLouderThanFullScaleAndSilencesWhatIsNoNumber) {
  std::string data;
  for (const float value :
       {0.25F, 7.0F, -1e30F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -0.5F}) {
    test::append(data, value);
  }

  const std::vector<float> read = decode_all(wav({.tag = 3, .bits = 32}, data));

  EXPECT_EQ(read, (std::vector<float>{0.25F, 1.0F, -1.0F, 0.0F, 0.0F, -0.5F}));
}

TEST(AudioReader, GivesSilenceForSilence) {
  const std::vector<float> read = decode_all(wav({}, std::string(32000, '\0')));

  EXPECT_EQ(read, std::vector<float>(16000, 0.0F));
}

TEST(AudioReader, ReadsInPiecesOfAnySizeTheSame) {
  const std::string file = sample_file("voice_note.opus");
  const std::vector<float> whole = decode_all(file);

  for (const std::size_t piece : {1UL, 333UL, 100000UL}) {
    EXPECT_EQ(read_all(*AudioReader::open(bytes_of(file), {}), piece), whole) << piece;
  }
}

TEST(AudioReader, GivesWhatATruncatedFileHolds) {
  const std::string pcm = test::as_pcm16(test::tone(16000));
  const std::string truncated_wav = wav({}, pcm).substr(0, 44 + 8000);
  const std::string opus = sample_file("voice_note.opus");

  EXPECT_EQ(decode_all(truncated_wav).size(), 4000U);
  const std::size_t begin = decode_all(opus.substr(0, opus.size() - 500)).size();
  EXPECT_GT(begin, 8000U);
  EXPECT_LT(begin, 33702U);
}

TEST(AudioReader, ReadsAWavOfUnknownLength) {
  const std::string file = test::wav_header({}, 0xFFFFFFFF) + test::as_pcm16(test::tone(1600));

  EXPECT_EQ(decode_all(file).size(), 1600U);
}

TEST(AudioReader, SaysWhatIsWrongWithAFile) {
  EXPECT_EQ(failure_of(""), "audio_empty");
  EXPECT_EQ(failure_of(wav({}, "")), "audio_empty");
  EXPECT_EQ(failure_of("%PDF-1.7 and so on"), "audio_unsupported");
  EXPECT_EQ(failure_of(std::string(5000, '\0')), "audio_unsupported");
  EXPECT_EQ(failure_of("OggS" + std::string(2000, 'x')), "audio_damaged");
  EXPECT_EQ(failure_of("fLaC" + std::string(2000, '\xFF')), "audio_damaged");
  EXPECT_EQ(failure_of(wav({.tag = 17, .bits = 4}, std::string(2000, '\0'))), "audio_unsupported");  // IMA ADPCM
}

TEST(AudioReader, RefusesMoreBytesThanPermitted) {
  const std::string file = wav({}, test::as_pcm16(test::tone(16000)));

  EXPECT_EQ(failure_of(file, {.max_bytes = file.size()}), "none");
  EXPECT_EQ(failure_of(file, {.max_bytes = file.size() - 1}), "audio_too_large");
}

TEST(AudioReader, RefusesMoreChannelsThanPermitted) {
  const std::string file = wav({.channels = 6}, test::as_pcm16(test::tone(1600), 6));

  EXPECT_EQ(failure_of(file, {.max_channels = 6}), "none");
  EXPECT_EQ(failure_of(file, {.max_channels = 5}), "audio_too_many_channels");
}

TEST(AudioReader, RefusesALongRecordingBeforeDecodingIt) {
  const std::string file = wav({}, test::as_pcm16(test::tone(16000 * 5)));

  EXPECT_EQ(failure_of(file, {.max_duration = std::chrono::seconds(5)}), "none");
  EXPECT_THROW(AudioReader::open(bytes_of(file), {.max_duration = std::chrono::seconds(2)}), Error);
  EXPECT_EQ(failure_of(file, {.max_duration = std::chrono::seconds(2)}), "audio_too_long");
}

TEST(AudioReader, RefusesALongRecordingThatHidesItsLength) {
  const std::string file = sample_file("speech.aac");  // ADTS says nothing of its length

  std::size_t got = 0;
  std::string code;
  try {
    const auto reader = AudioReader::open(bytes_of(file), {.max_duration = std::chrono::milliseconds(1900)});
    std::vector<float> buffer(1000);
    while (const std::size_t count = reader->read(buffer)) got += count;
  } catch (const Error& error) {
    code = error.code();
  }

  EXPECT_EQ(code, "audio_too_long");
  EXPECT_LE(got, 30400U);
}

TEST(AudioReader, RefusesAFileThatUnpacksToGigabytes) {
  const std::string data(200'000, '\x10');

  EXPECT_EQ(failure_of(wav({.bits = 8, .rate_hz = 1}, data)), "audio_unsupported");
  EXPECT_EQ(failure_of(wav({.bits = 8, .rate_hz = 3999}, data)), "audio_unsupported");
  EXPECT_EQ(failure_of(wav({.bits = 8, .rate_hz = 0xFFFFFFFF}, data)), "audio_damaged");
}

TEST(AudioReader, ReadsManyFilesAtTheSameTime) {
  const std::string file = sample_file("voice_note.opus");
  const std::vector<float> expected = decode_all(file);
  std::vector<int> right(8, 0);

  std::vector<std::thread> threads;
  for (int& ok : right) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) ok += decode_all(file) == expected;
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(right, std::vector<int>(8, 5));
}

}  // namespace
}  // namespace rapport::audio
