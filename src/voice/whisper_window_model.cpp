#include "voice/whisper_window_model.h"

#include <algorithm>
#include <chrono>

#include "audio/log_mel.h"

namespace rapport::voice {
namespace {

constexpr std::size_t kSamplesPerFrame = 160;  // 10 ms
constexpr double kSecondsPerTime = 0.02;

/// Observes how long it lived.
class StageClock {
 public:
  explicit StageClock(Metrics::Histogram& histogram) : histogram_(histogram) {}
  ~StageClock() {
    histogram_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count());
  }
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;

 private:
  Metrics::Histogram& histogram_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

WhisperWindowModel::WhisperWindowModel(const std::string& name, const std::filesystem::path& folder,
                                       nn::Precision precision, Metrics& metrics)
    : files_(nn::WhisperFiles::find(folder)),
      model_(nn::Whisper::load(files_, precision)),
      vocabulary_(WhisperVocabulary::load(files_, model_.config())),
      decoder_(model_, vocabulary_),
      state_(model_) {
  const auto stage = [&](const char* stage_name) {
    return metrics.histogram("rapport_inference_duration_seconds", "Time of a model's work, by stage.",
                             duration_bounds_s(), {{"model", name}, {"stage", stage_name}});
  };
  encode_time_ = stage("encode");
  decode_time_ = stage("decode");
  align_time_ = stage("align");
}

std::vector<std::string_view> WhisperWindowModel::languages() const {
  std::vector<std::string_view> codes;
  for (const WhisperVocabulary::Language& language : vocabulary_.languages()) codes.push_back(language.code);
  return codes;
}

std::vector<TokenId> WhisperWindowModel::prompt(std::string_view text) const {
  return text.empty() ? std::vector<TokenId>{} : vocabulary_.prompt(text);
}

std::optional<Seconds> WhisperWindowModel::time(TokenId token) const {
  if (token < vocabulary_.first_timestamp()) return std::nullopt;
  return Seconds((token - vocabulary_.first_timestamp()) * kSecondsPerTime);
}

void WhisperWindowModel::hear(std::span<const float> samples) {
  const StageClock clock(encode_time_);
  const nn::WhisperConfig& config = model_.config();
  const nn::Matrix mel = audio::log_mel(samples, config.mel_bins, config.max_frames());
  const nn::ConstMatrixView view = mel;
  decoder_.encode({&view, 1}, state_);
  frames_ = std::clamp<std::size_t>((samples.size() + kSamplesPerFrame - 1) / kSamplesPerFrame, 1, config.max_frames());
}

std::vector<LanguageProb> WhisperWindowModel::detect_language(const TranscribeOptions& options) {
  return decoder_.detect_language(0, options.allowed_languages, options.language_prior, state_);
}

WindowText WhisperWindowModel::decode(const WindowOptions& options) {
  const StageClock clock(decode_time_);
  return decoder_.decode(0, options, state_);
}

std::vector<TimedWord> WhisperWindowModel::align(std::span<const TokenId> tokens, const WindowOptions& options) {
  const StageClock clock(align_time_);
  return decoder_.align(0, tokens, options, frames_, state_);
}

}  // namespace rapport::voice
