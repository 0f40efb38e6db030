#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nn/models/whisper_config.h"
#include "nn/tokenizers/tokenizer.h"

namespace rapport::voice {

using nn::TokenId;

/// What the ids of a Whisper model mean: words, languages, tasks, times.
///
/// Threads   const is safe.
class WhisperVocabulary {
 public:
  struct Language {
    std::string_view code;  ///< "en", "pt", "yue"
    TokenId id = 0;
  };

  /// Reads the tokenizer's files in `files.folder`. An OpenAI .pt file has no vocabulary of its own: vocab.json and
  /// merges.txt, or tokenizer.json, of the same model from Hugging Face must lie beside it.
  ///
  /// Throws    kUnavailable: "model_incomplete" that says so; "model_damaged" when the files do not fit the model.
  static WhisperVocabulary load(const nn::WhisperFiles& files, const nn::WhisperConfig& config);

  TokenId end_of_text() const { return end_of_text_; }  ///< words stand below it
  TokenId start() const { return start_; }              ///< <|startoftranscript|>
  TokenId transcribe() const { return transcribe_; }
  TokenId translate() const { return translate_; }
  TokenId start_of_previous() const { return start_of_previous_; }  ///< a prompt stands behind it
  TokenId no_speech() const { return no_speech_; }
  TokenId no_timestamps() const { return no_timestamps_; }
  TokenId first_timestamp() const { return no_timestamps_ + 1; }  ///< <|0.00|>; each further one 20 ms later
  std::size_t size() const { return size_; }

  bool multilingual() const { return multilingual_; }
  /// In the model's order; English alone where the model is English-only.
  std::span<const Language> languages() const { return languages_; }
  std::optional<TokenId> language_id(std::string_view code) const;

  /// What is never written unless asked for: signs that are not spoken, and the marks for task and prompt.
  std::span<const TokenId> not_spoken() const { return not_spoken_; }
  /// What a text must not begin with: a space alone, and its end.
  std::span<const TokenId> not_first() const { return not_first_; }

  /// The ids of words as a prompt has them: with a space before.
  std::vector<TokenId> prompt(std::string_view text) const;
  /// The text of the words among `ids`; marks and times have none.
  std::string text(std::span<const TokenId> ids) const;

 private:
  WhisperVocabulary() = default;
  void name_marks(const nn::WhisperConfig& config);
  void gather_not_spoken();

  std::shared_ptr<const nn::Tokenizer> tokenizer_;
  std::size_t size_ = 0;
  bool multilingual_ = true;
  TokenId end_of_text_ = 0, start_ = 0, transcribe_ = 0, translate_ = 0, start_of_model_ = 0, start_of_previous_ = 0,
          no_speech_ = 0, no_timestamps_ = 0;
  std::vector<Language> languages_;
  std::vector<TokenId> not_spoken_;
  std::vector<TokenId> not_first_;
};

}  // namespace rapport::voice
