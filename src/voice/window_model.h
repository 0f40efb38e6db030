#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "voice/transcriber.h"
#include "voice/whisper_decoder.h"

namespace rapport::voice {

/// A model that writes what one window says. It hears a window once, and is asked about it then.
///
/// Threads   one call at a time; what is const may be called at any time.
class WindowModel {
 public:
  virtual ~WindowModel() = default;

  virtual bool multilingual() const = 0;
  virtual std::vector<std::string_view> languages() const = 0;          ///< codes, in the model's order
  virtual std::string text(std::span<const TokenId> tokens) const = 0;  ///< with the white space around it
  virtual std::vector<TokenId> prompt(std::string_view text) const = 0;
  /// The time from the start of the window that a token stands for; absent for words.
  virtual std::optional<Seconds> time(TokenId token) const = 0;

  /// The window that the calls below are about.
  /// Requires  1 to 480,000 samples (30 s).
  virtual void hear(std::span<const float> samples) = 0;
  /// The most probable first; sums to 1 over the allowed, with the prior multiplied in.
  virtual std::vector<LanguageProb> detect_language(const TranscribeOptions& options) = 0;
  virtual WindowText decode(const WindowOptions& options) = 0;
  /// When each word is spoken.
  /// Requires  `tokens`: words only, of the window's text in the language and task of `options`.
  virtual std::vector<TimedWord> align(std::span<const TokenId> tokens, const WindowOptions& options) = 0;
};

}  // namespace rapport::voice
