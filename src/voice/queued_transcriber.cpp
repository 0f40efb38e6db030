#include "voice/queued_transcriber.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "voice/engine_queue.h"
#include "voice/language_choice.h"
#include "voice/speech_reader.h"
#include "voice/whisper_window_model.h"
#include "voice/window_writer.h"

namespace rapport::voice {
namespace {

constexpr std::string_view kUndetermined = "und";
constexpr std::array<std::string_view, 5> kReasons = {"silence", "repetition", "low_logprob", "too_fast",
                                                      "speech_share"};
constexpr std::array<std::string_view, 8> kWithoutSpaces = {"zh", "ja", "yue", "th", "lo", "my", "km", "bo"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Texts of segments one behind the other, with a space where the language has one or the model wrote one.
void append_text(std::string& text, std::string_view more, std::string_view language) {
  const bool spaces = std::find(kWithoutSpaces.begin(), kWithoutSpaces.end(), language) == kWithoutSpaces.end();
  const std::string_view words = trimmed(more);
  if (!text.empty() && !words.empty() && (spaces || more.starts_with(' '))) text += ' ';
  text += words;
}

const std::vector<double>& realtime_bounds() {
  static const std::vector<double> bounds = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5};
  return bounds;
}

class QueuedTranscriber : public Transcriber {
 public:
  QueuedTranscriber(std::string name, std::unique_ptr<WindowModel> model, TranscriberLimits limits, Metrics& metrics)
      : name_(std::move(name)),
        model_(std::move(model)),
        metrics_(metrics),
        realtime_(metrics.histogram("rapport_audio_realtime_ratio",
                                    "Time of the model for a recording over the recording's length.", realtime_bounds(),
                                    {{"model", name_}})),
        queue_time_(metrics.histogram("rapport_inference_duration_seconds", "Time of a model's work, by stage.",
                                      duration_bounds_s(), {{"model", name_}, {"stage", "queue"}})),
        queue_(name_, limits.max_callers, metrics) {
    for (const std::string_view reason : kReasons) count_suppressed(reason, 0);
  }

  const std::string& model() const override { return name_; }
  bool multilingual() const override { return model_->multilingual(); }
  std::vector<std::string_view> languages() const override { return model_->languages(); }

  Transcript transcribe(audio::AudioReader& audio, const TranscribeOptions& wanted) const override {
    const TranscribeOptions options = for_languages(languages(), wanted);
    const EngineQueue::Caller caller = queue_.admit();
    SpeechReader reader(audio);
    WindowWriter writer(*model_, options);
    Transcript transcript;
    std::size_t tokens = 0;
    double sum_logprob = 0;
    for (;;) {
      stop_if_cancelled(options.cancelled);
      const std::optional<SpeechWindow> window = reader.next();
      if (!window) break;
      WrittenWindow written;
      run(
          caller, [&] { written = writer.write(*window); }, options, transcript);
      tokens += written.text_tokens;
      sum_logprob += written.sum_logprob;
      take(std::move(written), writer.language()->code, options, transcript);
      if (options.progress) options.progress("transcribe", milliseconds(window->source_end(window->duration())), 0);
    }
    if (tokens > 0) transcript.confidence = std::exp(sum_logprob / static_cast<double>(tokens));
    name_language(writer.language(), options, transcript);
    transcript.speech = !transcript.segments.empty();
    transcript.duration = reader.read();
    transcript.speech_duration = reader.speech();
    transcript.decode_audio_ms = reader.decode_ms();
    observe(transcript);
    return transcript;
  }

  DetectedLanguage detect_language(audio::AudioReader& audio, const TranscribeOptions& wanted) const override {
    const TranscribeOptions options = for_languages(languages(), wanted);
    const EngineQueue::Caller caller = queue_.admit();
    SpeechReader reader(audio);
    DetectedLanguage detected;
    detected.language = kUndetermined;
    if (const std::optional<SpeechWindow> window = reader.next()) {
      Transcript times;
      run(
          caller, [&] { detected.all = hear_language(*window, options); }, options, times);
      const LanguageChoice choice = choose_language(detected.all, window->duration(), options);
      detected.language = choice.code;
      detected.prob = choice.prob;
      detected.assumed = choice.assumed;
      detected.speech = true;
    }
    detected.heard = reader.read();
    return detected;
  }

 private:
  static std::uint64_t milliseconds(Seconds time) { return static_cast<std::uint64_t>(time.count() * 1000); }

  std::vector<LanguageProb> hear_language(const SpeechWindow& window, const TranscribeOptions& options) const {
    if (!model_->multilingual()) return {{.code = "en", .prob = 1}};
    model_->hear(window.samples);
    return model_->detect_language(options);
  }

  void run(const EngineQueue::Caller& caller, const std::function<void()>& work, const TranscribeOptions& options,
           Transcript& into) const {
    const EngineQueue::Times times = caller.run(work, options.cancelled);
    queue_time_.observe(times.queue_ms / 1000);
    into.queue_ms += times.queue_ms;
    into.compute_ms += times.compute_ms;
  }

  void take(WrittenWindow written, const std::string& language, const TranscribeOptions& options,
            Transcript& into) const {
    for (Segment& segment : written.segments) {
      const std::size_t said = into.text.size();
      append_text(into.text, segment.text, language);
      if (options.on_text && into.text.size() > said) options.on_text(std::string_view(into.text).substr(said));
      segment.text = trimmed(segment.text);
      for (Word& word : segment.words) word.text = trimmed(word.text);
      into.segments.push_back(std::move(segment));
    }
    for (Suppressed& suppressed : written.suppressed) {
      count_suppressed(suppressed.reason, 1);
      into.suppressed.push_back(std::move(suppressed));
    }
  }

  void name_language(const std::optional<LanguageChoice>& choice, const TranscribeOptions& options,
                     Transcript& transcript) const {
    if (!options.language.empty() || !multilingual()) {
      transcript.language = options.language.empty() ? "en" : options.language;
      if (options.language.empty() && transcript.segments.empty()) transcript.language = kUndetermined;
    } else if (transcript.segments.empty()) {
      transcript.language = kUndetermined;
    } else {
      transcript.language = choice->code;
      transcript.language_prob = choice->prob;
      transcript.language_assumed = choice->assumed;
    }
  }

  void count_suppressed(std::string_view reason, double count) const {
    metrics_
        .counter("rapport_transcript_suppressed_total", "Text that a guard took back, by reason.",
                 {{"model", name_}, {"reason", std::string(reason)}})
        .add(count);
  }

  void observe(const Transcript& transcript) const {
    const double seconds = transcript.duration.count();
    metrics_
        .counter("rapport_audio_seconds_total", "Audio transcribed, by the language that was spoken.",
                 {{"model", name_}, {"language", transcript.language}})
        .add(seconds);
    if (seconds > 0) realtime_.observe(transcript.compute_ms / 1000 / seconds);
  }

  const std::string name_;
  const std::unique_ptr<WindowModel> model_;
  Metrics& metrics_;
  mutable Metrics::Histogram realtime_;
  mutable Metrics::Histogram queue_time_;
  mutable EngineQueue queue_;  // the last: its thread calls the model
};

}  // namespace

std::unique_ptr<Transcriber> make_transcriber(std::string name, std::unique_ptr<WindowModel> model,
                                              TranscriberLimits limits, Metrics& metrics) {
  return std::make_unique<QueuedTranscriber>(std::move(name), std::move(model), limits, metrics);
}

std::unique_ptr<Transcriber> load_transcriber(const std::string& name, const std::filesystem::path& folder,
                                              nn::Precision precision, TranscriberLimits limits, Metrics& metrics) {
  return make_transcriber(name, std::make_unique<WhisperWindowModel>(name, folder, precision, metrics), limits,
                          metrics);
}

}  // namespace rapport::voice
