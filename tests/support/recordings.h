#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace rapport::testing {

/// A small voice model of ours that knows a few sentences, and a folder of them spoken (tools/micro_whisper).
inline const std::string kVoiceModel = RAPPORT_SOURCE_DIR "/tests/data/micro-whisper";
/// The environment of a server that has it. Without the model's files the server starts without one, and says so.
inline std::vector<std::pair<std::string, std::string>> with_voice_model() {
  if (!std::filesystem::exists(kVoiceModel + "/config.json")) return {};
  return {{"RAPPORT_VOICE_MODEL", kVoiceModel}};
}

inline std::string clip(const std::string& name) {
  return kVoiceModel + "/clips/" + name;
}

/// A form as clients send it.
struct Form {
  static constexpr const char* kType = "multipart/form-data; boundary=----rapport-test-7d1f";

  Form& field(const std::string& name, const std::string& value) { return part("name=\"" + name + "\"", "", value); }
  Form& file(const std::string& bytes, const std::string& file_name = "note.ogg") {
    return part("name=\"file\"; filename=\"" + file_name + "\"", "Content-Type: application/octet-stream\r\n", bytes);
  }
  std::string body() const { return parts_ + "------rapport-test-7d1f--\r\n"; }

 private:
  Form& part(const std::string& names, const std::string& more, const std::string& content) {
    parts_ += "------rapport-test-7d1f\r\nContent-Disposition: form-data; " + names + "\r\n" + more + "\r\n" + content +
              "\r\n";
    return *this;
  }
  std::string parts_;
};

/// A mono WAV of 16 bits: `hz` 0 is silence, otherwise a tone.
inline std::string wav_of(double seconds, double hz = 0, std::uint32_t rate = 16000) {
  const auto bytes = [](std::uint64_t value, int size) {
    std::string out;
    for (int i = 0; i < size; ++i, value >>= 8) out += static_cast<char>(value);
    return out;
  };
  std::string data;
  const auto count = static_cast<std::size_t>(seconds * rate);
  for (std::size_t i = 0; i < count; ++i) {
    const double sample = hz == 0 ? 0 : 8000 * std::sin(6.283185307 * hz * static_cast<double>(i) / rate);
    data += bytes(static_cast<std::uint16_t>(static_cast<std::int16_t>(sample)), 2);
  }
  return "RIFF" + bytes(36 + data.size(), 4) + "WAVEfmt " + bytes(16, 4) + bytes(1, 2) + bytes(1, 2) + bytes(rate, 4) +
         bytes(std::uint64_t{rate} * 2, 4) + bytes(2, 2) + bytes(16, 2) + "data" + bytes(data.size(), 4) + data;
}

}  // namespace rapport::testing
