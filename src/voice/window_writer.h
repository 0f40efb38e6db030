#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "voice/guards.h"
#include "voice/language_choice.h"
#include "voice/speech_window.h"
#include "voice/window_model.h"

namespace rapport::voice {

/// What a window gave.
struct WrittenWindow {
  std::vector<Segment> segments;  ///< in times of the recording; texts with the white space around them
  std::vector<Suppressed> suppressed;
  std::size_t text_tokens = 0;  ///< of the segments
  double sum_logprob = 0;       ///< of these
};

/// The windows of one recording to segments: the language is detected in the first, a text that is not good enough is
/// decoded again at higher temperatures, and what nobody said is taken back.
///
/// Threads   one writer, one thread at a time: the one that may call the model.
class WindowWriter {
 public:
  /// Requires  `model` outlives it and knows the languages of `options`.
  WindowWriter(WindowModel& model, TranscribeOptions options);

  /// Throws    what the model throws.
  WrittenWindow write(const SpeechWindow& window);

  /// The language of the recording: given, detected, or absent before the first window.
  const std::optional<LanguageChoice>& language() const { return language_; }

 private:
  /// A part of a window's text: what stands between two times of the model, or all.
  struct Part {
    Seconds begin{};
    Seconds end{};
    std::vector<TokenId> tokens = {};  ///< words only
    std::vector<float> logprobs = {};
    std::vector<Word> words = {};
  };
  struct Passage {
    WindowText text = {};
    std::vector<Part> parts = {};
    Seconds end{};  ///< up to where the window is written
  };

  Passage write_from(Seconds begin, const SpeechWindow& window);
  WindowText decode_with_fallback(WindowOptions options);
  std::vector<Part> split_by_times(const WindowText& text, Seconds begin, Seconds end) const;
  void suppress_phantoms(Passage& passage, const SpeechWindow& window, WrittenWindow& written) const;
  void cut_loops(std::vector<Part>& parts, const SpeechWindow& window, WrittenWindow& written) const;
  void time_words(std::vector<Part>& parts, Seconds begin, const SpeechWindow& window);
  void add_segments(Passage passage, const SpeechWindow& window, WrittenWindow& written) const;
  WindowOptions window_options(Seconds duration) const;

  WindowModel& model_;
  const TranscribeOptions options_;
  std::optional<LanguageChoice> language_;
};

}  // namespace rapport::voice
