#pragma once

#include <string>

#include "voice/transcriber.h"

namespace rapport::voice {

/// A transcript as subtitles: one cue a segment, empty ones left out. Line breaks and control characters in a segment
/// become spaces, and what would be markup or an arrow is made harmless.
std::string to_srt(const Transcript& transcript);
std::string to_vtt(const Transcript& transcript);

}  // namespace rapport::voice
