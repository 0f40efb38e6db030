#include "voice/subtitles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace rapport::voice {
namespace {

/// "01:02:03,456", with the format's mark before the milliseconds.
std::string clock_text(Seconds time, char mark) {
  const long long ms = std::llround(std::max(0.0, time.count()) * 1000);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld%c%03lld", ms / 3'600'000, ms / 60'000 % 60,
                ms / 1000 % 60, mark, ms % 1000);
  return text.data();
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

/// WebVTT's escapes; without '>' there is no arrow either.
std::string escaped(const std::string& line) {
  std::string text;
  for (const char c : line) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      default:
        text += c;
    }
  }
  return text;
}

/// SubRip has no escapes: an arrow loses its dashes, a tag its bracket.
std::string disarmed(std::string line) {
  for (std::size_t at = 0; (at = line.find("-->")) != std::string::npos;) line.erase(at, 1);
  std::replace(line.begin(), line.end(), '<', '(');
  return line;
}

}  // namespace

std::string to_srt(const Transcript& transcript) {
  std::string out;
  int number = 0;
  for (const Segment& segment : transcript.segments) {
    const std::string line = disarmed(one_line(segment.text));
    if (line.empty()) continue;
    out += std::to_string(++number) + "\n" + clock_text(segment.start, ',') + " --> " + clock_text(segment.end, ',') +
           "\n" + line + "\n\n";
  }
  return out;
}

std::string to_vtt(const Transcript& transcript) {
  std::string out = "WEBVTT\n\n";
  for (const Segment& segment : transcript.segments) {
    const std::string line = escaped(one_line(segment.text));
    if (line.empty()) continue;
    out += clock_text(segment.start, '.') + " --> " + clock_text(segment.end, '.') + "\n" + line + "\n\n";
  }
  return out;
}

}  // namespace rapport::voice
