#pragma once

#include <filesystem>
#include <string>

#include "base/metrics.h"
#include "nn/precision.h"
#include "voice/window_model.h"

namespace rapport::voice {

/// Whisper as the transcriber asks it: each window as 30 s, with silence behind it, as the model was trained.
///
/// Threads   as WindowModel.
class WhisperWindowModel : public WindowModel {
 public:
  /// `name` labels `metrics`, which must outlive it.
  ///
  /// Throws    as Whisper::load and WhisperVocabulary::load.
  WhisperWindowModel(const std::string& name, const std::filesystem::path& folder, nn::Precision precision,
                     Metrics& metrics);

  bool multilingual() const override { return vocabulary_.multilingual(); }
  std::vector<std::string_view> languages() const override;
  std::string text(std::span<const TokenId> tokens) const override { return vocabulary_.text(tokens); }
  std::vector<TokenId> prompt(std::string_view text) const override;
  std::optional<Seconds> time(TokenId token) const override;

  void hear(std::span<const float> samples) override;
  std::vector<LanguageProb> detect_language(const TranscribeOptions& options) override;
  WindowText decode(const WindowOptions& options) override;
  std::vector<TimedWord> align(std::span<const TokenId> tokens, const WindowOptions& options) override;

 private:
  nn::WhisperFiles files_;
  nn::Whisper model_;
  WhisperVocabulary vocabulary_;
  WhisperDecoder decoder_;
  WhisperDecoder::State state_;
  std::size_t frames_ = 0;  ///< of the window that hold sound
  Metrics::Histogram encode_time_;
  Metrics::Histogram decode_time_;
  Metrics::Histogram align_time_;
};

}  // namespace rapport::voice
