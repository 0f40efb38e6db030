#include "voice/raw_windows.h"

#include <utility>

#include "audio/log_mel.h"
#include "base/error.h"

namespace rapport::voice {
namespace {

constexpr std::size_t kSamplesPerFrame = 160;  // 10 ms

}  // namespace

bool RawWindows::holds_whisper(const std::filesystem::path& path) {
  try {
    const nn::WhisperFiles files = nn::WhisperFiles::find(path);
    if (!files.openai) nn::read_whisper_config(files.folder);
    return !files.openai || files.openai->extension() == ".pt";
  } catch (const Error& error) {
    return error.code() == "model_damaged";
  }
}

RawWindows::RawWindows(const std::filesystem::path& path, nn::Precision precision)
    : files_(nn::WhisperFiles::find(path)),
      model_(nn::Whisper::load(files_, precision)),
      vocabulary_(WhisperVocabulary::load(files_, model_.config())),
      decoder_(model_, vocabulary_),
      state_(model_) {}

RawWindow RawWindows::run(audio::AudioReader& audio, const RawOrder& order) {
  const nn::WhisperConfig& config = model_.config();
  std::vector<float> samples(config.max_frames() * kSamplesPerFrame);
  samples.resize(audio.read(samples));
  const nn::Matrix mel = audio::log_mel(samples, config.mel_bins, config.max_frames());
  const nn::ConstMatrixView view = mel;
  decoder_.encode({&view, 1}, state_);

  WindowOptions options;
  options.language = order.language.empty() ? decoder_.detect_language(0, {}, {}, state_).front().code : order.language;
  options.task = order.task;
  options.timestamps = order.timestamps;
  options.search.beams = order.beams;
  options.search.max_tokens = order.max_tokens.value_or(config.text_positions / 2);
  WindowText written = decoder_.decode(0, options, state_);
  return {std::move(written.tokens), std::move(written.text), std::move(options.language), written.avg_logprob};
}

}  // namespace rapport::voice
