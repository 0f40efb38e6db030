#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rapport::audio {

/// The kinds of file that are read, and what may be in them: the allow-list of demultiplexers and decoders.
enum class Container : std::uint8_t { kOgg, kMov, kMp3, kAdts, kWav, kFlac, kMatroska, kAmr };
inline constexpr std::size_t kContainers = 8;

enum class Codec : std::uint8_t {
  kOpus,
  kVorbis,
  kAac,
  kMp3,
  kFlac,
  kAmrNb,
  kAmrWb,
  kPcmU8,
  kPcmS16,
  kPcmS24,
  kPcmS32,
  kPcmF32,
  kPcmF64,
  kALaw,
  kMuLaw
};
inline constexpr std::size_t kCodecs = 15;

std::string_view name_of(Container container);  ///< "ogg", "mov", "mp3", "aac", "wav", "flac", "matroska", "amr"
std::string_view name_of(Codec codec);          ///< "opus", "vorbis", "aac", ..., "pcm_s16le", ...
bool may_hold(Container container, Codec codec);

/// For people: what can be sent.
inline constexpr std::string_view kSupportedAudio =
    "Ogg (Opus, Vorbis), M4A or MP4 (AAC), AAC, MP3, WAV, FLAC, WebM (Opus, Vorbis) and AMR";

/// What kind of file the bytes are, by their first bytes alone; nullopt where none of the above.
///
/// Threads   pure. Never throws.
std::optional<Container> sniff(std::span<const std::byte> bytes);

}  // namespace rapport::audio
