#pragma once

// WAV files made by tests, sound or not.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::audio::test {

struct WavFormat {
  std::uint16_t tag = 1;  ///< 1 PCM, 3 float, 6 A-law, 7 mu-law
  std::uint16_t bits = 16;
  std::uint16_t channels = 1;
  std::uint32_t rate_hz = 16000;
};

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// The 44 bytes before the data of a file that claims `data_bytes` of them.
inline std::string wav_header(const WavFormat& format, std::uint32_t data_bytes) {
  const auto block = static_cast<std::uint16_t>(format.channels * format.bits / 8);
  std::string bytes = "RIFF";
  append<std::uint32_t>(bytes, data_bytes > 0xFFFFFF00U ? data_bytes : data_bytes + 36);
  bytes += "WAVEfmt ";
  append<std::uint32_t>(bytes, 16);
  append(bytes, format.tag);
  append(bytes, format.channels);
  append(bytes, format.rate_hz);
  append<std::uint32_t>(bytes, format.rate_hz * block);
  append(bytes, block);
  append(bytes, format.bits);
  bytes += "data";
  append(bytes, data_bytes);
  return bytes;
}

inline std::string wav(const WavFormat& format, std::string_view data) {
  return wav_header(format, static_cast<std::uint32_t>(data.size())).append(data);
}

/// A tone of 440 Hz at half of full scale, the same in all channels.
inline std::vector<float> tone(std::size_t count, double rate_hz = 16000) {
  std::vector<float> samples(count);
  for (std::size_t n = 0; n < count; ++n) {
    samples[n] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 440 * static_cast<double>(n) / rate_hz));
  }
  return samples;
}

inline std::string as_pcm16(const std::vector<float>& samples, int channels = 1) {
  std::string data;
  for (const float sample : samples) {
    for (int c = 0; c < channels; ++c) append(data, static_cast<std::int16_t>(std::lround(sample * 32767)));
  }
  return data;
}

}  // namespace rapport::audio::test
