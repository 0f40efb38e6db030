#include "voice/guards.h"

#include <algorithm>

namespace rapport::voice {
namespace {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

}  // namespace

std::optional<Loop> find_loop(std::span<const TokenId> tokens) {
  for (std::size_t begin = 0; begin < tokens.size(); ++begin) {
    for (std::size_t period = 1; begin + kLoopTimes * period <= tokens.size(); ++period) {
      std::size_t end = begin + period;
      while (end < tokens.size() && tokens[end] == tokens[end - period]) ++end;
      const std::size_t length = end - begin;
      if (length >= kLoopTimes * period && length >= kLoopTokens) return Loop{.begin = begin + period, .end = end};
    }
  }
  return std::nullopt;
}

bool says_silence(const WindowText& text) {
  return text.no_speech_prob > kMaxNoSpeechProb && text.avg_logprob < kMinAvgLogprob;
}

bool wants_another_try(const WindowText& text, std::span<const TokenId> words) {
  return text.compression_ratio > kMaxCompressionRatio || text.avg_logprob < kMinAvgLogprob || find_loop(words);
}

bool is_too_fast(std::string_view text, Seconds time) {
  return static_cast<double>(characters(text)) > kMaxCharsPerSecond * std::max(time, kShortestMeasured).count();
}

}  // namespace rapport::voice
