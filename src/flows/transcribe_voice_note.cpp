#include "flows/transcribe_voice_note.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "flows/analyze_messages.h"
#include "voice/languages.h"

namespace rapport::flows {
namespace {

/// The models read and write their own codes: "pt-BR" is "pt". Empty where they do not know the language.
std::string known_code(const voice::Transcriber& transcriber, std::string_view language) {
  std::string code = voice::whisper_code(language);
  const auto known = transcriber.languages();
  return std::find(known.begin(), known.end(), code) == known.end() ? "" : code;
}

}  // namespace

const voice::Transcriber& transcriber_of(const VoiceNotes& voice) {
  if (voice.transcriber != nullptr) return *voice.transcriber;
  throw Error(
      ErrorKind::kUnavailable, "model_not_installed",
      "No voice model is installed: rapport models pull whisper-base (a running server has it after its next start).");
}

voice::Transcript transcribe_recording(const VoiceNotes& voice, const UnnamedFile& file,
                                       voice::TranscribeOptions options) {
  const voice::Transcriber& transcriber = transcriber_of(voice);
  if (options.task == voice::Task::kTranslateToEnglish && !transcriber.multilingual()) {
    throw Error(
        ErrorKind::kUnavailable, "model_not_multilingual",
        "The voice model " + transcriber.model() +
            " knows English alone and cannot translate: rapport models pull whisper-base, and set voice.model.");
  }
  if (options.allowed_languages.empty()) options.allowed_languages = voice.languages;
  options.beams = voice.beams;
  const auto audio = audio::AudioReader::open_later(file, voice.limits);
  return transcriber.transcribe(*audio, options);
}

voice::DetectedLanguage detect_spoken_language(const VoiceNotes& voice, const UnnamedFile& file,
                                               voice::TranscribeOptions options) {
  const voice::Transcriber& transcriber = transcriber_of(voice);
  options.allowed_languages = voice.languages;
  const auto audio = audio::AudioReader::open_later(file, voice.limits);
  return transcriber.detect_language(*audio, options);
}

TranscribedNote transcribe_voice_note(const Services& services, const VoiceNotes& voice,
                                      const sentiment::Analyzer& analyzer, const TenantId& tenant, VoiceNote note) {
  voice::TranscribeOptions& options = note.options;
  const Error unknown(ErrorKind::kNotFound, "unknown_message", "There is no message with this id.");
  const auto message = services.store.voice_message(tenant, note.message);
  if (!message) throw unknown;
  const voice::Transcriber& transcriber = transcriber_of(voice);
  if (options.language.empty()) options.language = known_code(transcriber, message->language);
  if (std::string code = known_code(transcriber, message->contact_language); !code.empty()) {
    options.language_prior = {{.code = std::move(code), .prob = 1}};
  }

  TranscribedNote done{.transcript = transcribe_recording(voice, note.file, std::move(options)), .verdict = {}};
  const voice::Transcript& said = done.transcript;
  const std::string language = said.language == "und" ? "" : said.language;
  if (!services.store.write_transcript(tenant, note.message, said.text, language)) throw unknown;
  if (said.text.empty() || message->has_text || message->direction == Direction::kOutbound) return done;

  const std::array texts = {
      sentiment::Text{.text = said.text, .language = language, .likely_language = message->contact_language}};
  sentiment::Outcome outcome = std::move(analyzer.analyze(texts, {.scope = tenant.text()}).texts.front());
  if (!outcome.verdict) return done;
  const std::array rows = {analysis_row(note.message, said.text, *outcome.verdict)};
  services.store.write_analyses(tenant, rows);
  done.verdict = std::move(outcome.verdict);
  return done;
}

}  // namespace rapport::flows
