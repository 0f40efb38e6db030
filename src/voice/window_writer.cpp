#include "voice/window_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

namespace rapport::voice {
namespace {

constexpr std::array kTemperatures = {0.0, 0.2, 0.4, 0.6, 0.8, 1.0};  // openai/whisper, transcribe.py
// Text that goes on for longer than anybody can speak is a loop: it need not be waited for.
constexpr double kTokensPerSecond = 25;
constexpr std::size_t kTokensToBeginWith = 16;
// The model may end before a sentence that goes on: what follows is heard again, from there.
constexpr Seconds kShortestRest{1.0};

std::size_t sample_at(Seconds time) {
  return static_cast<std::size_t>(std::llround(time.count() * audio::kSampleRateHz));
}

double sum(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Of two texts that are both not good enough.
bool is_better(const WindowText& text, const WindowText& than) {
  const auto repeats = [](const WindowText& t) { return t.compression_ratio > kMaxCompressionRatio; };
  if (repeats(text) != repeats(than)) return repeats(than);
  return text.avg_logprob > than.avg_logprob;
}

}  // namespace

WindowWriter::WindowWriter(WindowModel& model, TranscribeOptions options)
    : model_(model), options_(std::move(options)) {
  if (!options_.language.empty()) language_ = LanguageChoice{.code = options_.language, .prob = 1};
  if (!model.multilingual()) language_ = LanguageChoice{.code = "en", .prob = 1};
}

WrittenWindow WindowWriter::write(const SpeechWindow& window) {
  WrittenWindow written;
  Seconds begin{0};
  do {
    Passage passage = write_from(begin, window);
    suppress_phantoms(passage, window, written);
    const bool one_text_of_many_stretches = !options_.timestamps && window.stretches.size() > 1;
    if (options_.words || one_text_of_many_stretches) time_words(passage.parts, begin, window);
    begin = passage.end;
    add_segments(std::move(passage), window, written);
  } while (window.duration() - begin >= kShortestRest);
  return written;
}

WindowWriter::Passage WindowWriter::write_from(Seconds begin, const SpeechWindow& window) {
  model_.hear(std::span(window.samples).subspan(sample_at(begin)));
  if (!language_) language_ = choose_language(model_.detect_language(options_), window.duration(), options_);
  Passage passage{.end = window.duration()};
  passage.text = decode_with_fallback(window_options(window.duration() - begin));
  passage.parts = split_by_times(passage.text, begin, window.duration());
  // Two times at the end: the second begins a segment that the model left for another window.
  const std::vector<TokenId>& tokens = passage.text.tokens;
  if (tokens.size() < 3 || !model_.time(tokens.back()) || !model_.time(tokens[tokens.size() - 2])) return passage;
  const Seconds left_at = begin + *model_.time(tokens.back());
  if (left_at - begin >= kShortestRest) passage.end = std::min(left_at, passage.end);
  return passage;
}

WindowOptions WindowWriter::window_options(Seconds duration) const {
  WindowOptions options;
  options.language = language_->code;
  options.task = options_.task;
  options.timestamps = options_.timestamps;
  options.prompt = model_.prompt(options_.prompt);
  options.search.beams = options_.beams;
  options.search.cancelled = options_.cancelled;
  const auto most = kTokensToBeginWith + static_cast<std::size_t>(kTokensPerSecond * duration.count());
  options.search.max_tokens = std::min(options.search.max_tokens, most);
  return options;
}

WindowText WindowWriter::decode_with_fallback(WindowOptions options) {
  std::span<const double> temperatures = kTemperatures;
  if (options_.temperature) temperatures = std::span(&*options_.temperature, 1);
  std::optional<WindowText> best;
  for (const double temperature : temperatures) {
    options.search.temperature = temperature;
    WindowText text = model_.decode(options);
    std::vector<TokenId> words = text.tokens;
    std::erase_if(words, [&](TokenId token) { return model_.time(token).has_value(); });
    if (says_silence(text) || !wants_another_try(text, words)) return text;
    if (!best || is_better(text, *best)) best = std::move(text);
  }
  return *std::move(best);
}

std::vector<WindowWriter::Part> WindowWriter::split_by_times(const WindowText& text, Seconds begin, Seconds end) const {
  std::vector<Part> parts;
  Part part{.begin = begin};
  const auto close = [&](Seconds at) {
    part.end = std::max(at, part.begin);
    if (!part.tokens.empty()) parts.push_back(std::move(part));
    part = Part{.begin = at};
  };
  for (std::size_t i = 0; i < text.tokens.size(); ++i) {
    if (const std::optional<Seconds> time = model_.time(text.tokens[i])) {
      close(begin + *time);
    } else {
      part.tokens.push_back(text.tokens[i]);
      part.logprobs.push_back(text.token_logprobs[i]);
    }
  }
  close(std::max(end, part.begin));
  return parts;
}

void WindowWriter::suppress_phantoms(Passage& passage, const SpeechWindow& window, WrittenWindow& written) const {
  const auto take_back = [&](std::string_view reason, const Part& part) {
    written.suppressed.push_back({std::string(reason), window.source_begin(part.begin), window.source_end(part.end)});
  };
  if (passage.parts.empty()) return;
  const bool silence = says_silence(passage.text);
  if (silence || passage.text.avg_logprob < kHopelessAvgLogprob) {
    take_back(silence ? "silence" : "low_logprob",
              {.begin = passage.parts.front().begin, .end = passage.parts.back().end});
    passage.parts.clear();
    return;
  }
  cut_loops(passage.parts, window, written);
  std::erase_if(passage.parts, [&](const Part& part) {
    const bool outside = options_.timestamps && window.speech_share(part.begin, part.end) < kMinSpeechShare;
    if (!outside && !is_too_fast(model_.text(part.tokens), part.end - part.begin)) return false;
    take_back(outside ? "speech_share" : "too_fast", part);
    return true;
  });
}

void WindowWriter::cut_loops(std::vector<Part>& parts, const SpeechWindow& window, WrittenWindow& written) const {
  for (;;) {
    std::vector<TokenId> tokens;
    for (const Part& part : parts) tokens.insert(tokens.end(), part.tokens.begin(), part.tokens.end());
    const std::optional<Loop> loop = find_loop(tokens);
    if (!loop) return;
    Suppressed& taken = written.suppressed.emplace_back(Suppressed{.reason = "repetition"});
    bool first = true;
    std::size_t at = 0;
    for (Part& part : parts) {
      const std::size_t count = part.tokens.size();
      const std::size_t from = std::clamp(loop->begin, at, at + count) - at;
      const std::size_t to = std::clamp(loop->end, at, at + count) - at;
      at += count;
      if (from == to) continue;
      if (first) taken.start = window.source_begin(part.begin);
      first = false;
      taken.end = window.source_end(part.end);
      part.tokens.erase(part.tokens.begin() + static_cast<std::ptrdiff_t>(from),
                        part.tokens.begin() + static_cast<std::ptrdiff_t>(to));
      part.logprobs.erase(part.logprobs.begin() + static_cast<std::ptrdiff_t>(from),
                          part.logprobs.begin() + static_cast<std::ptrdiff_t>(to));
    }
    std::erase_if(parts, [](const Part& part) { return part.tokens.empty(); });
  }
}

/// Times of words, and, where the model has given no times, a part for each stretch of speech.
void WindowWriter::time_words(std::vector<Part>& parts, Seconds begin, const SpeechWindow& window) {
  std::vector<TokenId> tokens;
  for (const Part& part : parts) tokens.insert(tokens.end(), part.tokens.begin(), part.tokens.end());
  if (tokens.empty()) return;
  std::vector<Part> timed;
  std::size_t part = 0;
  std::size_t taken = 0;  // of the tokens of that part
  std::optional<std::size_t> stretch;
  for (TimedWord& aligned : model_.align(tokens, window_options(window.duration() - begin))) {
    while (part < parts.size() && taken == parts[part].tokens.size()) ++part, taken = 0;
    if (part == parts.size()) break;
    aligned.word.start += begin;
    aligned.word.end += begin;
    const std::size_t here = window.stretch_at((aligned.word.start + aligned.word.end) / 2);
    const bool other_stretch = !options_.timestamps && (!stretch || here > *stretch);
    if (other_stretch) {
      stretch = here;
      const SpeechWindow::Stretch& s = window.stretches[here];
      timed.push_back({.begin = Seconds(static_cast<double>(s.packed) / audio::kSampleRateHz),
                       .end = Seconds(static_cast<double>(s.packed + s.length) / audio::kSampleRateHz)});
    } else if (options_.timestamps && taken == 0) {
      timed.push_back({.begin = parts[part].begin, .end = parts[part].end});
    }
    Part& into = timed.back();
    const std::size_t last = std::min(taken + aligned.tokens, parts[part].tokens.size());
    into.tokens.insert(into.tokens.end(), parts[part].tokens.begin() + static_cast<std::ptrdiff_t>(taken),
                       parts[part].tokens.begin() + static_cast<std::ptrdiff_t>(last));
    into.logprobs.insert(into.logprobs.end(), parts[part].logprobs.begin() + static_cast<std::ptrdiff_t>(taken),
                         parts[part].logprobs.begin() + static_cast<std::ptrdiff_t>(last));
    taken = last;
    if (options_.words) into.words.push_back(std::move(aligned.word));
  }
  parts = std::move(timed);
}

void WindowWriter::add_segments(Passage passage, const SpeechWindow& window, WrittenWindow& written) const {
  for (Part& part : passage.parts) {
    const double sum_logprob = sum(part.logprobs);
    const double avg_logprob = sum_logprob / static_cast<double>(part.logprobs.size());
    written.text_tokens += part.logprobs.size();
    written.sum_logprob += sum_logprob;
    for (Word& word : part.words) {
      word.start = window.source_begin(word.start);
      word.end = std::max(window.source_end(word.end), word.start);
    }
    written.segments.push_back({.start = window.source_begin(part.begin),
                                .end = window.source_end(part.end),
                                .text = model_.text(part.tokens),
                                .confidence = std::exp(avg_logprob),
                                .tokens = std::move(part.tokens),
                                .temperature = passage.text.temperature,
                                .avg_logprob = avg_logprob,
                                .compression_ratio = passage.text.compression_ratio,
                                .no_speech_prob = passage.text.no_speech_prob,
                                .words = std::move(part.words)});
  }
}

}  // namespace rapport::voice
