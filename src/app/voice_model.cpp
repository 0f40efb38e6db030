#include "app/voice_model.h"

#include <algorithm>
#include <string_view>

#include "app/model_source.h"
#include "base/error.h"
#include "base/words.h"
#include "nn/precision.h"
#include "voice/languages.h"
#include "voice/queued_transcriber.h"

namespace rapport::app {
namespace {

/// "en, pt-BR" as the model's codes.
std::vector<std::string> languages_of(const Settings& settings) {
  std::vector<std::string> codes;
  for (const std::string& word : split_words(settings.text("voice.languages"), ',')) {
    codes.push_back(voice::whisper_code(word));
    if (codes.back().empty()) {
      throw Error(
          ErrorKind::kInvalid, "invalid_setting",
          "The setting voice.languages names a language that no voice model knows: \"" + word + "\".");
    }
  }
  return codes;
}

void check_known(const std::vector<std::string>& languages, const voice::Transcriber& transcriber) {
  const auto known = transcriber.languages();
  for (const std::string& code : languages) {
    if (std::find(known.begin(), known.end(), code) != known.end()) continue;
    throw Error(
        ErrorKind::kInvalid, "invalid_setting",
        "The setting voice.languages names a language that " + transcriber.model() + " does not know: " + code + ".");
  }
}

nn::Precision precision_of(const Settings& settings) {
  const std::string& own = settings.text("voice.precision");
  return nn::parse_precision(own == "auto" ? settings.text("nn.precision") : own).value_or(nn::Precision::kInt8);
}

}  // namespace

VoiceModel::VoiceModel(const Settings& settings, Metrics& metrics) {
  notes_.languages = languages_of(settings);
  notes_.limits.max_bytes = static_cast<std::size_t>(settings.integer("voice.max_bytes"));
  notes_.limits.max_duration = std::chrono::seconds(settings.integer("voice.max_seconds"));
  notes_.beams = static_cast<std::size_t>(settings.integer("voice.beams"));
  const auto source = model_source(settings, {.name = "voice.model", .role = hub::ModelRole::kVoice, .absent = "none"});
  if (!source) return;
  const auto callers = static_cast<std::size_t>(settings.integer("voice.max_recordings"));
  try {
    transcriber_ = voice::load_transcriber(source->name, source->folder, precision_of(settings),
                                           {.max_callers = callers}, metrics);
  } catch (const Error& error) {
    throw Error(ErrorKind::kUnavailable, error.code(),
                "The voice model " + source->name + " cannot be used: " + error.message())
        .with_log(error.log_detail());
  }
  notes_.transcriber = transcriber_.get();
  check_known(notes_.languages, *transcriber_);
}

}  // namespace rapport::app
