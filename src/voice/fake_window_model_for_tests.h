#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "audio/audio_reader.h"
#include "voice/window_model.h"

namespace rapport::voice {

/// A model that says what a test tells it to. Token n below 1000 is the word " wn"; from 1000 on, times in steps of
/// 20 ms. Words are spoken one after another, `word_length` each, unless the test says when.
///
/// Threads   as WindowModel.
class FakeWindowModel : public WindowModel {
 public:
  static constexpr TokenId kFirstTime = 1000;

  static TokenId at(double seconds) { return kFirstTime + static_cast<TokenId>(seconds * 50 + 0.5); }
  /// A good text of these tokens.
  static WindowText says(std::vector<TokenId> tokens) {
    WindowText text;
    text.token_logprobs.assign(tokens.size(), -0.1F);
    text.tokens = std::move(tokens);
    text.avg_logprob = -0.1;
    text.compression_ratio = 1;
    return text;
  }

  std::function<WindowText(const WindowOptions&)> decodes = [](const WindowOptions&) { return says({1, 2}); };
  std::vector<LanguageProb> detects = {{"es", 0.8}, {"en", 0.2}};
  Seconds word_length{0.3};
  std::vector<Seconds> word_begins;  ///< where a test says when
  bool knows_languages = true;

  std::vector<std::size_t> heard;  ///< samples of each window
  std::vector<WindowOptions> decoded_with;
  std::size_t detections = 0;

  bool multilingual() const override { return knows_languages; }
  std::vector<std::string_view> languages() const override {
    if (!knows_languages) return {"en"};
    return {"en", "es", "pt", "zh"};
  }
  std::string text(std::span<const TokenId> tokens) const override {
    std::string text;
    for (const TokenId token : tokens) text += " w" + std::to_string(token);
    return text;
  }
  std::vector<TokenId> prompt(std::string_view text) const override {
    return text.empty() ? std::vector<TokenId>{} : std::vector<TokenId>{static_cast<TokenId>(text.size())};
  }
  std::optional<Seconds> time(TokenId token) const override {
    if (token < kFirstTime) return std::nullopt;
    return Seconds((token - kFirstTime) * 0.02);
  }

  void hear(std::span<const float> samples) override { heard.push_back(samples.size()); }
  std::vector<LanguageProb> detect_language(const TranscribeOptions&) override {
    ++detections;
    return detects;
  }
  WindowText decode(const WindowOptions& options) override {
    decoded_with.push_back(options);
    WindowText text = decodes(options);
    text.temperature = options.search.temperature;
    return text;
  }
  std::vector<TimedWord> align(std::span<const TokenId> tokens, const WindowOptions&) override {
    std::vector<TimedWord> words;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Seconds begin = i < word_begins.size() ? word_begins[i] : word_length * static_cast<double>(i);
      words.push_back(
          {.word = {.text = text(tokens.subspan(i, 1)), .start = begin, .end = begin + word_length, .confidence = 0.9},
           .tokens = 1});
    }
    return words;
  }
};

}  // namespace rapport::voice
