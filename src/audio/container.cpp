#include "audio/container.h"

#include <array>
#include <initializer_list>

namespace rapport::audio {
namespace {

constexpr std::array<std::string_view, kContainers> kContainerNames = {"ogg", "mov",  "mp3",      "aac",
                                                                       "wav", "flac", "matroska", "amr"};
constexpr std::array<std::string_view, kCodecs> kCodecNames = {
    "opus",      "vorbis",    "aac",       "mp3",       "flac",      "amr_nb",   "amr_wb",   "pcm_u8",
    "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw"};

/// The bytes, read without ever leaving them: what lies beyond is 0.
class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::uint32_t at(std::size_t i) const { return i < bytes_.size() ? std::to_integer<std::uint32_t>(bytes_[i]) : 0; }
  bool has(std::size_t from, std::string_view text) const {
    if (from > bytes_.size() || text.size() > bytes_.size() - from) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (at(from + i) != static_cast<unsigned char>(text[i])) return false;
    }
    return true;
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
};

/// Where the file's own first byte is: behind an ID3v2 tag, if there is one.
std::size_t behind_id3(const Bytes& bytes) {
  std::size_t start = 0;
  while (bytes.has(start, "ID3")) {
    std::size_t length = 0;
    for (std::size_t i = 6; i < 10; ++i) length = length << 7 | (bytes.at(start + i) & 0x7F);
    const bool has_footer = (bytes.at(start + 5) & 0x10) != 0;
    start += 10 + length + (has_footer ? 10 : 0);
  }
  return start;
}

/// The length of the MPEG audio layer III frame that starts there; 0 where none does.
std::size_t mp3_frame_bytes(const Bytes& bytes, std::size_t start) {
  constexpr std::array<std::uint32_t, 15> kKbitMpeg1 = {0,   32,  40,  48,  56,  64,  80, 96,
                                                        112, 128, 160, 192, 224, 256, 320};
  constexpr std::array<std::uint32_t, 15> kKbitMpeg2 = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
  constexpr std::array<std::uint32_t, 3> kRateHz = {44100, 48000, 32000};
  const std::uint32_t second = bytes.at(start + 1);
  const std::uint32_t third = bytes.at(start + 2);
  const std::uint32_t version = second >> 3 & 3;  // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const std::uint32_t layer = second >> 1 & 3;    // 1: III
  const std::uint32_t bitrate = third >> 4;
  const std::uint32_t rate = third >> 2 & 3;
  if (bytes.at(start) != 0xFF || second >> 5 != 7 || version == 1 || layer != 1) return 0;
  if (bitrate == 0 || bitrate == 15 || rate == 3) return 0;
  const bool mpeg1 = version == 3;
  const std::uint32_t rate_hz = kRateHz[rate] >> (mpeg1 ? 0 : version == 2 ? 1 : 2);
  const std::uint32_t kbit = (mpeg1 ? kKbitMpeg1 : kKbitMpeg2)[bitrate];
  return (mpeg1 ? 144 : 72) * kbit * 1000 / rate_hz + (third >> 1 & 1);
}

/// Two frames in a row, or one that reaches the end: two bytes alone prove nothing.
bool is_mp3(const Bytes& bytes, std::size_t start) {
  const std::size_t length = mp3_frame_bytes(bytes, start);
  return length != 0 && (start + length + 4 > bytes.size() || mp3_frame_bytes(bytes, start + length) != 0);
}

bool is_adts(const Bytes& bytes, std::size_t start) {
  const auto header = [&](std::size_t at) { return bytes.at(at) == 0xFF && (bytes.at(at + 1) & 0xF6) == 0xF0; };
  const std::size_t length = (bytes.at(start + 3) & 3) << 11 | bytes.at(start + 4) << 3 | bytes.at(start + 5) >> 5;
  return header(start) && length >= 7 && (start + length + 7 > bytes.size() || header(start + length));
}

/// EBML's DocType is in the first bytes of the header.
bool is_matroska(const Bytes& bytes, std::size_t start) {
  constexpr std::size_t kLongestHeader = 64;
  if (!bytes.has(start, "\x1A\x45\xDF\xA3")) return false;
  for (std::size_t i = 4; i < kLongestHeader; ++i) {
    if (bytes.has(start + i, "webm") || bytes.has(start + i, "matroska")) return true;
  }
  return false;
}

}  // namespace

std::string_view name_of(Container container) {
  return kContainerNames[static_cast<std::size_t>(container)];
}

std::string_view name_of(Codec codec) {
  return kCodecNames[static_cast<std::size_t>(codec)];
}

bool may_hold(Container container, Codec codec) {
  const auto one_of = [codec](std::initializer_list<Codec> codecs) {
    for (const Codec one : codecs) {
      if (one == codec) return true;
    }
    return false;
  };
  switch (container) {
    case Container::kOgg:
    case Container::kMatroska:
      return one_of({Codec::kOpus, Codec::kVorbis});
    case Container::kMov:
    case Container::kAdts:
      return codec == Codec::kAac;
    case Container::kMp3:
      return codec == Codec::kMp3;
    case Container::kFlac:
      return codec == Codec::kFlac;
    case Container::kAmr:
      return one_of({Codec::kAmrNb, Codec::kAmrWb});
    case Container::kWav:
      return codec >= Codec::kPcmU8;
  }
  return false;
}

std::optional<Container> sniff(std::span<const std::byte> file) {
  const Bytes bytes(file);
  const std::size_t start = behind_id3(bytes);
  if (bytes.has(start, "OggS")) return Container::kOgg;
  if (bytes.has(start + 4, "ftyp")) return Container::kMov;
  if ((bytes.has(start, "RIFF") || bytes.has(start, "RF64")) && bytes.has(start + 8, "WAVE")) return Container::kWav;
  if (bytes.has(start, "fLaC")) return Container::kFlac;
  if (bytes.has(start, "#!AMR\n") || bytes.has(start, "#!AMR-WB\n")) return Container::kAmr;
  if (is_matroska(bytes, start)) return Container::kMatroska;
  if (is_adts(bytes, start)) return Container::kAdts;
  if (is_mp3(bytes, start)) return Container::kMp3;
  return std::nullopt;
}

}  // namespace rapport::audio
